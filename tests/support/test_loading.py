"""The table of lines: what ships is sound, each defect is told with file, line and field, and what is due is listed."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.facts import StoreError
from bot.support import load_support
from bot.support.loading import inspect_support
from bot.support.need import KINDS

CHECKED = date(2026, 11, 23)


def test_what_ships_is_sound() -> None:
    store = load_support()
    assert {line.country for line in store.lines} == {"US", "GB", "FR", "IN", "EU", "world"}
    assert all(line.source.startswith("http") and line.words for line in store.lines)
    assert set(store.patterns) <= set(KINDS)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("lines.yml", 'digits: "988"', 'digits: "98-8"', "us-988, field 'digits'"),
        ("lines.yml", 'digits: "988"', "digits: 988", "us-988, field 'digits'"),
        ("lines.yml", 'digits: "988"', "", "us-988, field 'digits': a line needs its number"),
        ("lines.yml", "use: self-harm", "use: selfharm", "us-988, field 'use'"),
        ("lines.yml", "id: us-988", "id: us-rainn", "us-rainn, field 'id': is already used"),
        ("lines.yml", "shown: 800-656-4673", "shown: 800-656-4637", "field 'shown': has other digits than 'digits'"),
        ("lines.yml", "country: world", "country: XX", "field 'country': 'XX' is not in countries.yml"),
        ("lines.yml", "country: world", "country: US", "has no directory for the world"),
        ("lines.yml", "site: https://rainn.org", "site: rainn.org", "us-rainn, field 'site'"),
        ("lines.yml", "for: minors", "for: children", "gb-childline"),
        ("countries.yml", "code: GB-SCT", "code: Scotland", "field 'code'"),
        ("wording.yml", "  perpetrator:", "  offender:", "has no words for perpetrator"),
        ("patterns.yml", "self_harm:", "selfharm:", "'selfharm' is no kind of need"),
        ("patterns.yml", "self_harm:", "self_harm", "patterns.yml"),
    ],
)
def test_a_defect_is_told_with_its_place(copy: Path, file: str, old: str, new: str, told: str) -> None:
    path = copy / "data" / "support" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StoreError) as raised:
        load_support(copy)
    assert told in str(raised.value) and f"data/support/{file}" in str(raised.value)


def test_a_missing_file_is_told(copy: Path) -> None:
    (copy / "data" / "support" / "lines.yml").unlink()
    with pytest.raises(StoreError, match=r"lines.yml"):
        load_support(copy)


@pytest.mark.parametrize(("days", "due"), [(0, False), (90, False), (91, True)])
def test_a_line_is_due_ninety_days_after_it_was_looked_at(copy: Path, days: int, due: bool) -> None:
    path = copy / "data" / "support" / "lines.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: us-988", f"id: us-988\n  checked_on: {CHECKED}"), encoding="utf-8")
    check = inspect_support(copy, CHECKED + timedelta(days=days))
    listed = {problem.entry: problem for problem in check.due}
    assert not check.problems and ("line us-988" in listed) is due
    assert "nobody has looked at it yet" in listed["line us-rainn"].message
    if due:
        assert listed["line us-988"].line == text.splitlines().index("- id: us-988") + 2
        assert f"last looked at on {CHECKED}" in listed["line us-988"].message
