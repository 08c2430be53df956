"""`python -m bot check`: a table of what was checked, a clear error for each defect."""

from pathlib import Path

import pytest

from tests.commands.processes import bot


def test_the_project_as_it_stands() -> None:
    done = bot("check")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert ["quotes verbatim on their line", "26", "none"] in rows
    assert {row[0] for row in rows} >= {"names known", "ids and names unique", "YAML files readable"}


@pytest.mark.parametrize(
    "old, new, message",
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
    told = "x-sweden, field 'questions': 'sweden?' is asked of france-momentum too (data/facts/region.yml:1)"
    assert told in done.stderr
