"""python -m bot rasa-test: Rasa's own tests, of stories with the action server's results, and by cross-validation."""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import yaml
from rich.table import Table

from bot import ROOT
from bot.commands.console import CommandError, out, progress, progress_bar
from bot.commands.starting import UNCOUNTED, WORKSHOP, started_assistant
from bot.dialogues import read_dialogues
from bot.dialogues.stories import as_stories
from bot.environment import child_environment

_STORIES = "test_stories.yml"
_REMEMBERED = "vectors.npz"
_WORST = 10


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("rasa-test", help="run Rasa's own tests, with stories made by the real action server")
    parser.add_argument("paths", nargs="*", type=Path, metavar="FILE", help="dialogues; default: tests/dialogues")
    parser.add_argument("--out", type=Path, default=Path("results"), help="a folder for the results; default: results")
    parser.add_argument("--folds", type=int, default=3, help="of the cross-validation, 0 for none; default: 3")
    parser.add_argument("--nlu", type=Path, default=Path("data/nlu"), help="examples to divide; default: data/nlu")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> bool:
    """Test, print what came of it, and where the pictures are; whether every action was predicted.

    Raises:
        CommandError: the folder can't be written, a number makes no sense, or Rasa failed.
        DialogueError: a file has a mistake.
        TrainingError: an input is broken, or Rasa could not train.
        StartError: the assistant did not start.
    """
    if options.folds < 0 or options.folds == 1:
        raise CommandError(f"--folds {options.folds} divides nothing: give 2 or more, or 0 to leave it out.")
    folder: Path = options.out.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_good = _test_stories(options.paths or [ROOT / "tests" / "dialogues"], folder)
        if options.folds:
            _cross_validate(options.nlu, options.folds, folder / "nlu")
    except OSError as error:
        raise CommandError(f"{folder} can't be written ({error.strerror}): name another folder with --out.") from error
    return is_good


def _test_stories(paths: List[Path], folder: Path) -> bool:
    dialogues = read_dialogues(paths)
    with (
        started_assistant(channels=[WORKSHOP], variables=UNCOUNTED) as assistant,
        progress_bar("Holding dialogues", len(dialogues)) as advance,
    ):
        stories = as_stories(dialogues, assistant.url, on_held=advance)
    file = folder / _STORIES
    written = yaml.safe_dump({"version": "3.1", "stories": stories}, sort_keys=False, allow_unicode=True)
    file.write_text(written, encoding="utf-8")
    results = folder / "stories"
    _rasa("Testing stories", "core", "--model", assistant.model, "--stories", file, "--out", results)
    out.print(f"The stories are in {file}")
    return all_predicted(results)


def all_predicted(results: Path) -> bool:
    """Print how many stories Rasa predicts as they went; whether all.

    Args:
        results: the folder that `rasa test core` wrote.

    Raises:
        CommandError: its report is not there.
    """
    stories = _report(results / "story_report.json")["conversation_accuracy"]
    out.print(f"Stories that went as Rasa predicts: {stories['correct']} of {stories['total']}")
    is_all = bool(stories["correct"] == stories["total"])
    if not is_all:
        out.print(f"What it predicts otherwise: {results / 'failed_test_stories.yml'}")
    return is_all


def _cross_validate(examples: Path, folds: int, results: Path) -> None:
    results.mkdir(parents=True, exist_ok=True)
    config = _config_for_folds(results)
    options = ("--cross-validation", "--folds", str(folds), "--config", config, "--nlu", examples, "--out", results)
    _rasa(f"Cross-validating in {folds} folds (about ten minutes each)", "nlu", *options)
    report = _report(results / "intent_report.json")
    average = report["weighted avg"]
    table = Table(
        "Intent", "Examples", "Precision", "Recall", "F1", "Taken for", title="Intents by their F1, lowest first"
    )
    for intent, row in sorted(_intents(report), key=lambda pair: float(pair[1]["f1-score"]))[:_WORST]:
        taken_for = ", ".join(f"{other} {times}" for other, times in row.get("confused_with", {}).items())
        figures = (f"{row[name]:.2f}" for name in ("precision", "recall", "f1-score"))
        table.add_row(intent, f"{row['support']:.0f}", *figures, taken_for)
    out.print(table)
    out.print(f"Weighted F1 of {average['support']:.0f} examples: {average['f1-score']:.3f}")
    out.print(f"The confusion of intents as a picture: {results / 'intent_confusion_matrix.png'}")


def _config_for_folds(results: Path) -> Path:
    """config.yml with a copy of the remembered vectors: a part of the data would make Rasa forget the rest."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if "remember" in component:
            remembered, copied = ROOT / component["remember"], results / _REMEMBERED
            if remembered.is_file():
                shutil.copy(remembered, copied)
            component["remember"] = str(copied)
    path = results / "config.yml"
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return path


def _rasa(title: str, *arguments: "str | Path") -> None:
    """Run `rasa test` to its end.

    Raises:
        CommandError: it failed; the message holds its last lines.
    """
    command = [sys.executable, "-m", "rasa", "test", *map(str, arguments)]
    with progress(title) as say:
        say("rasa test " + str(arguments[0]))
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=child_environment(),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode:
        raise CommandError("rasa test failed. Its last lines:\n" + "\n".join(done.stdout.splitlines()[-20:]))


def _report(path: Path) -> Dict[str, Any]:
    try:
        report: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CommandError(f"rasa test wrote no {path}: run it by itself to see why.") from error
    return report


def _intents(report: Dict[str, Any]) -> Iterator[Tuple[str, Dict[str, Any]]]:
    averages = ("accuracy", "macro avg", "weighted avg", "micro avg")
    yield from ((name, row) for name, row in report.items() if name not in averages)
