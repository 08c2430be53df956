"""All that has to be right before training: the fact store, every YAML file, and what bot.lint calls errors."""

from pathlib import Path
from typing import List

from bot import ROOT
from bot.facts import inspect_store
from bot.facts.background import inspect_background
from bot.facts.problems import Check, Problem
from bot.facts.sources import SourceError, read_tree
from bot.lint import errors
from bot.support.loading import inspect_support

# What Rasa reads, and what actions and channels say; data/facts is checked by the store.
_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data/wording.yml", "data/languages.yml")
_FOLDERS = ("data/nlu", "data/stories")


def check_everything(root: Path = ROOT) -> List[Check]:
    """Check the project under `root`. Every check is returned, with the problems that it found.

    The last ones need a store and files that hold: they are left out where something is broken.
    """
    report = inspect_store(root)
    checks = [*report.checks, inspect_background(root), inspect_support(root), _check_files(root)]
    if report.store and not any(check.problems for check in checks):
        checks += errors(report.store, root)
    return checks


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
