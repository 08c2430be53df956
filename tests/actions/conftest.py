"""Trackers as Rasa sends them to the action server, what an action answers to them, and whole conversations."""

import asyncio
import json
from typing import Any, Callable, Dict, List, Sequence, Tuple

import pytest
from rasa.core.actions.action import ActionExtractSlots, create_bot_utterance
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from bot import ROOT
from bot.facts import FactStore, load_store
from bot.reply import Reply


@pytest.fixture(scope="session")
def store() -> FactStore:
    """The shipped store; nobody can change it."""
    return load_store()


@pytest.fixture
def asked() -> Callable[..., Tracker]:
    """Makes the tracker of a conversation whose latest message was understood so."""

    def make(
        intent: str,
        *entities: Tuple[str, str],
        ranking: "Sequence[Sequence[str]] | None" = None,
        text: str = "hello",
        **understood: Any,
    ) -> Tracker:
        message = _understood(intent, entities, ranking, **understood)
        return Tracker.from_dict({"sender_id": "one", "latest_message": {"text": text, **message}})

    return make


@pytest.fixture
def reply_to() -> Callable[[Answer, Tracker], Reply]:
    """Runs an action, and reads the one reply that it makes as a channel does."""

    def run(action: Answer, tracker: Tracker) -> Reply:
        reply, events = _answered(action, tracker)
        assert {event["event"] for event in events} <= {"slot"}
        assert bool(events) == bool(reply.facts)
        return reply

    return run


class Conversation:
    """A conversation as Rasa keeps it, with a real tracker, but with messages that were understood already."""

    def __init__(self, store: FactStore, domain: Domain) -> None:
        """Begin it.

        Args:
            store: what is answered from.
            domain: says which slots there are, and how messages fill them.
        """
        self._action = Answer(store)
        self._domain = domain
        self._tracker = DialogueStateTracker("one", domain.slots)

    def say(
        self,
        intent: str,
        *entities: Tuple[str, str],
        ranking: "Sequence[Sequence[str]] | None" = None,
        **understood: Any,
    ) -> Reply:
        """The reply to a message that was understood so; what it does to the conversation is done."""
        message = _understood(intent, entities, ranking, **understood)
        self._tracker.update(UserUttered("hello", message["intent"], message["entities"], parse_data=message))
        self._fill_slots()
        state = json.loads(json.dumps(self._tracker.current_state(EventVerbosity.ALL)))
        reply, events = _answered(self._action, Tracker.from_dict(state))
        self.hear(reply)
        for event in deserialise_events(events):
            self._tracker.update(event)
        return reply

    def hear(self, reply: Reply) -> None:
        """The bot says something, be it the action or a rule."""
        message = {key: value for key, value in reply.as_message().items() if value}
        self._tracker.update(create_bot_utterance(json.loads(json.dumps(message))))

    def set(self, slot: str, value: List[str]) -> None:
        """Set a slot, whatever was said."""
        self._tracker.update(SlotSet(slot, value))

    def slot(self, name: str) -> List[str]:
        """What a slot holds."""
        return self._tracker.get_slot(name) or []

    def _fill_slots(self) -> None:
        nothing = CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({})
        events = ActionExtractSlots(None).run(*nothing, self._tracker, self._domain)
        for event in asyncio.run(events):
            self._tracker.update(event)


@pytest.fixture(scope="session")
def domain() -> Domain:
    """The domain that ships."""
    return Domain.load(ROOT / "domain.yml")


@pytest.fixture
def conversation(store: FactStore, domain: Domain) -> Conversation:
    """A conversation that begins."""
    return Conversation(store, domain)


def _understood(
    intent: str,
    entities: Sequence[Tuple[str, str]],
    ranking: "Sequence[Sequence[str]] | None",
    intents: Sequence[str] = (),
    **further: Any,
) -> Dict[str, Any]:
    message: Dict[str, Any] = {
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": [{"name": name, "confidence": 0.5} for name in intents or (intent, "greet")],
        "entities": [{"entity": kind, "value": value, "start": 0, "end": 1} for kind, value in entities],
        **further,
    }
    if ranking is not None:
        message["fact_ranking"] = [{"facts": list(facts), "confidence": 0.5} for facts in ranking]
    return message


def _answered(action: Answer, tracker: Tracker) -> Tuple[Reply, List[Dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    (message,) = json.loads(json.dumps(dispatcher.messages))
    return Reply.from_message(message), json.loads(json.dumps(events))
