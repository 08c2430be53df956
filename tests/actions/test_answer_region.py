"""A question about a place: its facts, those of the nearest one, or that the document does not have it."""

from typing import Any, Callable, List, Sequence

import pytest
from rasa_sdk import Tracker

from actions.answer import Answer
from bot.facts import About, FactStore
from bot.reply import Reply, ReplyKind

Asked = Callable[..., Tracker]
ReplyTo = Callable[[Any, Tracker], Reply]

FRANCE = ["france-momentum"]
BOLLYWOOD = ["bollywood-shaken", "bollywood-real-changes"]


@pytest.fixture
def answer(store: FactStore, asked: Asked, reply_to: ReplyTo) -> Callable[..., Reply]:
    """What the action answers when these regions were named, and the facts were ranked so."""

    def run(*regions: str, ranking: "Sequence[Sequence[str]] | None" = None) -> Reply:
        entities = [("region", region) for region in regions]
        return reply_to(Answer(store), asked("ask_region", ("movement", "Me Too"), *entities, ranking=ranking))

    return run


def ids(reply: Reply) -> List[str]:
    return [citation.id for citation in reply.facts]


def test_a_place_of_one_fact_gets_it_alone(store: FactStore, answer: Callable[..., Reply]) -> None:
    reply = answer("France")
    assert (reply.kind, ids(reply)) == (ReplyKind.ANSWER, FRANCE)
    assert reply.text == store.fact("france-momentum").answer


def test_a_place_of_several_facts_gets_them_with_the_introduction(
    store: FactStore, answer: Callable[..., Reply]
) -> None:
    reply = answer("Bollywood")
    answers = "\n".join(f"• {store.fact(fact_id).answer}" for fact_id in BOLLYWOOD)
    assert ids(reply) == BOLLYWOOD
    assert reply.text == Reply.worded("region", regions="Bollywood", answers=answers).text


def test_several_places_are_answered_in_the_order_in_which_they_were_named(answer: Callable[..., Reply]) -> None:
    reply = answer("Bollywood", "France")
    assert ids(reply) == BOLLYWOOD + FRANCE
    assert reply.text.startswith("On MeToo in Bollywood and France, the document says:\n")
    assert ids(answer("France", "Bollywood", "France")) == FRANCE + BOLLYWOOD


def test_two_places_of_one_fact_get_it_once(answer: Callable[..., Reply]) -> None:
    assert ids(answer("France", "Hollywood")) == FRANCE


def test_the_ranking_picks_among_the_facts_of_the_place(answer: Callable[..., Reply]) -> None:
    reply = answer("Bollywood", ranking=[["bollywood-real-changes"], ["bollywood-shaken"]])
    assert ids(reply) == ["bollywood-real-changes"]


def test_the_ranking_brings_in_no_other_place(answer: Callable[..., Reply]) -> None:
    assert ids(answer("France", ranking=[["bollywood-shaken"]])) == FRANCE
    assert ids(answer("Bollywood", ranking=[FRANCE + BOLLYWOOD])) == BOLLYWOOD


def test_an_unknown_place_is_told_with_those_that_there_are(store: FactStore, answer: Callable[..., Reply]) -> None:
    reply = answer("Japan", ranking=[FRANCE])
    assert (reply.kind, reply.facts) == (ReplyKind.REFUSAL, ())
    assert reply.text == Reply.worded("region_unknown", region="Japan", known="France and Bollywood").text
    suggested = [(each.title, each.text) for each in reply.suggestions]
    assert suggested == [
        (fact.title, fact.questions[0]) for fact in (store.fact("france-momentum"), store.fact("bollywood-shaken"))
    ]


def test_a_place_has_its_article_in_a_sentence(answer: Callable[..., Reply]) -> None:
    assert "about the Netherlands. The places" in answer("Netherlands").text
    assert "about Japan. The places" in answer("Japan").text


def test_a_place_with_a_nearest_one_gets_its_facts_and_is_told_so(
    store: FactStore, answer: Callable[..., Reply]
) -> None:
    reply = answer("India")
    answers = "\n".join(f"• {store.fact(fact_id).answer}" for fact_id in BOLLYWOOD)
    expected = Reply.worded("region_nearest", region="India", nearest="Bollywood", answers=answers)
    assert (reply.kind, reply.text) == (ReplyKind.ANSWER, expected.text)
    assert ids(reply) == BOLLYWOOD
    assert reply.suggestions


def test_a_known_place_is_answered_beside_an_unknown_one(answer: Callable[..., Reply]) -> None:
    assert ids(answer("Japan", "France")) == FRANCE


def test_without_a_place_the_answer_is_the_whole_topic(store: FactStore, answer: Callable[..., Reply]) -> None:
    assert ids(answer()) == store.topic("region").facts


def test_without_a_place_the_ranking_decides(answer: Callable[..., Reply]) -> None:
    assert ids(answer(ranking=[["bollywood-shaken"], FRANCE])) == ["bollywood-shaken"]


def test_names_of_other_kinds_are_no_places(store: FactStore, asked: Asked, reply_to: ReplyTo) -> None:
    tracker = asked("ask_region", ("person", "Tarana Burke"), ("platform", "Myspace"))
    assert ids(reply_to(Answer(store), tracker)) == store.topic("region").facts


@pytest.fixture
def extended(store: FactStore) -> FactStore:
    """The store with two facts about Sweden from another document."""
    facts = [
        store.fact("france-momentum").copy(
            update={"id": fact_id, "document": "north.txt", "about": About(places=["Sweden"])}
        )
        for fact_id in ("sweden-one", "sweden-two")
    ]
    return FactStore([*store.facts, *facts], store.topics, store.names, store.documents)


def test_what_one_document_says_of_the_world_is_not_said_of_the_place_of_another(
    extended: FactStore, asked: Asked, reply_to: ReplyTo
) -> None:
    ranking = [extended.topic("achievements").facts]
    of_sweden = reply_to(Answer(extended), asked("ask_achievements", ("region", "Sweden"), ranking=ranking))
    assert ids(of_sweden) == ["sweden-one", "sweden-two"]
    of_the_world = reply_to(Answer(extended), asked("ask_achievements", ranking=ranking))
    of_france = reply_to(Answer(extended), asked("ask_achievements", ("region", "France"), ranking=ranking))
    assert ids(of_the_world) == ids(of_france) == extended.topic("achievements").facts


def test_who_asks_for_places_in_general_and_names_one_gets_all_of_it(
    extended: FactStore, asked: Asked, reply_to: ReplyTo
) -> None:
    general = [extended.topic("region").facts]
    reply = reply_to(Answer(extended), asked("ask_region", ("region", "Sweden"), ranking=general))
    assert ids(reply) == ["sweden-one", "sweden-two"]
    unsure = reply_to(
        Answer(extended), asked("ask_region", ("region", "Sweden"), ranking=[["sweden-two", *general[0]]])
    )
    assert ids(unsure) == ["sweden-one", "sweden-two"]
    one = reply_to(Answer(extended), asked("ask_region", ("region", "Sweden"), ranking=[["sweden-two"], *general]))
    assert ids(one) == ["sweden-two"]
    unknown = reply_to(Answer(extended), asked("ask_region", ("region", "Peru"), ranking=general))
    assert "France, Bollywood and Sweden" in unknown.text
