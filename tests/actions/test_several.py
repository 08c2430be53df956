"""Several questions of one message are answered in one reply."""

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind


def reply_to(store: FactStore, *questions: Dict[str, Any]) -> Reply:
    message = {"intent": {"name": questions[0]["intent"]}, "entities": [], "questions": list(questions)}
    dispatcher = CollectingDispatcher()
    Answer(store).run(dispatcher, Tracker.from_dict({"sender_id": "x", "latest_message": message}), {})
    (uttered,) = dispatcher.messages
    return Reply.from_message(uttered)


def question(intent: str, *facts: str, **names: List[str]) -> Dict[str, Any]:
    return {"intent": intent, "facts": list(facts), "names": names}


def test_both_are_answered_and_cited(store: FactStore) -> None:
    reply = reply_to(
        store, question("ask_origin", "burke-first-used-phrase"), question("ask_popularisation", "momentum-2017")
    )
    assert reply.kind is ReplyKind.ANSWER
    assert [citation.id for citation in reply.facts] == ["burke-first-used-phrase", "momentum-2017"]
    paragraphs = reply.text.split("\n\n")
    assert paragraphs == [store.fact("burke-first-used-phrase").answer, store.fact("momentum-2017").answer]


def test_a_fact_that_answers_both_is_cited_once(store: FactStore) -> None:
    reply = reply_to(store, question("ask_origin"), question("ask_popularisation"))
    ids = [citation.id for citation in reply.facts]
    assert len(ids) == len(set(ids)) and "phrase-popularised-by-milano" in ids


def test_what_is_not_there_is_said_beside_what_is(store: FactStore) -> None:
    reply = reply_to(store, question("ask_region", region=["Japan"]), question("ask_goals", "goal-community"))
    assert reply.kind is ReplyKind.ANSWER
    assert "Japan" in reply.text and [citation.id for citation in reply.facts] == ["goal-community"]


def test_two_things_that_are_not_there_are_a_refusal(store: FactStore) -> None:
    reply = reply_to(store, question("ask_region", region=["Japan"]), question("ask_who_is", person=["Nobody"]))
    assert reply.kind is ReplyKind.REFUSAL and not reply.facts
