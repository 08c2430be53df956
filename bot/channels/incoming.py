"""What may come in, and in what order it is answered, the same for every channel."""

import asyncio
from weakref import WeakValueDictionary

from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# The longest message, in characters as Python counts them.
MAX_TEXT = 500

# So many messages of one conversation are answered in a minute.
MESSAGES_PER_MINUTE = 40

# Rasa takes a message that begins with "/" for a command ("/restart"), once white space is stripped. This character
# has no width and is no white space, so behind it such a message is text like any other.
_NO_COMMAND = "\u2060"


class Limiter(MovingWindowRateLimiter):
    """Counts in memory what came in the last minute."""

    def __init__(self) -> None:
        # The library's own limiter holds its storage by a weak reference.
        self._hits = MemoryStorage()
        super().__init__(self._hits)


class Turns:
    """One thing after another for each key, such as a sender; different keys do not wait for each other.

    async with turns.of(sender_id):
        ...
    """

    def __init__(self) -> None:
        self._locks: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """What to hold while it is the key's turn; whoever came first has it first."""
        return self._locks.setdefault(key, asyncio.Lock())


def as_text(text: str) -> str:
    """A visitor's message as text for Rasa, whatever it begins with."""
    text = text.strip()
    return _NO_COMMAND + text if text.startswith("/") else text
