"""A document's sentences, and what of each stands on one line."""

from typing import List, Tuple

import pytest

from bot import ROOT
from bot.facts import load_store
from bot.proposals.sentences import Part, split


def texts(document: str) -> List[str]:
    return [sentence.text for sentence in split(document).sentences]


def quotes(document: str) -> List[Tuple[int, str]]:
    return [(sentence.quote.line, sentence.quote.text) for sentence in split(document).sentences]


def test_every_fact_of_the_shipped_document_lies_in_a_sentence() -> None:
    store = load_store()
    found = split(store.documents["metoo.txt"]).sentences
    for fact in store.facts:
        assert any(fact.quote in sentence.quote.text and fact.line == sentence.quote.line for sentence in found), (
            fact.id
        )


@pytest.mark.parametrize("name", ["data/documents/metoo.txt", "docs/examples/sweden.txt"])
def test_every_quote_stands_word_for_word_on_its_line(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.splitlines()
    found = split(text).sentences
    assert found
    for sentence in found:
        assert sentence.is_on_one_line
        assert sentence.quote.text in lines[sentence.quote.line - 1]


def test_headings_questions_and_addresses_are_no_facts() -> None:
    found = split(
        "What is it?\nIt is a movement of many.\n\nHow it went on\n- Was it so?\n"
        "- See https://example.org/a for all of it.\n- It went on and on.\n---\n"
    )
    assert [sentence.text for sentence in found.sentences] == ["It is a movement of many.", "It went on and on."]
    assert found.headings == ["What is it?", "How it went on"]
    assert [sentence.heading for sentence in found.sentences] == found.headings
    assert found.others == 2


WRAPPED = """\
In November 2017, actresses in Sweden published an open
letter about sexual abuse at work. Many others followed. They
asked for change.
"""


def test_of_a_sentence_over_several_lines_the_longest_part_is_quoted() -> None:
    first, second, third = split(WRAPPED).sentences
    assert first.text == "In November 2017, actresses in Sweden published an open letter about sexual abuse at work."
    assert first.quote == Part(1, "In November 2017, actresses in Sweden published an open")
    assert first.parts == (first.quote, Part(2, "letter about sexual abuse at work."))
    assert second.is_on_one_line and second.quote == Part(2, "Many others followed.")
    assert third.quote == Part(3, "asked for change.")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do(line_end: str) -> None:
    assert quotes(WRAPPED.replace("\n", line_end)) == quotes(WRAPPED)
    two = f"First of all.{line_end}{line_end}Then the second."
    assert quotes(two) == [(1, "First of all."), (3, "Then the second.")]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith of the U.S. spoke to J. Doe about it.",
        "The ILO adopted Convention No. 190 in 2019.",
        "She said “that is enough.”",
        "The share rose by 3.5 per cent in 2018.",
        "(All of it was said before.)",
        "Founders met at a.m. hours, as e.g. in Oslo.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert texts(text) == [text]
    assert texts(f"{text} It went on from there.") == [text, "It went on from there."]


def test_what_opens_a_sentence_belongs_to_it() -> None:
    assert texts("It was the first one. #MeToo came after it. “So it was,” she said.") == [
        "It was the first one.",
        "#MeToo came after it.",
        "“So it was,” she said.",
    ]


def test_items_of_lists_are_sentences_without_a_full_stop() -> None:
    text = "Aims\n- Building a community\n* Ending the silence\n1. Justice for all people\n2) Change that lasts\n"
    assert quotes(text) == [
        (2, "Building a community"),
        (3, "Ending the silence"),
        (4, "Justice for all people"),
        (5, "Change that lasts"),
    ]
