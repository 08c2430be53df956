"""What may come in, the same for every channel."""

# The longest message, in characters as Python counts them.
MAX_TEXT = 500

# So many messages of one conversation are answered in a minute.
MESSAGES_PER_MINUTE = 40

# Rasa takes a message that begins with "/" for a command ("/restart"), once white space is stripped. This character
# has no width and is no white space, so behind it such a message is text like any other.
_NO_COMMAND = "\u2060"


def as_text(text: str) -> str:
    """A visitor's message as text for Rasa, whatever it begins with."""
    text = text.strip()
    return _NO_COMMAND + text if text.startswith("/") else text
