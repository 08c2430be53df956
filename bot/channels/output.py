"""What Rasa says to one message, collected for a channel that sends it as one answer."""

from typing import Any, Dict, List

from rasa.core.channels.channel import OutputChannel

from bot.reply import Reply


class CollectedReplies(OutputChannel):
    """Collects the replies to one message."""

    def __init__(self, channel: str) -> None:
        """Begin with none; `channel` is the name in responses of domain.yml that are for one channel only."""
        self._channel = channel
        self.replies: List[Reply] = []

    def name(self) -> str:  # type: ignore[override]  # Rasa asks the instance
        """The channel's name."""
        return self._channel

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Take one reply."""
        self.replies.append(Reply.from_message(message))
