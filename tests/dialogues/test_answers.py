"""What every answer must be, whatever was asked: cited word for word, and leading on to questions that have answers."""

from functools import cache
from typing import Any, Dict, FrozenSet, Iterator, List, Sequence, Tuple

import pytest
import yaml

from bot import ROOT
from bot.dialogues.holding import side_by_side
from bot.facts import load_store
from bot.processes import Assistant
from tests.channels.client import Client

# What a suggestion gets that asks for no fact.
LEADS_ELSEWHERE = {
    "Delete my chat": "chat",
    "How do I leave quickly?": "chat",
    "Is there a helpline I can call?": "support",
    "I'm in the United States": "support",
    "I'm in the UK": "support",
    "I'm in France": "support",
    "I'm in India": "support",
}


def leads_on(text: str) -> bool:
    """Whether a suggestion is one of those that the tests below press."""
    return text in _pressed()


@cache
def _pressed() -> FrozenSet[str]:
    return (
        frozenset(suggestions_of_wording())
        | frozenset(LEADS_ELSEWHERE)
        | {question for question, _ in questions_of_the_store()}
    )


def suggestions_of_wording() -> Iterator[str]:
    """Every suggestion that stands in data rather than coming from the store."""
    for variations in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"].values():
        for response in variations:
            yield from (button["payload"] for button in response.get("buttons", ()))
    for reply in yaml.safe_load((ROOT / "data/wording.yml").read_text(encoding="utf-8"))["replies"].values():
        yield from (suggestion["text"] for suggestion in reply.get("suggestions", ()))


def questions_of_the_store() -> List[Tuple[str, List[str]]]:
    """Each question that a fact or a topic is listed with, and the facts of its answer."""
    store = load_store()
    asked = [(question, [fact.id]) for fact in store.facts for question in fact.questions]
    return asked + [(question, list(topic.facts)) for topic in store.topics for question in topic.questions]


def test_every_question_of_the_store_gets_its_facts_verbatim(assistant: Assistant) -> None:
    asked = questions_of_the_store()
    parts = [asked[start : start + 35] for start in range(0, len(asked), 35)]  # 40 messages a minute in a conversation
    replies = [reply for part in side_by_side(lambda part: _replies(assistant.port, part), parts) for reply in part]
    wrong = []
    for (question, facts), reply in zip(asked, replies):
        cited = [fact["id"] for fact in reply["facts"]]
        if reply["kind"] != "answer" or not set(facts) <= set(cited):
            wrong.append((question, facts, reply["kind"], cited))
        for fact in reply["facts"]:
            document = (ROOT / "data/documents" / fact["document"]).read_text(encoding="utf-8")
            assert fact["quote"] in document.splitlines()[fact["line"] - 1]
        for suggestion in reply["suggestions"]:
            assert leads_on(suggestion["text"])
    assert not wrong


def _replies(port: int, asked: Sequence[Tuple[str, List[str]]]) -> List[Dict[str, Any]]:
    """The replies to questions that are asked in one conversation."""
    conversation = Client(port).begin()
    return [conversation.say(question) for question, _ in asked]


@pytest.mark.parametrize("text", sorted(set(suggestions_of_wording())))
def test_every_suggestion_of_the_wording_leads_to_an_answer(assistant: Assistant, text: str) -> None:
    reply = Client(assistant.port).begin().say(text)
    assert reply["kind"] == LEADS_ELSEWHERE.get(text, "answer")
    assert reply["facts"] or text in LEADS_ELSEWHERE
