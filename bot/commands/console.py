"""What commands share: the two streams, progress, and the errors that end a command with a line."""

import re
import time
from contextlib import contextmanager
from typing import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import Progress

from bot.facts.problems import Check

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)

# What is worth showing of the processes' logs while they run.
_SERIOUS = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")


class CommandError(RuntimeError):
    """A command could not do what it should; the message says why and what to do."""


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show that something is going on: a line that moves in a terminal, one line a step elsewhere."""
    started = time.monotonic()
    if err.is_terminal:
        with err.status(f"{title} …") as status:
            yield lambda step: status.update(f"{title}: {step} …")
    else:
        yield lambda step: err.print(f"{title}: {step} …")
    err.print(f"{title}: done in {time.monotonic() - started:.0f} s")


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar in a terminal, nothing elsewhere; what it gives is called for each of so many steps, from any thread."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def show_serious(line: str) -> None:
    """Show a line of a process's log if it is a warning or worse."""
    if _SERIOUS.search(line):
        err.print(line, style="yellow", markup=False)


def print_problems(checks: Sequence[Check]) -> bool:
    """Print every problem, with its place and remedy; whether there was one."""
    problems = [problem for row in checks for problem in row.problems]
    for problem in problems:
        err.print(str(problem), markup=False)
    return bool(problems)
