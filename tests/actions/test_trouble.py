"""A fault inside an action: the visitor is told, and nobody else learns the visitor's words."""

import json
import logging
from typing import Any, Callable

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from bot.facts import FactStore
from bot.faults import described
from bot.reply import Reply, ReplyKind

Asked = Callable[..., Tracker]
ReplyTo = Callable[[Any, Tracker], Reply]

SECRET = "what my boss Quillfeather did to me"


class BrokenStore:
    """Whatever it is asked for, it fails with the visitor's words in its message."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"Nothing found for '{SECRET}'.")


@pytest.mark.parametrize("intent", ["ask_origin", "ask_region", "ask_who_is"])
def test_a_fault_is_told_without_the_words_of_the_visitor(
    intent: str, asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    tracker = asked(intent, ("region", "France"), ("person", "Tarana Burke"), text=SECRET)
    dispatcher = CollectingDispatcher()
    with caplog.at_level(logging.DEBUG):
        events = Answer(BrokenStore()).run(dispatcher, tracker, {})  # type: ignore[arg-type]

    (message,) = dispatcher.messages
    assert Reply.from_message(message) == Reply.worded("trouble")
    assert Reply.from_message(message).kind is ReplyKind.REFUSAL
    assert "Quillfeather" not in json.dumps([message, events])
    (record,) = [record for record in caplog.records if record.name == "actions.answer"]
    assert "Quillfeather" not in caplog.text
    assert record.exc_info is None
    assert record.levelno == logging.ERROR
    assert "RuntimeError at test_trouble.py:" in record.getMessage()
    assert Answer(BrokenStore()).name() in record.getMessage()  # type: ignore[arg-type]


@pytest.mark.parametrize("intent", ["ask_something_else", "greet"])
def test_an_intent_that_is_no_topic_is_a_fault(store: FactStore, asked: Asked, reply_to: ReplyTo, intent: str) -> None:
    assert reply_to(Answer(store), asked(intent)) == Reply.worded("trouble")


def test_a_fact_that_the_model_knows_and_the_store_does_not_is_a_fault(
    store: FactStore, asked: Asked, reply_to: ReplyTo
) -> None:
    assert reply_to(Answer(store), asked("ask_origin", ranking=[["no-such-fact"]])) == Reply.worded("trouble")


def test_a_message_that_was_not_understood_at_all_is_a_fault(store: FactStore, reply_to: ReplyTo) -> None:
    assert reply_to(Answer(store), Tracker.from_dict({"sender_id": "one"})) == Reply.worded("trouble")


def test_an_exception_that_was_never_raised_has_no_place() -> None:
    assert described(ValueError(SECRET)) == "ValueError"
