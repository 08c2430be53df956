"""python -m bot check: what was checked, what was found, and what to write instead."""

import argparse
import json
import os
import warnings
from contextlib import contextmanager
from dataclasses import asdict
from typing import Iterator, Sequence

from rich.progress import Progress
from rich.table import Table

from bot import lint
from bot.checking import check_everything
from bot.commands.console import CommandError, err, out, print_problems
from bot.facts import load_store
from bot.facts.problems import Check
from bot.training import model_path

# So many of what is only due for a look are shown of each check; --all shows the rest.
_SHOWN = 5


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check the store, the phrases and the words")
    parser.add_argument("--quick", action="store_true", help="leave out what needs the trained model")
    parser.add_argument("--all", action="store_true", help="show all that is due for a look, not the first five")
    parser.add_argument("--json", action="store_true", help="print everything that was found as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> bool:
    """Print what was checked and what was found; whether nothing was but what is due for a look.

    Raises:
        CommandError: the trained model can't be used.
    """
    checks = check_everything()
    left_out = _left_out(checks, options.quick)
    if not _is_broken(checks):
        store = load_store()
        checks += lint.without_model(store)
        if not left_out:
            with _progress() as on_progress:
                checks += lint.with_model(store, model_path(), on_progress)
    if options.json:
        found = {"checks": [asdict(check) for check in checks], "left_out": left_out}
        out.print(json.dumps(found, ensure_ascii=False, indent=2), markup=False)
        return not _is_broken(checks)
    _print(checks, options.all)
    if left_out:
        out.print(f"\n{left_out}")
    return not print_problems(checks)


def _left_out(checks: Sequence[Check], is_quick: bool) -> str:
    """Why some of the checks are not made; "" where all are."""
    if _is_broken(checks):
        return "Not everything was checked: mend what was found, then check again."
    if is_quick:
        return "What needs the trained model was left out (--quick)."
    if not model_path().is_file():
        return "What needs the trained model was left out, because an input has changed: make train, then check again."
    return ""


def _is_broken(checks: Sequence[Check]) -> bool:
    return any(check.problems for check in checks)


def _print(checks: Sequence[Check], shows_all: bool) -> None:
    table = Table("Check", "Checked", "Problems", "Due for a look", title="The project as it stands")
    for row in checks:
        found = (str(len(each)) if each else "none" for each in (row.problems, row.due))
        table.add_row(row.title, str(row.checked), *found)
    out.print(table)
    for row in checks:
        shown = row.due if shows_all else row.due[:_SHOWN]
        if shown:
            out.print(f"\nDue for a look ({row.title}): {len(row.due)}")
        for problem in shown:
            out.print(str(problem), markup=False)
        if len(shown) < len(row.due):
            out.print(f"… and {len(row.due) - len(shown)} more: --all shows them.")


@contextmanager
def _progress() -> Iterator[lint.OnProgress]:
    """Show in a terminal what is being done. What Rasa's libraries warn of is no concern of a curator's."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress, warnings.catch_warnings():
        warnings.showwarning = lambda *told, **more: None
        task = progress.add_task("", total=1)
        try:
            yield lambda step, share: progress.update(task, description=step, completed=share)
        except lint.ModelError as error:
            raise CommandError(str(error)) from error
