"""All that can be checked before training: the fact store, and that no YAML file is broken."""

from pathlib import Path
from typing import List

from bot import ROOT
from bot.facts import inspect_store
from bot.facts.background import inspect_background
from bot.facts.problems import Check, Problem
from bot.facts.sources import SourceError, read_tree
from bot.support.loading import inspect_support

# What Rasa reads, and what actions and channels say; data/facts is checked by the store.
_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data/wording.yml")
_FOLDERS = ("data/nlu", "data/stories")


def check_everything(root: Path = ROOT) -> List[Check]:
    """Check the project under `root`. Every check is returned, with the problems that it found."""
    return [*inspect_store(root).checks, inspect_background(root), inspect_support(root), _check_files(root)]


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
