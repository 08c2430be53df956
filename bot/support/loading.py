"""Loading the table of lines, the countries and the words around them, with every check."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from bot import ROOT
from bot.facts.problems import Check, Problem, StoreError
from bot.facts.reading import Read, file_problem, read_checked, shown
from bot.facts.sources import SourceError, read_tree
from bot.support.need import KINDS
from bot.support.schema import Country, Line, Use
from bot.support.store import WORLD, SupportStore

LINES = "lines.yml"
COUNTRIES = "countries.yml"
WORDING = "wording.yml"
PATTERNS = "patterns.yml"
FOREIGN = "foreign.yml"


def load_support(root: Path = ROOT) -> SupportStore:
    """Load and check what lies under `root`/data/support.

    Raises:
        StoreError: a check failed; nothing is loaded in part.
    """
    check = Check("support lines complete")
    store, _ = _read(root, check)
    if store is None:
        raise StoreError(check.problems)
    return store


def inspect_support(root: Path = ROOT, today: Optional[date] = None) -> Check:
    """Check what lies under `root`/data/support, whether or not it holds, and list the lines that are due for a look.

    Args:
        root: the project's folder.
        today: the day by which the table's age is told, in tests.
    """
    check = Check("support lines complete")
    store, lines = _read(root, check)
    if store:
        check.due += _due(store, lines, today or date.today())
    return check


@lru_cache(maxsize=1)
def shipped_support() -> SupportStore:
    """The table that ships with the release, read and checked once a process.

    Raises:
        StoreError: a check failed.
    """
    return load_support()


def _read(root: Path, check: Check) -> Tuple[Optional[SupportStore], List[Read[Line]]]:
    folder = root / "data" / "support"
    lines = read_checked(root, folder / LINES, Line, check)
    countries = [read.entry for read in read_checked(root, folder / COUNTRIES, Country, check)]
    wording = _tree(root, folder / WORDING, check)
    patterns = _tree(root, folder / PATTERNS, check)
    missing = [kind for kind in KINDS if kind not in wording.get("kinds", {})]
    if missing:
        message = f"has no words for {', '.join(missing)}: add them"
        check.problems.append(Problem(shown(root, folder / WORDING), 0, "", "kinds", message))
    foreign = _tree(root, folder / FOREIGN, check)
    for name, kinds in ((PATTERNS, set(patterns)), (FOREIGN, {kind for words in foreign.values() for kind in words})):
        unknown = ", ".join(sorted(kinds - set(KINDS)))
        if unknown:
            message = f"'{unknown}' is no kind of need: use one of {', '.join(KINDS)}"
            check.problems.append(Problem(shown(root, folder / name), 0, "", "", message))
    if not check.problems:
        check.problems += _contradictions(shown(root, folder / LINES), lines, countries)
    if check.problems:
        return None, lines
    return SupportStore([read.entry for read in lines], countries, wording, patterns, foreign), lines


def _tree(root: Path, path: Path, check: Check) -> Dict[str, Any]:
    try:
        return read_tree(path) or {}
    except SourceError as error:
        check.problems.append(file_problem(root, path, error))
        return {}


def _due(store: SupportStore, lines: List[Read[Line]], today: date) -> Iterator[Problem]:
    for read in lines:
        line = read.entry
        if store.is_due(line, today):
            when = f"last looked at on {line.checked_on}" if line.checked_on else "nobody has looked at it yet"
            yield read.problem("checked_on", f"open {line.source} and enter the day as checked_on: {when}")


def _contradictions(file: str, lines: List[Read[Line]], countries: List[Country]) -> Iterator[Problem]:
    codes = {country.code for country in countries} | {WORLD}
    seen: Set[str] = set()
    for read in lines:
        line = read.entry
        if line.id in seen:
            yield read.problem("id", "is already used: choose another id")
        seen.add(line.id)
        for code in (line.country, *line.parts):
            if code not in codes:
                yield read.problem("country", f"'{code}' is not in {COUNTRIES}: add it there, or correct it")
        if (line.digits is None) is not (line.use is Use.DIRECTORY):
            yield read.problem("digits", "a line needs its number, a directory has none")
        if line.shown and re.sub(r"\D", "", line.shown) != line.digits:
            yield read.problem("shown", "has other digits than 'digits': correct one")
    if not any(read.entry.country == WORLD and read.entry.use is Use.DIRECTORY for read in lines):
        yield Problem(file, 0, "", "", "has no directory for the world: add one, it is shown where no country is known")
