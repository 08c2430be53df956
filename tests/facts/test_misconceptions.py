"""What is corrected: each correction and each claim can do what it is for, and every fact has easy words."""

import re
from typing import Any, Iterator, Set

import pytest

from bot.facts import FactStore, Misconception, load_store
from bot.nlu.language import build_language

YEAR = re.compile(r"\b\d{4}\b")


def misconceptions() -> Iterator[Any]:
    for each in load_store().misconceptions:
        yield pytest.param(each, id=each.id)


@pytest.fixture(scope="module")
def language(store: FactStore) -> Any:
    return build_language(store)


def mentioned_in(language: Any, text: str) -> Set[str]:
    return {entity.ent_id_ for entity in language(text).ents} | set(YEAR.findall(text))


def test_there_are_misconceptions_and_each_is_found_by_its_id(store: FactStore) -> None:
    assert len(store.misconceptions) >= 19
    assert [store.misconception(each.id) for each in store.misconceptions] == list(store.misconceptions)
    with pytest.raises(KeyError):
        store.misconception("burke-who")


@pytest.mark.parametrize("each", misconceptions())
def test_a_correction_begins_gently(each: Misconception) -> None:
    assert each.correction.startswith("Not quite. ")
    assert "document" in each.correction


@pytest.mark.parametrize("each", misconceptions())
def test_every_claim_speaks_of_what_it_is_recognised_by(language: Any, each: Misconception) -> None:
    missing = [claim for claim in each.claims if not mentioned_in(language, claim) & set(each.mentions)]
    assert missing == []


@pytest.mark.parametrize("each", misconceptions())
def test_a_correction_rests_on_all_that_it_names(store: FactStore, language: Any, each: Misconception) -> None:
    """A year or a name of the correction stands in a fact that is cited with it."""
    cited = [store.fact(fact_id) for fact_id in each.facts]
    grounds = " ".join([*(fact.answer for fact in cited), *(fact.quote for fact in cited)])
    allowed = mentioned_in(language, grounds) | {"Me Too"}
    assert mentioned_in(language, each.correction) <= allowed


def test_every_claim_stands_once(store: FactStore) -> None:
    claims = [claim.casefold() for each in store.misconceptions for claim in each.claims]
    assert {claim for claim in claims if claims.count(claim) > 1} == set()


def test_every_fact_has_easy_words_of_its_own(store: FactStore) -> None:
    assert len(store.facts) == 26
    assert [fact.id for fact in store.facts if not fact.simple or fact.simple == fact.answer] == []
    assert len({fact.simple for fact in store.facts}) == 26


def test_easy_words_hold_no_year_or_name_that_the_fact_does_not(store: FactStore, language: Any) -> None:
    for fact in store.facts:
        given = mentioned_in(language, f"{fact.answer} {fact.quote} {' '.join(fact.about.people)}")
        added = mentioned_in(language, fact.simple) - given - {"Me Too"}
        assert not added, (fact.id, added)


def test_facts_that_say_what_something_was_for_or_came_of_are_marked(store: FactStore) -> None:
    assert {fact.id for fact in store.facts if fact.about.purpose} == {
        "metoo-survivor-led",
        "milano-purpose",
        "times-up-description",
        "weinstein-news-reports",
    }
