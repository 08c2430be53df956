"""Trackers as Rasa sends them to the action server, and what an action answers to them."""

import json
from typing import Any, Callable, Dict, Sequence, Tuple

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
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
        intent: str, *entities: Tuple[str, str], ranking: "Sequence[Sequence[str]] | None" = None, text: str = "hello"
    ) -> Tracker:
        message: Dict[str, Any] = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": intent, "confidence": 0.9}, {"name": "greet", "confidence": 0.1}],
            "entities": [{"entity": kind, "value": value, "start": 0, "end": 1} for kind, value in entities],
        }
        if ranking is not None:
            message["fact_ranking"] = [{"facts": list(facts), "confidence": 0.5} for facts in ranking]
        return Tracker.from_dict({"sender_id": "one", "latest_message": message})

    return make


@pytest.fixture
def reply_to() -> Callable[[Answer, Tracker], Reply]:
    """Runs an action, and reads the one reply that it makes as a channel does."""

    def run(action: Answer, tracker: Tracker) -> Reply:
        dispatcher = CollectingDispatcher()
        assert action.run(dispatcher, tracker, {}) == []
        (message,) = json.loads(json.dumps(dispatcher.messages))
        return Reply.from_message(message)

    return run
