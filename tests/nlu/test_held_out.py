"""Training never sees the questions that understanding is measured on."""

import json

import pytest

from benchmarks.copies import HASHES, examples_of_the_files, hashed
from bot import ROOT


def test_no_training_example_is_a_question_of_the_evaluation() -> None:
    held_out = set(HASHES.read_text(encoding="utf-8").split())
    assert len(held_out) > 200
    assert [example for example in examples_of_the_files() if hashed(example) in held_out] == []


@pytest.mark.parametrize(
    "file", ["questions.jsonl", "care.jsonl", "care_unseen.jsonl", "care_later.jsonl", "background.jsonl"]
)
def test_no_training_example_is_one_of_our_own_questions(file: str) -> None:
    items = [json.loads(line) for line in (ROOT / "tests" / file).read_text(encoding="utf-8").splitlines()]
    held_out = {hashed(turn) for item in items for turn in item.get("turns") or [item["question"]]}
    assert len(held_out) > 40
    assert [example for example in examples_of_the_files() if hashed(example) in held_out] == []


def test_hashes_ignore_case_and_punctuation() -> None:
    assert hashed("What’s MeToo?") == hashed("whats metoo ")
    assert hashed("???") != hashed("!!!")
