"""Names in a text, however visitors write them."""

from typing import Any, List, Tuple

import pytest
from spacy.language import Language

from bot.facts import FactStore, load_store
from bot.nlu.language import spellings

Found = Tuple[str, str]

ME_TOO = ("movement", "Me Too")
BURKE = ("person", "Tarana Burke")
TIMES_UP = ("organisation", "Times Up")


def region(name: str) -> Found:
    return ("region", name)


def found_in(language: Language, text: str) -> List[Found]:
    return [(entity.label_, entity.ent_id_) for entity in language(text).ents]


def written_names() -> List[Any]:
    """Every name and alias of the store, with what it stands for."""
    return [
        pytest.param(spelling, (name.kind.value, name.name), id=spelling)
        for name in load_store().names
        for spelling in (name.name, *name.aliases)
    ]


@pytest.mark.parametrize(("spelling", "expected"), written_names())
def test_every_name_and_alias_is_found_as_it_is_written(language: Language, spelling: str, expected: Found) -> None:
    assert found_in(language, spelling) == [expected]
    assert found_in(language, f"and what about {spelling}?") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # people
        ("tarana", [BURKE]),
        ("Burke", [BURKE]),
        ("TARANA BURKE", [BURKE]),
        ("who is Tarana Burke?", [BURKE]),
        ("burke and milano", [BURKE, ("person", "Alyssa Milano")]),
        ("Alyssa Milano's tweet", [("person", "Alyssa Milano")]),
        ("Burkeley", []),
        # the movement
        ("metoo?", [ME_TOO]),
        ("#metoo", [ME_TOO]),
        ("the me too movement", [ME_TOO]),
        ("#MeToo in Bollywood", [ME_TOO, region("Bollywood")]),
        # organisations: both apostrophes, and none
        ("Time's Up", [TIMES_UP]),
        ("Time’s Up", [TIMES_UP]),
        ("TimesUp", [TIMES_UP]),
        ("times up", [TIMES_UP]),
        ("what did times up do", [TIMES_UP]),
        ("what time is it", []),
        # places of the store
        ("the Indian film industry", [region("Bollywood")]),
        ("Indian women", [region("India")]),
        ("in Paris, France", [region("France"), region("France")]),
        ("UK", [region("United Kingdom")]),
        ("the United Kingdom", [region("United Kingdom")]),
        ("USA", [region("United States")]),
        ("america", [region("United States")]),
        ("turkey", [region("Turkey")]),
        ("TÜRKIYE", [region("Turkey")]),
        ("Côte d'Ivoire", [region("Ivory Coast")]),
        ("Côte d’Ivoire", [region("Ivory Coast")]),
        ("cote d'ivoire", [region("Ivory Coast")]),
        # places that only the locale data know
        ("Iran", [region("Iran")]),
        ("what about iran?", [region("Iran")]),
        ("south korea", [region("South Korea")]),
        ("north korea", [region("North Korea")]),
        ("Myanmar", [region("Myanmar")]),
        ("hong kong", [region("Hong Kong")]),
        ("europe", [region("Europe")]),
        ("new zealand or brazil", [region("New Zealand"), region("Brazil")]),
        # no places
        ("tell us more", []),
        ("what about us", []),
        ("the whole world", []),
        ("World", []),
        ("an unknown region", []),
        ("it is on", []),
        ("", []),
    ],
)
def test_names_are_found_however_they_are_written(language: Language, text: str, expected: List[Found]) -> None:
    assert found_in(language, text) == expected


@pytest.mark.parametrize("text", ["St. Lucia", "what about St. Lucia?"])
def test_a_country_with_an_abbreviated_name_is_found(language: Language, text: str) -> None:
    assert found_in(language, text) == [region("St. Lucia")]


def test_a_name_of_the_store_comes_before_the_locale_data(store: FactStore) -> None:
    known = spellings(store)
    assert known["united kingdom"] == ("region", "United Kingdom")
    assert known["côte d’ivoire"] == ("region", "Ivory Coast")
    assert known["mumbai"] == ("region", "India")


def test_spellings_mean_the_same_in_lower_case_and_stand_for_known_kinds(store: FactStore) -> None:
    known = spellings(store)
    assert [spelling for spelling in known if known[spelling.lower()] != known[spelling]] == []
    assert {kind for kind, _ in known.values()} == {"person", "organisation", "platform", "region", "movement"}
    assert sum(kind == "region" for kind, _ in known.values()) > 250


def test_no_spelling_is_a_word_that_means_something_else(store: FactStore) -> None:
    assert {"us", "it", "in", "who", "me", "too", "world", "one", "time", "up"}.isdisjoint(spellings(store))
