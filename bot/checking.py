"""All that can be checked before training: the fact store, and that no YAML file is broken."""

import re
from pathlib import Path
from typing import Dict, List, Tuple

from bot import ROOT
from bot.facts import inspect_store
from bot.facts.background import inspect_background
from bot.facts.problems import Check, Problem
from bot.facts.sources import Source, SourceError, read_entries, read_tree
from bot.support.loading import inspect_support

# What Rasa reads, and what actions and channels say; data/facts is checked by the store.
_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data/wording.yml")
_FOLDERS = ("data/nlu", "data/stories")


def check_everything(root: Path = ROOT) -> List[Check]:
    """Check the project under `root`. Every check is returned, with the problems that it found."""
    checks = [*inspect_store(root).checks, inspect_background(root), inspect_support(root)]
    return [*checks, _check_questions(root), _check_files(root)]


def _check_questions(root: Path) -> Check:
    """No question is asked of two entries: the model could only learn that it asks for neither."""
    check = Check("questions asked of one entry")
    places: Dict[str, Tuple[str, Source]] = {}
    for folder in ("data/facts", "data/background"):
        for path in sorted((root / folder).glob("*.yml")):
            for entry in _entries(path):
                for question in _questions(entry):
                    check.checked += 1
                    place = str(path.relative_to(root))
                    first, other = places.setdefault(_plain(question), (place, entry))
                    if other is not entry:
                        told = f"{other.values.get('id')} too ({first}:{other.line})"
                        message = f"'{question}' is asked of {told}: keep it in one"
                        title, line = str(entry.values.get("id")), entry.line_of("questions")
                        check.problems.append(Problem(place, line, title, "questions", message))
    return check


def _entries(path: Path) -> List[Source]:
    try:
        return read_entries(path)
    except SourceError:  # told by the checks of that file, or no list of entries
        return []


def _questions(entry: Source) -> List[str]:
    given = entry.values.get("questions")
    return [question for question in given if isinstance(question, str)] if isinstance(given, list) else []


def _plain(question: str) -> str:
    return " ".join(re.findall(r"[\w#]+", question.casefold())) or question


def _check_files(root: Path) -> Check:
    check = Check("YAML files readable")
    paths = [root / name for name in _FILES]
    for folder in _FOLDERS:
        paths += sorted((root / folder).rglob("*.yml"))
    for path in paths:
        check.checked += 1
        try:
            read_tree(path)
        except SourceError as error:
            check.problems.append(Problem(str(path.relative_to(root)), error.line, "", "", str(error)))
    return check
