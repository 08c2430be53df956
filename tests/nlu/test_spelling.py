"""Misspelt names are found, misspelt words corrected, and what is spelt right is left alone."""

from typing import List, Tuple

import pytest
from spacy.language import Language

from bot.nlu.spelling import corrected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harvy weinsteen, what did he do", [("weinsteen", "Harvey Weinstein")]),
        ("jenifer lawrense?", [("lawrense", "Jennifer Lawrence")]),
        ("Alyssa Milanoo", [("Alyssa Milanoo", "Alyssa Milano")]),
        ("MeToo in Bollywoot", [("MeToo", "Me Too"), ("Bollywoot", "Bollywood")]),
        ("what about Argentinia", [("Argentinia", "Argentina")]),
    ],
)
def test_a_misspelt_name_is_the_name(language: Language, text: str, found: List[Tuple[str, str]]) -> None:
    assert [(entity.text, entity.ent_id_) for entity in language(text).ents] == found


@pytest.mark.parametrize(
    "text",
    ["finance", "a trance", "in a frame", "the weiner family", "burkett and thurmond", "balancetonporc", "qwzzrt"],
)
def test_what_is_only_a_little_like_a_name_is_none(language: Language, text: str) -> None:
    assert language(text).ents == ()


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("wat did goverments do", "wat did governments do"),
        ("WHICH CONTRIES?", "WHICH countries?"),
        ("a supporrter, or a harrasser", "a supporter, or a harasser"),
    ],
)
def test_a_misspelt_word_is_corrected(text: str, right: str) -> None:
    assert corrected(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "Who popularised the organisation's hashtag?",
        "wats this pls",  # short words are too like others
        "asdfghjkl zxcvbnmq",
        "#BalanceTonPorc",
        "",
    ],
)
def test_what_is_right_or_beyond_help_stays(text: str) -> None:
    assert corrected(text) == text


def test_what_our_own_data_misspells_is_corrected_too() -> None:
    assert corrected("the movment of survivers") == "the movement of survivors"
