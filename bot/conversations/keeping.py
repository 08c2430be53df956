"""What every store keeps of a conversation, and what it does not: the same rules wherever the events are held."""

from typing import Any, AsyncContextManager, Dict, Iterable, List, Optional, Protocol, Sequence, runtime_checkable

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.turns import split_at_latest
from bot.usage import Usage, UsageError, usage_of_environment

# What is known of a message by its words, and why it was taken for what it was.
_WORDS = ("text_tokens",)
_REASONS = ("intent_ranking", "fact_ranking", "gates", "guard")


class ConversationsAway(Exception):
    """What holds the conversations can't be reached now, or another process has the turn: to be tried again soon."""


@runtime_checkable
class ErasableConversations(Protocol):
    """What a channel may ask of a store beyond Rasa's interface, whatever holds the conversations."""

    idle_seconds: int
    # Is told of each conversation that is saved or erased.
    usage: Usage

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, None if there is none."""

    async def exists(self, conversation_id: str) -> bool:
        """Whether the conversation is there: begun, not erased, not expired."""

    async def erase(self, conversation_id: str) -> None:
        """Forget the conversation, at once and for good; a message still being answered does not bring it back."""

    def turn(self, conversation_id: str) -> AsyncContextManager[None]:
        """What to hold from looking at a conversation to the end of an answer: no other process answers meanwhile."""

    async def are_reachable(self) -> bool:
        """Whether conversations can be held now."""


class Conversations(TrackerStore):
    """Checks the settings, decides what is kept, and tells the counting. A subclass holds the events."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        max_conversations: int = 20_000,
        idle_seconds: int = 1_800,
        max_turns: int = 12,
        erased_by: str = "utter_chat_deleted",
        count_usage: bool = False,
        host: Optional[str] = None,
    ) -> None:
        """Check the settings.

        Args:
            domain: gives the slots; Rasa sets it when a model is loaded.
            event_broker: not supported: it would carry the visitors' words out of memory.
            max_conversations: the longest idle one makes room for the next.
            idle_seconds: after so long without a message a conversation is forgotten.
            max_turns: how many of the visitor's latest messages are kept; slots outlive them.
            erased_by: the action that tells the visitor that the conversation is erased; with it, it is.
            count_usage: whether what is asked is counted (see bot.usage), as METOO_USAGE says.
            host: Rasa passes the `url` of the endpoint, which no store here has a use for.

        Raises:
            ValueError: an event broker is configured, or a limit is not positive.
            RasaException: a setting of the counting is wrong.
        """
        super().__init__(domain, None)
        if event_broker is not None:
            raise ValueError(
                "The conversation store keeps messages in memory alone, so it takes no event broker: "
                "remove event_broker from endpoints.yml."
            )
        if min(max_conversations, idle_seconds, max_turns) < 1:
            raise ValueError(
                "max_conversations, idle_seconds and max_turns of the tracker store must be 1 or more: "
                "correct endpoints.yml."
            )
        self.idle_seconds = idle_seconds
        try:
            self.usage = usage_of_environment(idle_seconds, max_conversations) if count_usage else Usage()
        except UsageError as error:
            raise RasaException(str(error)) from error
        self._max_conversations = max_conversations
        self._max_turns = max_turns
        self._erased_by = erased_by

    def _kept(self, tracker: DialogueStateTracker) -> List[Event]:
        """The latest turns without the visitor's words; nothing where the visitor was told that all is erased."""
        if self._is_erased_by(tracker.events):
            return []
        latest = tracker.latest_message
        return [_without_words(event, event is latest) for event in self._latest_turns(tracker)]

    def _count(self, tracker: DialogueStateTracker) -> None:
        """Tell the counting of what is saved."""
        self.usage.take(tracker)
        if self._is_erased_by(tracker.events):
            self.usage.forget(tracker.sender_id)

    def _tracker_of(self, sender_id: str, events: Iterable[Event]) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        tracker.update_with_events(list(events), self.domain)
        return tracker

    def _latest_turns(self, tracker: DialogueStateTracker) -> List[Event]:
        before, latest = split_at_latest(list(tracker.events), self._max_turns)
        slots = self._slots_after(before) if before else {}
        return [*(SlotSet(name, value) for name, value in slots.items()), *latest]

    def _is_erased_by(self, events: Sequence[Event]) -> bool:
        """Whether the visitor was told in the latest turn that the conversation is erased."""
        for event in reversed(events):
            if isinstance(event, UserUttered):
                return False
            if isinstance(event, ActionExecuted) and event.action_name == self._erased_by:
                return True
        return False

    def _slots_after(self, events: List[Event]) -> Dict[str, Any]:
        before = DialogueStateTracker.from_events("", events, self.domain.slots)
        return {slot.name: slot.value for slot in before.slots.values() if slot.value != slot.initial_value}


def _without_words(event: Event, is_latest: bool) -> Event:
    """A visitor's message as it was understood, without its text: what comes later goes by that alone.

    How it was understood is needed for the next message, and of the ones before no more than what they were taken for.
    """
    if not isinstance(event, UserUttered):
        return event
    gone = _WORDS if is_latest else (*_WORDS, *_REASONS)
    if not event.text and not any(name in event.parse_data for name in gone):
        return event
    parsed: Any = {name: value for name, value in event.parse_data.items() if name not in gone}
    parsed["text"] = ""
    return UserUttered(
        "",
        event.intent,
        event.entities,
        parsed,
        event.timestamp,
        event.input_channel,
        event.message_id,
        event.metadata,
        event.use_text_for_featurization,
    )
