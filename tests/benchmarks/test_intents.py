"""The benchmark on a tiny set, and what its model promises."""

import csv
import json
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest

from benchmarks.classifiers import CHANCE, OURS
from benchmarks.datasets import OUTSIDE, QUESTIONS, Examples, draw, load, questions
from benchmarks.intents import equal_error_limit, limit_by_validation, main, score
from benchmarks.stock import nlu_yaml

TEXTS: Dict[str, List[str]] = {
    "CANCEL_ORDER": ["cancel my order", "I want to cancel the order", "please cancel it", "stop my order", "call off"],
    "OPENING_HOURS": ["when do you open", "opening hours", "are you open Sundays", "when do you close", "hours today"],
    "REFUND": ["I want my money back", "refund please", "when is the refund", "give me a refund", "refund my payment"],
}
FOREIGN = ["who won the match", "tell me a joke", "how tall is the Eiffel tower"]


@pytest.fixture
def examples() -> Examples:
    """All texts that have an intent."""
    pairs = [(text, intent) for intent, texts in TEXTS.items() for text in texts]
    return Examples([text for text, _ in pairs], [intent for _, intent in pairs])


def test_score_and_limits() -> None:
    asked = Examples(["a", "b", "c", "d", "e", "f"], ["x", "x", "y", "y", OUTSIDE, OUTSIDE])
    answers = np.array(["x", "x", "y", "x", "x", "y"]), np.array([0.9, 0.8, 0.4, 0.7, 0.3, 0.6])
    assert score(asked, answers, 0.0) == (0.75, 0.0)
    assert score(asked, answers, 0.5) == (0.5, 0.5)
    assert limit_by_validation(asked, answers, loss=0.0) == 0.4
    assert limit_by_validation(asked, answers, loss=0.25) == 0.8


def test_equal_errors() -> None:
    asked = Examples(list("abcd"), ["x", "x", OUTSIDE, OUTSIDE])
    # From above 0.4 to 0.5, one of two inside is refused and one of two outside let through.
    assert equal_error_limit(asked, (np.array(["x"] * 4), np.array([0.9, 0.4, 0.5, 0.3]))) == 0.5


def test_a_draw_is_the_same_each_time(examples: Examples) -> None:
    drawn = draw(examples, 2, seed=0)
    assert drawn == draw(examples, 2, seed=0) != draw(examples, 2, seed=1)
    assert sorted(drawn.intents) == sorted(2 * list(TEXTS))


def test_training_data_of_rasa_has_no_entities() -> None:
    page = nlu_yaml(Examples(["order [this](thing)\nnow"], ["buy"]))
    assert page.splitlines()[-1] == "      - order (this)(thing) now"


def test_the_command_writes_tables_and_keeps_earlier_ones(examples: Examples, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "hint3"
    folder.mkdir(parents=True)
    for bot in ("curekart", "sofmattress"):
        _write(folder / f"{bot}_train.csv", examples)
        _write(folder / f"{bot}_test.csv", examples + Examples(FOREIGN, ["NO_NODES_DETECTED"] * len(FOREIGN)))
    out = tmp_path / "intents.md"
    for bot in ("curekart", "sofmattress"):
        main(["--data", str(tmp_path / "data"), "--only", f"hint3-{bot}", "--out", str(out)])
    page = out.read_text(encoding="utf-8")
    assert "## hint3-curekart" in page and "## hint3-sofmattress" in page
    assert str(tmp_path) not in page
    rows = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    ours = [row for row in rows if row["method"] == OURS and row["dataset"] == "hint3-curekart"]
    assert [row["point"] for row in ours] == ["no gate", CHANCE]
    # It was trained on all of these.
    assert ours[0]["inside"] == 100.0


def test_an_unknown_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--only", "hint3-none", "--out", str(tmp_path / "intents.md")])
    assert "hint3-none" in capsys.readouterr().err


def test_our_own_data_in_folds() -> None:
    folds = load(Path(), "own-folds")
    everything = sorted(folds[0].train.texts + folds[0].test.texts)
    assert sorted(text for fold in folds for text in fold.test.texts) == everything
    assert all(OUTSIDE in fold.train.intents and OUTSIDE in fold.test.intents for fold in folds)


def test_questions_of_one_topic_or_none() -> None:
    asked = questions(QUESTIONS)
    assert set(asked.intents) <= set(load(Path(), "own-questions")[0].train.intents)
    assert len(asked.texts) > 150 and asked.intents.count(OUTSIDE) > 40


def test_another_file_of_questions_has_to_be_given(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--only", "other-questions", "--out", str(tmp_path / "intents.md")])
    assert "--questions" in capsys.readouterr().err


def _write(path: Path, examples: Examples) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("sentence", "label"), *zip(examples.texts, examples.intents)])
