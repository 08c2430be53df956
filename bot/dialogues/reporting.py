"""How dialogues went: a table by behaviour, what failed, and JUnit XML for other programs."""

from pathlib import Path
from typing import Iterator, Sequence
from xml.etree import ElementTree

from rich.table import Table

from bot.dialogues.holding import Failure, Held


def as_table(all_held: Sequence[Held]) -> Table:
    """A row for each behaviour."""
    table = Table("Behaviour", "Turns", "Seconds", "Result", title="Dialogues")
    for held in all_held:
        result = f"[red]{_failed(held)}[/red]" if held.failures else "as it should be"
        table.add_row(held.dialogue.behaviour, str(len(held.dialogue.turns)), f"{held.seconds:.1f}", result)
    return table


def as_lines(held: Held) -> Iterator[str]:
    """What failed in a dialogue, one thing a line, with the place to look at."""
    for failure in held.failures:
        yield f"{held.dialogue.path}:{failure.line}: to “{failure.turn.visitor}”"
        yield from (f"  {finding}" for finding in failure.findings)
        yield from (f"    | {line}" for line in failure.reply.splitlines())


def summary(all_held: Sequence[Held], seconds: float) -> str:
    """The result in one line."""
    failed = sum(1 for held in all_held if held.failures)
    turns = sum(held.turns for held in all_held)
    return f"{len(all_held) - failed} passed, {failed} failed ({turns} turns in {seconds:.0f} s)"


def write_junit(all_held: Sequence[Held], path: Path) -> None:
    """Write the result as JUnit XML: a test case for each dialogue.

    Raises:
        OSError: the file can't be written.
    """
    suite = ElementTree.Element(
        "testsuite",
        name="dialogues",
        tests=str(len(all_held)),
        failures=str(sum(1 for held in all_held if held.failures)),
        time=f"{sum(held.seconds for held in all_held):.3f}",
    )
    for held in all_held:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=str(held.dialogue.path),
            name=held.dialogue.behaviour,
            time=f"{held.seconds:.3f}",
        )
        if held.failures:
            told = ElementTree.SubElement(case, "failure", message=_failed(held))
            told.text = _printable("\n".join(as_lines(held)))
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _failed(held: Held) -> str:
    failures: Sequence[Failure] = held.failures
    return f"{len(failures)} of {len(held.dialogue.turns)} turns failed"


def _printable(text: str) -> str:
    """Without characters that XML has no way to write."""
    return "".join(character for character in text if character in "\n\t" or character >= " ")
