"""Cutting a message into what could be questions of their own."""

from typing import List

import pytest

from bot.nlu.clauses import clauses_of


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("who started it and when did it blow up?", ["who started it", "when did it blow up"]),
        ("What is MeToo? Who started it?", ["What is MeToo", "Who started it"]),
        ("what is metoo n who thought of it", ["what is metoo", "who thought of it"]),
        ("the year it began - and the year it took off", ["the year it began", "the year it took off"]),
        ("who started it", []),
        ("advocates and allies", []),
        ("pathways for healing, justice, and action", []),
        ("what about France and Bollywood", []),
        ("", []),
        ("???", []),
        ("one two three. " * 9, ["one two three"] * 4),
    ],
)
def test_clauses(text: str, clauses: List[str]) -> None:
    assert clauses_of(text) == clauses
