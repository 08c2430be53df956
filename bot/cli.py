"""The project's own commands: python -m bot run, chat, ask, check, train."""

import argparse
import os
import re
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Callable, Iterator, List, NoReturn, Optional, Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot import ROOT
from bot.checking import check_everything
from bot.dialogues import Dialogue, DialogueError, Held, hold_all, read_dialogues
from bot.dialogues.reporting import as_lines, as_table, summary, write_junit
from bot.facts.problems import Check
from bot.processes import Assistant, StartError, require_free
from bot.shell import ShellError, talk
from bot.training import TrainingError, model_path, train

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


# What is worth showing of the processes' logs while they run.
_SERIOUS = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")


class Ended(Exception):
    """The user asked to end, by Ctrl-C or a signal."""


def main(arguments: Optional[List[str]] = None) -> NoReturn:
    """Run a command; exit with 0 if it did what it should, 1 if not, 2 if the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The MeToo assistant.")
    commands = parser.add_subparsers(dest="command", required=True)
    run_parser = commands.add_parser("run", help="start the assistant and print the address of its page")
    run_parser.add_argument("--port", default=os.environ.get("PORT") or "5005", help="default: $PORT, or 5005")
    commands.add_parser("chat", help="talk with the assistant in the shell")
    ask_parser = commands.add_parser("ask", help="hold dialogues with the assistant, and tell what is not as it should be")
    ask_parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="a dialogue, or a folder of them")
    ask_parser.add_argument("--url", help="of an assistant that runs, such as http://127.0.0.1:5005/chat; else one is started")
    ask_parser.add_argument("--jobs", type=int, default=4, help="how many are held at a time; default: 4")
    ask_parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the result as JUnit XML")
    commands.add_parser("check", help="check the fact store and every YAML file")
    commands.add_parser("train", help="train the model, if an input has changed")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        if options.command == "run":
            run(_port(options.port))
        elif options.command == "chat":
            chat()
        elif options.command == "ask":
            sys.exit(0 if ask(options.paths, options.url, options.jobs, options.junit) else 1)
        elif options.command == "check":
            sys.exit(0 if check() else 1)
        else:
            trained_model()
    except (StartError, TrainingError, ShellError, DialogueError) as error:
        err.print(str(error), markup=False)
        sys.exit(1)
    except Ended:
        sys.exit(130)
    sys.exit(0)


def run(port: int) -> None:
    """Start the assistant and keep it running until the user ends it."""
    require_free(port)  # before a minute of training, not after it
    model = trained_model()
    with Assistant(model, port, log=_show_serious) as assistant:
        with _progress("Starting") as say:
            say("Rasa and the action server")
            assistant.wait_until_ready()
        out.print(f"The assistant is ready: [bold]{assistant.url}/[/bold]  (Ctrl-C ends it)")
        while True:
            time.sleep(1)
            assistant.keep_alive()


def chat() -> None:
    """Start the assistant on a free port and talk with it."""
    model = trained_model()
    with Assistant(model, log=_show_serious) as assistant:
        with _progress("Starting") as say:
            say("Rasa and the action server")
            assistant.wait_until_ready()
        talk(assistant.url, out)


def ask(paths: Sequence[Path], url: Optional[str], jobs: int, junit: Optional[Path]) -> bool:
    """Hold dialogues and print how they went; whether all went as they should.

    Raises:
        DialogueError: a file has a mistake.
        StartError: the assistant did not start, or a number makes no sense.
    """
    if jobs < 1:
        raise StartError(f"--jobs {jobs} is too few: give 1 or more.")
    dialogues = read_dialogues(paths)  # before a minute of training, not after it
    started = time.monotonic()
    if url:
        all_held = _held(dialogues, url.rstrip("/"), jobs)
    else:
        with Assistant(trained_model(), log=_show_serious) as assistant:
            with _progress("Starting") as say:
                say("Rasa and the action server")
                assistant.wait_until_ready()
            started = time.monotonic()
            all_held = _held(dialogues, assistant.url, jobs)
    out.print(as_table(all_held))
    for held in all_held:
        for line in as_lines(held):
            out.print(line, markup=False)
    out.print(summary(all_held, time.monotonic() - started))
    if junit:
        try:
            write_junit(all_held, junit)
        except OSError as error:
            raise StartError(f"{junit} can't be written ({error.strerror}): name another file.") from error
    return not any(held.failures for held in all_held)


def _held(dialogues: Sequence[Dialogue], url: str, jobs: int) -> List[Held]:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        bar = progress.add_task("Holding dialogues", total=len(dialogues))
        return hold_all(dialogues, url, jobs, lambda held: progress.advance(bar))


def check() -> bool:
    """Print what was checked and what was found; whether nothing was."""
    checks = check_everything()
    table = Table("Check", "Checked", "Problems", title="The project as it stands")
    for row in checks:
        table.add_row(row.title, str(row.checked), str(len(row.problems)) if row.problems else "none")
    out.print(table)
    for row in checks:
        if row.due:
            out.print(f"\nDue for a look ({row.title}): {len(row.due)}")
        for problem in row.due:
            out.print(str(problem), markup=False)
    return not _print_problems(checks)


def trained_model() -> Path:
    """The model of the inputs as they are, trained now if it was not.

    Raises:
        TrainingError: an input is broken, or Rasa could not train.
    """
    model = model_path()
    if model.is_file():
        return model
    if _print_problems(check_everything()):
        raise TrainingError("Mend the above, then run the same command again.")
    with _progress("Training (two to four minutes; only when an input has changed)") as say:
        return train(ROOT, say)


def _print_problems(checks: List[Check]) -> bool:
    problems = [problem for row in checks for problem in row.problems]
    for problem in problems:
        err.print(str(problem), markup=False)
    return bool(problems)


def _port(given: str) -> int:
    if not given.isdigit() or not 1 <= int(given) <= 65535:
        raise StartError(f"'{given}' is no port: give a number from 1 to 65535, such as PORT=6000 make run")
    return int(given)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show that something is going on: a line that moves in a terminal, one line a step elsewhere."""
    started = time.monotonic()
    if err.is_terminal:
        with err.status(f"{title} …") as status:
            yield lambda step: status.update(f"{title}: {step} …")
    else:
        yield lambda step: err.print(f"{title}: {step} …")
    err.print(f"{title}: done in {time.monotonic() - started:.0f} s")


def _show_serious(line: str) -> None:
    if _SERIOUS.search(line):
        err.print(line, style="yellow", markup=False)


def _end(number: int, frame: Optional[FrameType]) -> None:
    # A second Ctrl-C does not interrupt the ending of the processes.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Ended
