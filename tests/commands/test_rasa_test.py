"""Rasa's own tests by one command: python -m bot rasa-test."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.loading import load_data_from_resource

from bot import ROOT
from bot.commands.rasa_test import all_predicted
from tests.commands.processes import bot

DIALOGUE = """\
- visitor: Who started MeToo?
  kind: answer
- visitor: when?
  kind: answer
- visitor: my boss assaulted me, and who is Burke?
  kind: support
- visitor: how do I bake bread
  kind: refusal
- visitor: how tall is Mount Everest
  kind: refusal
- visitor: delete my chat
  kind: chat
- visitor: What is MeToo?
  kind: answer
"""
# So few examples say nothing of the assistant, but train quickly.
EXAMPLES = 10


@pytest.fixture
def few_examples(tmp_path: Path) -> Path:
    """Some examples of each intent of data/nlu."""
    every = defaultdict(list)
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if isinstance(entry["examples"], str):
                every[entry["intent"]] += entry["examples"].splitlines()
    few = [
        {"intent": intent, "examples": "\n".join(lines[:: max(1, len(lines) // EXAMPLES)])}
        for intent, lines in every.items()
    ]
    file = tmp_path / "few_examples.yml"
    file.write_text(yaml.safe_dump({"version": "3.1", "nlu": few}, allow_unicode=True), encoding="utf-8")
    return file


def test_stories_and_cross_validation(model: Path, tmp_path: Path, few_examples: Path) -> None:
    dialogue = tmp_path / "asks_this_and_that.yml"
    dialogue.write_text(DIALOGUE, encoding="utf-8")
    results = tmp_path / "results"
    remembered = ROOT / ".rasa" / "vectors.npz"
    before = remembered.stat().st_mtime_ns if remembered.exists() else None
    done = bot("rasa-test", str(dialogue), "--out", str(results), "--folds", "2", "--nlu", str(few_examples))
    assert done.returncode == 0, done.stderr
    assert "Stories that went as Rasa predicts: 2 of 2" in done.stdout
    assert "Intents by their F1, lowest first" in done.stdout and "Weighted F1 of " in done.stdout
    assert (results / "nlu" / "intent_confusion_matrix.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads((results / "nlu" / "intent_report.json").read_text())["ask_origin"]["support"] > 0
    # the next training finds what it remembers
    assert (remembered.stat().st_mtime_ns if remembered.exists() else None) == before

    story, afterwards = yaml.safe_load((results / "test_stories.yml").read_text(encoding="utf-8"))["stories"]
    assert story["story"] == "asks this and that"
    steps = story["steps"]
    assert steps[:2] == [{"intent": "greet"}, {"action": "utter_welcome"}]
    assert [step["action"] for step in steps if "action" in step][1:] == [
        *("action_answer", "action_answer", "utter_support", "action_answer"),
        *("utter_out_of_scope", "utter_out_of_scope_again"),
    ]
    facts = [step["slot_was_set"][0].get("facts_in_focus") for step in steps if "slot_was_set" in step]
    assert ["burke-first-used-phrase", "phrase-popularised-by-milano"] in facts  # what the action server returned
    assert [step["intent"] for step in afterwards["steps"] if "intent" in step] == ["ask_definition"]
    read, _ = load_data_from_resource(str(results / "test_stories.yml"), Domain.load(str(ROOT / "domain.yml")))
    assert len(read.events) == len(steps)


def test_a_story_that_went_otherwise_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for correct, is_good in ((2, True), (1, False)):
        report = {"conversation_accuracy": {"correct": correct, "total": 2}}
        (tmp_path / "story_report.json").write_text(json.dumps(report))
        assert all_predicted(tmp_path) is is_good
    assert "failed_test_stories.yml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--folds", "1"], "give 2 or more, or 0 to leave it out"),
        (["--folds", "-1"], "give 2 or more, or 0 to leave it out"),
        (["--out", "README.md/results"], "name another folder with --out"),
        (["nowhere.yml"], "is not there: correct the path"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(arguments: "list[str]", told: str) -> None:
    done = bot("rasa-test", *arguments)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert told in done.stderr and len(done.stderr.strip().splitlines()) == 1
