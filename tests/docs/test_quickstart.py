"""docs/quickstart.md, followed to the letter in a copy of the project, and the conversations that other pages show."""

from pathlib import Path

import pytest

from bot import ROOT
from tests.docs.reader import Reader, Step, steps

QUICKSTART = ROOT / "docs" / "quickstart.md"
CHAT = Step("sh", "", "python -m bot chat")


@pytest.mark.timeout(3000)
def test_the_page_leads_to_a_fact_and_a_dialogue(project: Path) -> None:
    Reader(project).follow_all(steps(QUICKSTART))


def test_the_page_has_every_step_that_leads_there() -> None:
    page = steps(QUICKSTART)
    assert [step.path for step in page if step.action == "write"] == [
        "data/facts/quickstart.yml",
        "tests/dialogues/asks_who_leads.yml",
    ]
    commands = "".join(step.text for step in page if step.action == "sh")
    assert all(f"python -m bot {command}" in commands for command in ("chat", "check", "ask"))


@pytest.mark.parametrize("page", ["README.md", "docs/dialogues.md"])
def test_the_conversation_that_is_shown_is_what_the_command_prints(model: Path, page: str) -> None:
    shown = [step for step in steps(ROOT / page) if step.action == "conversation"]
    assert len(shown) == 1
    Reader(ROOT).follow_all([CHAT, shown[0]])
