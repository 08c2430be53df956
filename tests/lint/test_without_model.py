"""What can be judged without a model: a planted defect is found with its file and line; the shipped data have none."""

from datetime import date
from pathlib import Path
from typing import List

import pytest

from bot.facts import FactStore, load_store
from bot.facts.problems import Check
from bot.lint import without_model
from bot.lint.ages import check_ages
from bot.lint.code import read_code
from bot.lint.length import CHARACTERS, LINES, check_length, lines_on_a_phone
from bot.lint.phrases import read_phrases
from bot.lint.titles import LONGEST_TITLE, check_titles
from bot.lint.wording import check_unused
from tests.lint.conftest import Edit


def unused(root: Path) -> List[str]:
    store = load_store(root)
    return [str(problem) for problem in check_unused(read_code(root), read_phrases(root, store), store, root).problems]


def test_the_shipped_data_have_none(store: FactStore) -> None:
    checks = without_model(store)
    assert [str(problem) for check in checks for problem in check.problems] == []
    assert all(check.checked for check in checks)


# What is put into which file, before what, and the entry that it is found as.
UNUSED = [
    (
        "data/wording.yml",
        "  nobody:\n    kind: chat\n    text: Nobody asks.\n",
        "  person:\n",
        "replies, field 'nobody'",
    ),
    ("data/wording.yml", "  out_of_cheese: No.\n", "  internal: Some", "errors, field 'out_of_cheese'"),
    ("data/wording.yml", "cheese: Yes.\n", "shell:\n", "wording, field 'cheese'"),
    ("data/support/wording.yml", "  cheap: cheap\n", "  free: free\n", "support, field 'cheap'"),
    ("data/languages.yml", "      cheese: Fromage\n", "      goals: Les ", "language fr, field 'cheese'"),
    (
        "domain.yml",
        "  utter_cheese:\n    - {text: No., metadata: {kind: chat}}\n",
        "  utter_greet:\n",
        "responses, field 'utter_cheese'",
    ),
    ("domain.yml", "  - ask_cheese\n", "  - greet\n", "intent ask_cheese"),
    ("domain.yml", "  cheese:\n    type: any\n    mappings: []\n", "  facts_told:\n", "slots, field 'cheese'"),
    ("domain.yml", "  - action_cheese\n", "  - action_answer\n", "action action_cheese"),
    ("domain.yml", "  - cheese\n", "  - movement\n", "entity cheese"),
    ("data/facts/names.yml", "- name: Ursula Nobody\n  kind: person\n", "- name: Reddit\n", "name Ursula Nobody"),
]


def test_what_nothing_uses(copy: Path, edit: Edit) -> None:
    for file, added, before, _ in UNUSED:
        edit(file, before, added + before)
    edit("data/stories/rules.yml", "      - intent: ask_repeat\n", "      - intent: ask_more\n")
    expected = [
        f"{file}:{1 + (copy / file).read_text(encoding='utf-8').partition(added)[0].count(chr(10))}: {entry}"
        for file, added, _, entry in UNUSED
    ]
    found = unused(copy)
    assert [each for each in expected if not any(problem.startswith(f"{each}: ") for problem in found)] == []
    assert len([problem for problem in found if "intent ask_repeat: nothing uses it" in problem]) == 1
    assert len(found) == len(UNUSED) + 1, found


def test_a_language_that_cannot_be_told(copy: Path, edit: Edit) -> None:
    path = copy / "data/languages.yml"
    text = path.read_text(encoding="utf-8").replace("\n  es:\n", "\n  xx:\n", 1)
    path.write_text(text.replace("    words: >-\n      hablas", "    wards: >-\n      hablas", 1), encoding="utf-8")
    assert any("languages, field 'xx': nothing uses it" in each for each in unused(copy))


TITLE = "Who said it first " * (LONGEST_TITLE // 18) + "and when was it?"


@pytest.mark.parametrize(
    ("file", "old", "new", "entry"),
    [
        ("data/facts/goals.yml", "  title: Is a community part of it?\n", "  title: {}\n", "goal-community"),
        (
            "data/wording.yml",
            '      - {title: "Who is Tarana Burke?", text',
            '      - {title: "{}", text',
            "reply person_unknown",
        ),
        (
            "domain.yml",
            '        - {title: "Who made it popular?", payload',
            '        - {title: "{}", payload',
            "response utter_chitchat",
        ),
        ("data/languages.yml", "      origin: Wer steht am Anfang von MeToo?\n", "      origin: {}\n", "language de"),
    ],
)
def test_a_title_that_does_not_fit(copy: Path, edit: Edit, file: str, old: str, new: str, entry: str) -> None:
    line = edit(file, old, new.replace("{}", TITLE))
    (problem,) = check_titles(copy).problems
    assert (problem.file, problem.line, problem.entry) == (file, line, entry)
    assert f"has {len(TITLE)} characters" in problem.message


LONG = "word " * 80
# What is put into which file behind what, and the entry that it makes too long.
TOO_LONG = [
    ("data/facts/origin.yml", "  answer: The document describes ", "burke-who"),
    ("data/facts/times-up.yml", "  simple: MeToo gave rise to ", "inspired-times-up"),
    ("data/facts/misconceptions.yml", "- id: milano-founded-it\n  correction: ", "milano-founded-it"),
    ("data/facts/topics.yml", '  intro: "On supporters, ', "topic endorsement"),
    ("data/background/law.yml", "    The ILO’s Convention ", "x-ilo-c190"),
    ("data/wording.yml", "    text: I can only read text. ", "reply text_only"),
    ("domain.yml", "    - text: Goodbye, and take care.", "response utter_goodbye"),
    ("data/languages.yml", "      Danke für die Nachricht.", "language de"),
]


def test_an_answer_that_is_too_long(copy: Path, edit: Edit) -> None:
    for file, before, _ in TOO_LONG:
        edit(file, before, f"{before} {LONG}{LONG}")
    check = check_length(load_store(copy), copy)
    assert {(each.file, each.entry) for each in check.problems} == {(file, entry) for file, _, entry in TOO_LONG}
    for problem in check.problems:
        line = (copy / problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
        assert line.strip().startswith(("de:" if "language" in problem.entry else problem.field, f"- {problem.field}"))
        assert "lines on a phone" in problem.message


def test_lines_on_a_phone() -> None:
    assert lines_on_a_phone("word " * (CHARACTERS // 5)) == 1
    assert lines_on_a_phone("word " * (CHARACTERS // 5 + 1)) == 2
    assert lines_on_a_phone("One.\nTwo.") == 2
    assert lines_on_a_phone("One.\n\nTwo.") == 2.5
    assert lines_on_a_phone("• " + "x" * CHARACTERS) == 2
    assert LINES > 10


@pytest.mark.parametrize(
    ("file", "old", "new", "level", "message"),
    [
        (
            "data/background/collection.yml",
            "checked_on: 2026-11-23",
            "checked_on: 2026-01-02",
            "due",
            "last looked at on 2026-01-02",
        ),
        (
            "data/background/collection.yml",
            "checked_on: 2026-11-23",
            "checked_on: 2027-11-23",
            "problems",
            "yet to come",
        ),
        (
            "data/background/movement.yml",
            "  as_of: 2024-09-19",
            "  as_of: 2020-09-19",
            "due",
            "known as of 2020-09-19: see what https://",
        ),
        (
            "data/support/lines.yml",
            '  digits: "911"\n',
            '  digits: "911"\n  checked_on: 2126-01-01\n',
            "problems",
            "yet to come",
        ),
    ],
)
def test_a_stale_day(copy: Path, edit: Edit, file: str, old: str, new: str, level: str, message: str) -> None:
    line = edit(file, old, new) + new.count("\n") // 2
    check: Check = check_ages(copy, date(2026, 11, 25))
    assert any((each.file, each.line) == (file, line) and message in each.message for each in getattr(check, level)), (
        check
    )


def test_a_day_is_stale_after_its_time(copy: Path) -> None:
    def count(today: date) -> int:
        return len(check_ages(copy, today).due)

    assert count(date(2027, 5, 22)) + 1 == count(date(2027, 5, 23))  # the 180th day after the pages were looked at
