"""A question about a person: what the documents say, and the same words for everybody whom they do not mention."""

from typing import Any, Callable, List

import pytest
from rasa_sdk import Tracker

from actions.answer import Answer
from bot.facts import FactStore, Kind
from bot.reply import Reply, ReplyKind

Asked = Callable[..., Tracker]
ReplyTo = Callable[[Any, Tracker], Reply]


@pytest.fixture
def answer(store: FactStore, asked: Asked, reply_to: ReplyTo) -> Callable[..., Reply]:
    """What the action answers when these people were named."""

    def run(*people: str) -> Reply:
        return reply_to(Answer(store), asked("ask_who_is", *(("person", name) for name in people)))

    return run


def ids(reply: Reply) -> List[str]:
    return [citation.id for citation in reply.facts]


def test_a_person_is_introduced_by_their_first_facts(store: FactStore, answer: Callable[..., Reply]) -> None:
    reply = answer("Tarana Burke")
    told = ["burke-who", "burke-first-used-phrase"]
    answers = "\n".join(f"• {store.fact(fact_id).answer}" for fact_id in told)
    assert (reply.kind, ids(reply)) == (ReplyKind.ANSWER, told)
    assert reply.text == Reply.worded("person", people="Tarana Burke", answers=answers).text


def test_a_person_of_many_facts_gets_three(store: FactStore, answer: Callable[..., Reply]) -> None:
    assert len(store.facts_about("Alyssa Milano")) > 3
    assert ids(answer("Alyssa Milano")) == ["phrase-popularised-by-milano", "momentum-2017", "milano-purpose"]


def test_a_single_fact_is_told_without_a_list(store: FactStore, answer: Callable[..., Reply]) -> None:
    reply = answer("Harvey Weinstein")
    assert reply.text.split("\n")[1:] == [store.fact("weinstein-news-reports").answer]


def test_several_people_are_told_in_the_order_in_which_they_were_named(answer: Callable[..., Reply]) -> None:
    reply = answer("Harvey Weinstein", "Tarana Burke", "Harvey Weinstein")
    assert ids(reply) == ["weinstein-news-reports", "burke-who", "burke-first-used-phrase"]
    assert reply.text.startswith("On Harvey Weinstein and Tarana Burke, the document says:\n")


def test_a_fact_about_two_people_is_told_once(answer: Callable[..., Reply]) -> None:
    assert ids(answer("Uma Thurman", "Gwyneth Paltrow")) == ["celebrity-endorsements"]


def test_everybody_in_the_store_can_be_asked_about(store: FactStore, answer: Callable[..., Reply]) -> None:
    people = [name.name for name in store.names if name.kind is Kind.PERSON]
    assert len(people) == 6
    for name in people:
        reply = answer(name)
        assert name in reply.text and reply.facts and reply.suggestions


def test_a_person_whom_the_documents_do_not_mention_gets_no_words_of_their_own(answer: Callable[..., Reply]) -> None:
    reply = answer("Jane Doe")
    assert reply == Reply.worded("person_unknown") == answer()
    assert reply.kind is ReplyKind.REFUSAL


def test_a_known_person_is_told_beside_an_unknown_one(answer: Callable[..., Reply]) -> None:
    reply = answer("Jane Doe", "Tarana Burke")
    assert ids(reply) == ["burke-who", "burke-first-used-phrase"]
    assert "Jane" not in reply.text


def test_names_of_other_kinds_are_no_people(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    tracker = asked("ask_who_is", ("organisation", "Times Up"), ("movement", "Me Too"))
    assert reply_to(Answer(store), tracker) == Reply.worded("person_unknown")
