"""Dates that have gone stale: pages that somebody has to open again. That of each support line bot.support looks at."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Tuple

from bot import ROOT
from bot.facts.problems import Check
from bot.lint.trees import Keys, Tree, read_located

# Pages that tell of what is past change more slowly than telephone numbers, which are looked at every 90 days.
_PAGES = timedelta(days=180)
# What can change most likely has after so long.
_AS_OF = timedelta(days=730)
_FIELDS = ("checked_on", "as_of")


def check_ages(root: Path = ROOT, today: Optional[date] = None) -> Check:
    """The days in data/background and data/support: whether they are past, and not long past.

    Args:
        root: the project's folder.
        today: the day by which ages are told, in tests.
    """
    today = today or date.today()
    check = Check("days of sources past, and not long past")
    for folder in ("background", "support"):
        for path in sorted((root / "data" / folder).glob("*.yml")):
            tree = read_located(root, path)
            for keys, entry in _entries(tree):
                for field in _FIELDS:
                    if entry.get(field):
                        check.checked += 1
                        _judge(check, tree, (*keys, field), entry, today)
    return check


def _entries(tree: Tree) -> Iterator[Tuple[Keys, Dict[str, Any]]]:
    if isinstance(tree.values, list):
        yield from (((number,), entry) for number, entry in enumerate(tree.values))
    else:
        yield (), tree.values or {}


def _judge(check: Check, tree: Tree, keys: Keys, entry: Dict[str, Any], today: date) -> None:
    field, name = str(keys[-1]), str(entry.get("id", "the collection"))
    day = date.fromisoformat(str(entry[field]))
    if day > today:
        check.problems.append(tree.problem(keys, name, field, f"{day} is yet to come: correct the day"))
    elif field == "as_of" and today - day > _AS_OF:
        message = f"known as of {day}: see what {entry['source_url']} or a newer page says now, then enter its day"
        check.due.append(tree.problem(keys, name, field, message))
    elif len(keys) == 1 and today - day > _PAGES:
        message = f"last looked at on {day}: open the source_url of each fact of this folder, then enter the day"
        check.due.append(tree.problem(keys, name, field, message))
