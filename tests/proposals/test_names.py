"""Names and dates in a sentence, known and unknown."""

from typing import Dict

import pytest

from bot.facts import Kind, load_store
from bot.proposals.names import NameFinder, Names, subject_region


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    return NameFinder(load_store())


def test_the_stores_names_are_found_by_every_spelling(finder: NameFinder) -> None:
    found = finder.find("Burke and Alyssa Milano spoke of TimesUp on Myspace, in Stockholm and in Bollywood.")
    assert found.people == ["Tarana Burke", "Alyssa Milano"]
    assert (found.organisations, found.platforms) == (["Times Up"], ["Myspace"])
    assert found.regions == ["Sweden", "Bollywood"]
    assert found.unknown == {}
    assert found.written_out.startswith("Tarana Burke and Alyssa Milano spoke of Times Up on Myspace, in Sweden")


def test_a_document_is_not_taken_to_be_misspelt(finder: NameFinder) -> None:
    assert finder.find("A burkett and a lawrance were there.").people == []


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Noomi Rapace spoke first.", {"Noomi Rapace": Kind.PERSON}),
        ("It was Noomi Rapace, not Åsa Regnér.", {"Noomi Rapace": Kind.PERSON, "Åsa Regnér": Kind.PERSON}),
        ("The Ministry of Health agreed.", {"Ministry of Health": Kind.ORGANISATION}),
        ("It was a Behaviour Code of the ILO.", {"Behaviour Code": Kind.PERSON, "ILO": Kind.ORGANISATION}),
        ("In Estonia they asked in English.", {"Estonia": Kind.REGION}),
        ("They wrote #tystnadtagning and #MeToo.", {"#tystnadtagning": Kind.MOVEMENT}),
        ("Lawyers followed on Monday. Others came in June.", {}),
        ("“Everybody spoke,” she said.", {}),
    ],
)
def test_unknown_names_are_told_by_their_capitals(finder: NameFinder, text: str, unknown: Dict[str, Kind]) -> None:
    found = finder.find(text).unknown
    assert found == unknown


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It was so on 1 July 2018 and in 2017.", ["1 July 2018", "2017"]),
        ("From November 2017 to 2019, and again in 2017.", ["2017", "2019"]),
        ("Room 2018a held 300 people, 12345 in all.", []),
    ],
)
def test_dates_are_those_that_a_fact_may_have(finder: NameFinder, text: str, dates: Dict[str, Kind]) -> None:
    assert finder.find(text).dates == dates


def test_a_document_is_about_the_region_of_its_title_or_of_most_sentences() -> None:
    sweden, norway, none = Names(regions=["Sweden"]), Names(regions=["Norway"]), Names()
    assert subject_region(sweden, [norway, norway]) == "Sweden"
    assert subject_region(none, [norway, norway, none]) == "Norway"
    assert subject_region(none, [norway, none, none]) is None
    assert subject_region(none, [sweden, norway, none]) is None


def test_the_texts_that_name_somebody_are_found_among_many(finder: NameFinder) -> None:
    texts = ["metoo in SWEDISH theatres", "milano's tweet", "what the milanos ate", "swedenborg", "Norway", "nothing"]
    assert finder.naming({"Sweden", "Alyssa Milano"}, texts) == texts[:3]
    assert finder.naming(set(), texts) == []
