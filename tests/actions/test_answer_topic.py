"""A question about a topic: what the ranker puts first, or the whole topic."""

from typing import Any, Callable, List

import pytest
from rasa_sdk import Tracker

from actions.answer import Answer
from bot.facts import FactStore
from bot.reply import Citation, Reply, ReplyKind

Asked = Callable[..., Tracker]
ReplyTo = Callable[[Any, Tracker], Reply]


def ids(reply: Reply) -> List[str]:
    return [citation.id for citation in reply.facts]


def test_the_fact_that_is_ranked_first_is_the_answer(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    tracker = asked("ask_origin", ranking=[["burke-first-used-phrase"], ["burke-who"]])
    fact = store.fact("burke-first-used-phrase")
    reply = reply_to(Answer(store), tracker)
    assert (reply.kind, reply.text) == (ReplyKind.ANSWER, fact.answer)
    assert reply.facts == (Citation(fact.id, fact.quote, "metoo.txt", 8),)


def test_several_facts_are_listed_in_the_order_of_the_ranking(
    store: FactStore, asked: Asked, reply_to: ReplyTo
) -> None:
    ranked = ["momentum-2017", "phrase-popularised-by-milano"]
    reply = reply_to(Answer(store), asked("ask_popularisation", ranking=[ranked, ["milano-purpose"]]))
    lines = [f"• {store.fact(fact_id).answer}" for fact_id in ranked]
    assert reply.text.split("\n") == [store.topic("popularisation").intro, *lines]
    assert ids(reply) == ranked


@pytest.mark.parametrize("ranking", [None, []], ids=["no ranking", "empty ranking"])
@pytest.mark.parametrize("topic_id", ["definition", "origin", "achievements", "goals", "times-up", "global-impact"])
def test_without_a_ranking_the_answer_is_the_whole_topic(
    store: FactStore, asked: Asked, reply_to: ReplyTo, topic_id: str, ranking: "List[List[str]] | None"
) -> None:
    topic = store.topic(topic_id)
    reply = reply_to(Answer(store), asked(topic.intent, ranking=ranking))
    assert reply.kind is ReplyKind.ANSWER
    assert reply.text.startswith(topic.intro + "\n• ")
    assert ids(reply) == topic.facts


def test_a_topic_of_one_fact_has_no_introduction(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    reply = reply_to(Answer(store), asked("ask_endorsement"))
    assert reply.text == store.fact("celebrity-endorsements").answer


def test_an_answer_suggests_what_comes_next(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    reply = reply_to(Answer(store), asked("ask_origin", ranking=[["burke-who"]]))
    assert [(each.title, each.text) for each in reply.suggestions] == store.next_questions(
        "origin", [store.fact("burke-who")]
    )
    assert reply.suggestions[0].title == "Who started it?"


def test_every_fact_can_be_given_alone(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    for fact in store.facts:
        reply = reply_to(Answer(store), asked(store.topic(fact.topic).intent, ranking=[[fact.id]]))
        assert (reply.text, ids(reply)) == (fact.answer, [fact.id])
        assert reply.suggestions


def test_what_the_documents_do_not_say_is_never_added(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    reply = reply_to(Answer(store), asked("ask_goals", ("platform", "Tumblr"), text="a word from the visitor"))
    assert "Tumblr" not in reply.text and "visitor" not in reply.text


def test_what_is_said_of_the_movement_is_not_said_of_a_place(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    reply = reply_to(Answer(store), asked("ask_goals", ("region", "Japan")))
    assert reply.kind is ReplyKind.REFUSAL and "anything about Japan" in reply.text
    assert reply_to(Answer(store), asked("ask_goals", ("region", "France"))).kind is ReplyKind.ANSWER


def test_without_a_store_it_answers_from_the_one_that_ships(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    assert reply_to(Answer(), asked("ask_goals")) == reply_to(Answer(store), asked("ask_goals"))
