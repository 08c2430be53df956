"""python -m bot ask: dialogues held with the assistant, and what is not as it should be."""

import argparse
import time
from pathlib import Path
from typing import List, Sequence

from bot.commands.console import CommandError, out, progress_bar
from bot.commands.starting import UNCOUNTED, started_assistant
from bot.dialogues import Dialogue, Held, hold_all, read_dialogues
from bot.dialogues.reporting import as_lines, as_table, summary, write_junit


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("ask", help="hold dialogues with the assistant, and tell what is not as it should be")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="a dialogue, or a folder of them")
    parser.add_argument(
        "--url", help="of an assistant that runs, such as http://127.0.0.1:5005/chat; else one is started"
    )
    parser.add_argument("--jobs", type=int, default=4, help="how many are held at a time; default: 4")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the result as JUnit XML")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> bool:
    """Hold dialogues and print how they went; whether all went as they should.

    Raises:
        DialogueError: a file has a mistake.
        CommandError: a number makes no sense, or the result can't be written.
        StartError: the assistant did not start.
    """
    if options.jobs < 1:
        raise CommandError(f"--jobs {options.jobs} is too few: give 1 or more.")
    dialogues = read_dialogues(options.paths)  # before a minute of training, not after it
    if options.url:
        started = time.monotonic()
        all_held = _held(dialogues, options.url.rstrip("/"), options.jobs)
    else:
        # No visitor asks: nothing is to be counted.
        with started_assistant(variables=UNCOUNTED) as assistant:
            started = time.monotonic()
            all_held = _held(dialogues, assistant.url, options.jobs)
    out.print(as_table(all_held))
    for held in all_held:
        for line in as_lines(held):
            out.print(line, markup=False)
    out.print(summary(all_held, time.monotonic() - started))
    if options.junit:
        try:
            write_junit(all_held, options.junit)
        except OSError as error:
            raise CommandError(f"{options.junit} can't be written ({error.strerror}): name another file.") from error
    return not any(held.failures for held in all_held)


def _held(dialogues: Sequence[Dialogue], url: str, jobs: int) -> List[Held]:
    with progress_bar("Holding dialogues", len(dialogues)) as advance:
        return hold_all(dialogues, url, jobs, lambda held: advance())
