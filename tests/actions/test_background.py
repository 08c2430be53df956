"""Facts from elsewhere: labelled, with their source, only where the document is silent, and off on request."""

from typing import Any

import pytest

from actions.background import SETTING
from bot.facts.background import load_background
from bot.reply import ReplyKind

FACT = load_background().facts["x-weinstein-courts"]


def test_a_refusal_becomes_a_labelled_answer(conversation: Any) -> None:
    reply = conversation.say("not_in_documents", background=FACT.id)
    assert reply.kind is ReplyKind.ANSWER
    assert f"From a separate source, not the document: {FACT.answer}" in reply.text
    assert reply.text.count("as of") == 1
    assert FACT.source_title in reply.text and str(FACT.as_of.year) in reply.text
    (citation,) = reply.facts
    assert (citation.collection, citation.quote, citation.source_url) == ("background", FACT.quote, FACT.source_url)
    assert citation.source_title and citation.checked_on and citation.as_of == FACT.as_of.isoformat()


def test_it_stays_out_of_answers_of_the_document(conversation: Any) -> None:
    reply = conversation.say("ask_origin", ranking=[["burke-who"]], background=FACT.id)
    assert {each.collection for each in reply.facts} == {"document"}
    assert FACT.answer not in reply.text


@pytest.mark.parametrize("intent", ["out_of_scope", "ask_source", "affirm"])
def test_it_answers_only_who_asks_for_facts(conversation: Any, intent: str) -> None:
    assert FACT.answer not in conversation.say(intent, background=FACT.id).text


@pytest.mark.parametrize("value", ["off", "OFF"])
def test_the_operator_switches_it_off(conversation: Any, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(SETTING, value)
    reply = conversation.say("not_in_documents", background=FACT.id)
    assert reply.kind is ReplyKind.REFUSAL and not reply.facts
    monkeypatch.setenv(SETTING, "on")
    assert conversation.say("not_in_documents", background=FACT.id).kind is ReplyKind.ANSWER


def test_a_fact_that_is_gone_is_a_refusal(conversation: Any) -> None:
    assert conversation.say("not_in_documents", background="x-gone").kind is ReplyKind.REFUSAL


def test_the_source_of_it_can_be_asked_for(conversation: Any) -> None:
    conversation.say("not_in_documents", background=FACT.id)
    assert FACT.source_title in conversation.say("ask_source").text
