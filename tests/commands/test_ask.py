"""Holding dialogues from the shell: python -m bot ask."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.environment import free_port
from bot.processes import Assistant
from tests.commands.processes import MARK, bot, marked_environment, survivors

RIGHT = """\
- visitor: Who started MeToo?
  kind: answer
  facts: [burke-first-used-phrase]
  buttons: ["Who is Tarana Burke?"]
- visitor: when?
  kind: answer
  says: ["2006"]
"""
WRONG = """\
- visitor: What is MeToo?
  kind: refusal
- visitor: My boss assaulted me, I live in France
  kind: support
  links: [tel:17]
  says: ["[not this]"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "asks_who.yml").write_text(RIGHT, encoding="utf-8")
    return tmp_path


def test_a_running_assistant_is_held_to_what_is_right(assistant: Assistant, folder: Path) -> None:
    done = bot("ask", str(folder), "--url", assistant.url)
    assert done.returncode == 0, done.stderr
    assert "asks who" in done.stdout and "as it should be" in done.stdout
    assert "1 passed, 0 failed (2 turns in" in done.stdout


def test_what_failed_is_shown_with_its_place_and_the_reply(assistant: Assistant, folder: Path) -> None:
    wrong = folder / "expects_too_much.yml"
    wrong.write_text(WRONG, encoding="utf-8")
    junit = folder / "result.xml"
    done = bot("ask", str(wrong), str(folder / "asks_who.yml"), "--url", assistant.url + "/", "--junit", str(junit))
    assert done.returncode == 1
    assert "2 of 2 turns failed" in done.stdout and "1 passed, 1 failed" in done.stdout
    assert f"{wrong}:1: to “What is MeToo?”\n  kind: wanted refusal, but it is answer\n    | " in done.stdout
    assert f"{wrong}:3: to “My boss" in done.stdout and "says: wanted “[not this]”" in done.stdout
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failed, passed = suite.findall("testcase")
    assert failed.get("name") == "expects too much" and passed.find("failure") is None
    assert "wanted refusal" in failed.findtext("failure", "")


def test_nobody_is_there_to_be_asked(folder: Path) -> None:
    done = bot("ask", str(folder), "--url", f"http://127.0.0.1:{free_port()}/chat")
    assert done.returncode == 1
    assert "wanted an answer, but The assistant cannot be reached" in done.stdout and "Traceback" not in done.stderr


def test_mistakes_are_told_before_anything_starts(folder: Path) -> None:
    (folder / "asks_who.yml").write_text(RIGHT.replace("kind", "kinds"), encoding="utf-8")
    done = bot("ask", str(folder))
    assert done.returncode == 1 and "Starting" not in done.stderr
    assert "asks_who.yml:2: turn Who started MeToo?, field 'kinds': 'kinds' is no field of a turn" in done.stderr


@pytest.mark.parametrize("arguments", [["nowhere.yml"], ["--jobs", "0", "tests/dialogues"]])
def test_what_makes_no_sense_is_told_in_a_line(arguments: "list[str]") -> None:
    done = bot("ask", *arguments)
    assert done.returncode == 1 and "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_an_assistant_is_started_for_it_and_ended(model: Path, folder: Path) -> None:
    environment = marked_environment()
    done = bot("ask", str(folder), env=environment)
    assert done.returncode == 0, done.stderr
    assert "Starting: Rasa and the action server" in done.stderr
    assert survivors(environment[MARK]) == []
