"""docs/add-a-document.md, followed to the letter in a copy of the project."""

from pathlib import Path

import pytest

from bot import ROOT
from tests.docs.reader import Reader, steps

TUTORIAL = ROOT / "docs" / "add-a-document.md"


@pytest.mark.timeout(3000)
def test_the_page_leads_to_a_tested_answer(project: Path) -> None:
    Reader(project).follow_all(steps(TUTORIAL))
    for name in ("data/documents/metoo.txt", "data/facts/region.yml"):
        assert (project / name).read_bytes() == (ROOT / name).read_bytes()
    assert (project / "data/documents/sweden.txt").read_bytes() == (ROOT / "docs/examples/sweden.txt").read_bytes()


def test_the_page_has_every_step_that_leads_there() -> None:
    actions = [step.action for step in steps(TUTORIAL)]
    assert set(actions) == {
        *("sh", "fails", "output", "shown", "excerpt", "conversation"),
        *("write", "append", "remove-entry", "remove-line", "replace"),
    }
    commands = "".join(step.text for step in steps(TUTORIAL) if step.action in ("sh", "fails"))
    for command in ("add-document", "check", "ask", "chat"):
        assert f"python -m bot {command}" in commands
    (dialogue,) = (step.text for step in steps(TUTORIAL) if step.path.startswith("tests/dialogues"))
    assert "kind: refusal" in dialogue and "burke-first-used-phrase" in dialogue and "sweden-law" in dialogue


def test_the_assistant_as_it_ships_has_one_document() -> None:
    assert [path.name for path in (ROOT / "data" / "documents").iterdir()] == ["metoo.txt"]
