"""`python -m bot check`: a table of what was checked, a clear error for each defect, and what is due for a look."""

import json
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any, Dict, List

import pytest

from bot.commands import check
from bot.commands.console import CommandError
from bot.training import model_path
from tests.commands.processes import bot

# What is put into which file before what, the line of it that is told, and what is said of it.
PLANTED = [
    ("data/wording.yml", "  nobody:\n    kind: chat\n    text: Nobody asks.\n", "  person:\n", 0, "nothing uses it"),
    ("data/facts/names.yml", "- name: Ursula Nobody\n  kind: person\n", "- name: Reddit\n", 0, "no fact is about it"),
    ("data/facts/goals.yml", "- id: goal-pool\n  topic: goals\n", "- id: goal-community\n", 7, "no question brings it"),
    (
        "domain.yml",
        '        - {title: Cake, payload: "How do I bake a cake?"}\n',
        '        - {title: "Who made it popular?"',
        0,
        "suggest something",
    ),
    ("data/nlu/goals.yml", "    - who started Mee Too\n", "    - next: goals\n", 0, "label both alike"),
    (
        "data/nlu/goals.yml",
        "    - who first said me too back then\n",
        "    - next: goals\n",
        0,
        "reads like ask_origin",
    ),
]
POOL = """  title: When is the pool open to everybody who would like to go for a swim with all of their friends?
  answer: {long}
  quote: Building a community of advocates and allies
  document: metoo.txt
  line: 18
  questions: [What are the opening hours of the pool?, What are the opening hours of the pool]

"""


def rows(stdout: str) -> List[List[str]]:
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in stdout.splitlines() if "│" in line]


def test_the_project_as_it_stands(model: Path) -> None:
    done = bot("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert ["quotes verbatim on their line", "26", "none", "none"] in rows(done.stdout)
    assert {row[2] for row in rows(done.stdout)} <= {"none", ""}  # a long title takes two lines
    due = {row[0]: int(row[3]) for row in rows(done.stdout) if row[3].isdigit()}
    # Worth a look, not a list that nobody reads.
    assert max(due.values()) < 200 and due["no near repeats that are mixed up"] < 40
    titles = {row[0] for row in rows(done.stdout)}
    assert titles >= {"names known", "ids and names unique", "YAML files readable", "suggestions lead to an answer"}
    assert "Due for a look (support lines complete): 17" in done.stdout
    assert "… and 12 more: --all shows them." in done.stdout


def test_one_of_each_defect(copy: Path, model: Path) -> None:
    for file, text, before, _, _ in PLANTED:
        path = copy / file
        pool = POOL.replace("{long}", "word " * 90) if "goal-pool" in text else ""
        path.write_text(path.read_text(encoding="utf-8").replace(before, text + pool + before, 1), encoding="utf-8")
    collection = copy / "data/background/collection.yml"
    collection.write_text(collection.read_text(encoding="utf-8").replace("2026", "2025"), encoding="utf-8")
    # The trained model, as if it were that of these inputs: it has not seen what was planted.
    model_path(copy).parent.mkdir()
    shutil.copy(model, model_path(copy))
    done = bot("check", "--json", root=copy)
    assert (done.returncode, done.stderr) == (1, "")
    found = findings(done.stdout)
    for file, text, _, offset, message in PLANTED:
        content = (copy / file).read_text(encoding="utf-8")
        line = content[: content.index(text)].count("\n") + 1 + offset
        told = [each["message"] for each in found if (each["file"], each["line"]) == (file, line)]
        assert any(message in each for each in told), (file, line, message, told)
    fact = [each["message"] for each in found if each["file"] == "data/facts/goals.yml" and "pool" in each["entry"]]
    assert (
        len([each for each in fact if "lines on a phone" in each or "characters" in each or "one way only" in each])
        == 3
    )
    assert any("last looked at on 2025-" in each["message"] for each in found)


def findings(stdout: str) -> List[Dict[str, Any]]:
    return [each for check in json.loads(stdout)["checks"] for each in (*check["problems"], *check["due"])]


def test_quick(copy: Path) -> None:
    done = bot("check", "--quick", "--all", root=copy)
    assert (done.returncode, done.stderr) == (0, "")
    assert "answers fit on a phone" in done.stdout
    assert "suggestions lead" not in done.stdout and "--all shows them" not in done.stdout
    assert done.stdout.splitlines()[-1] == "What needs the trained model was left out (--quick)."


def test_without_a_model(copy: Path) -> None:
    done = bot("check", root=copy)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith(
        "What needs the trained model was left out, because an input has changed"
    )
    assert not (copy / "models").exists()


def test_a_damaged_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "metoo-1.tar.gz"
    archive.write_bytes(b"no archive")
    monkeypatch.setattr(check, "model_path", lambda: archive)
    with pytest.raises(CommandError, match=r"metoo-1.tar.gz can't be used \(ReadError\): delete it, then make train."):
        check.run(Namespace(quick=False, all=False, json=False))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "first used the phrase “Me Too” in 2006 on Myspace",
            "first used the phrase “Me Too” in 2007 on Myspace",
            "field 'quote': does not stand in metoo.txt",
        ),
        ("line: 8", "line: 9", "field 'line': the quote stands on line 8, not 9: write line: 8"),
        ("id: burke-first-used-phrase", "id: burke-who", "field 'id': is already used at data/facts/origin.yml:2"),
        ("  topic: origin", "  subject: origin", "'subject' is no field of a fact"),
        ("people: [Tarana Burke]", "people: [Tarana Bruke]", "people: 'Tarana Bruke' is no person of names.yml"),
    ],
)
def test_each_defect_is_named(copy: Path, old: str, new: str, message: str) -> None:
    path = copy / "data/facts/origin.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = bot("check", root=copy)
    assert done.returncode == 1
    assert any(line.startswith("data/facts/origin.yml:") and message in line for line in done.stderr.splitlines()), (
        done.stderr
    )
    assert "Not everything was checked: mend what was found, then check again." in done.stdout


def test_a_missing_field(copy: Path) -> None:
    path = copy / "data/facts/goals.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "line: 19" not in line), encoding="utf-8")
    done = bot("check", root=copy)
    assert done.returncode == 1
    assert "fact goal-disrupt-systems, field 'line': is missing: write " in done.stderr


def test_a_question_that_is_asked_of_a_fact_and_from_elsewhere(copy: Path) -> None:
    path = copy / "data/facts/region.yml"
    question = "    - How did MeToo go in France?\n"
    text = path.read_text(encoding="utf-8").replace(question, f"{question}    - SWEDEN\n")
    path.write_text(text, encoding="utf-8")
    done = bot("check", root=copy)
    assert done.returncode == 1
    told = "x-sweden, field 'questions': “sweden?” stands for ask_region (france-momentum) at data/facts/region.yml:"
    assert told in done.stderr
