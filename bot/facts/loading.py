"""Loading the store, with every check. A problem names the file, the entry and the field, and says what to write."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from bot import ROOT
from bot.facts.problems import Check, Problem, StoreError, StoreReport
from bot.facts.reading import Read, file_problem, read_checked, shown
from bot.facts.schema import Entry, Fact, Kind, Misconception, Name, Topic
from bot.facts.sources import SourceError, read_text
from bot.facts.store import FactStore

TOPICS = "topics.yml"
NAMES = "names.yml"
MISCONCEPTIONS = "misconceptions.yml"

# Seven digits or more, however they are grouped; of years and dates, what is left when they are taken out.
_PHONE_LIKE = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}")
_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(rf"\({_YEAR}\)|\b{_YEAR}-\d\d-\d\d\b|\b{_YEAR}\s?[-–/]\s?{_YEAR}\b")

YEAR = re.compile(r"\d{4}")

_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_PLACES = (Kind.REGION, Kind.PLATFORM)


def load_store(root: Path = ROOT) -> FactStore:
    """Load and check the store under `root`/data.

    Raises:
        StoreError: a check failed; nothing is loaded in part.
    """
    report = inspect_store(root)
    if report.store is None:
        raise StoreError(report.problems)
    return report.store


@lru_cache(maxsize=1)
def shipped_store() -> FactStore:
    """The store that ships with the release, read and checked once a process.

    Raises:
        StoreError: a check failed.
    """
    return load_store()


def inspect_store(root: Path = ROOT) -> StoreReport:
    """Check the store under `root`/data and say what was checked, whether or not it holds."""
    return _Inspection(root).run()


class _Inspection:
    """One pass over the files. Each method is a check of its own in the report."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._facts_dir = root / "data" / "facts"
        self._documents_dir = root / "data" / "documents"
        self._checks: List[Check] = []
        self._documents: Dict[str, str] = {}
        self._facts: List[Read[Any]] = []
        self._topics: List[Read[Any]] = []
        self._names: List[Read[Any]] = []
        self._misconceptions: List[Read[Any]] = []

    def run(self) -> StoreReport:
        self._read_documents()
        self._read_files()
        self._check_ids()
        self._check_provenance()
        self._check_topics()
        self._check_names()
        self._check_misconceptions()
        self._check_phone_numbers()
        report = StoreReport(self._checks)
        if not report.problems:
            report.store = FactStore(
                [read.entry for read in self._facts],
                [read.entry for read in self._topics],
                [read.entry for read in self._names],
                self._documents,
                [read.entry for read in self._misconceptions],
            )
        return report

    def _check(self, title: str) -> Check:
        check = Check(title)
        self._checks.append(check)
        return check

    def _read_documents(self) -> None:
        check = self._check("documents readable")
        for path in sorted(self._documents_dir.glob("*.txt")):
            check.checked += 1
            try:
                self._documents[path.name] = read_text(path)
            except SourceError as error:
                check.problems.append(file_problem(self._root, path, error))
        if not check.checked:
            check.problems.append(
                Problem(shown(self._root, self._documents_dir), 0, "", "", "holds no document: put a .txt file there")
            )

    def _read_files(self) -> None:
        check = self._check("fields known and complete")
        files = sorted(self._facts_dir.glob("*.yml"))
        for required in (TOPICS, NAMES):
            if self._facts_dir / required not in files:
                check.problems.append(Problem(shown(self._root, self._facts_dir / required), 0, "", "", "is missing"))
        for path in files:
            if path.name == TOPICS:
                self._topics += read_checked(self._root, path, Topic, check)
            elif path.name == NAMES:
                self._names += read_checked(self._root, path, Name, check)
            elif path.name == MISCONCEPTIONS:
                self._misconceptions += read_checked(self._root, path, Misconception, check)
            else:
                self._facts += read_checked(self._root, path, Fact, check)

    def _check_ids(self) -> None:
        check = self._check("ids and names unique")
        seen: Dict[str, Read[Any]] = {}
        for read in self._facts + self._topics + self._misconceptions:
            check.checked += 1
            first = seen.setdefault(read.entry.id, read)
            if first is not read:
                check.problems.append(
                    read.problem("id", f"is already used at {first.file}:{first.source.line}: choose another id")
                )
        spellings: Dict[str, Read[Any]] = {}
        for read in self._names:
            for spelling in {text.casefold() for text in (read.entry.name, *read.entry.aliases)}:
                check.checked += 1
                first = spellings.setdefault(spelling, read)
                if first is not read:
                    message = f"'{spelling}' already stands for {first.entry.name}: keep it in one place"
                    check.problems.append(read.problem("aliases", message))

    def _check_provenance(self) -> None:
        check = self._check("quotes verbatim on their line")
        lines = {name: text.splitlines() for name, text in self._documents.items()}
        for read in self._facts:
            check.checked += 1
            problem = _provenance_problem(read, lines)
            if problem:
                check.problems.append(problem)

    def _check_topics(self) -> None:
        check = self._check("topics and facts refer to each other")
        topics = {read.entry.id for read in self._topics}
        topic_of = {read.entry.id: read.entry.topic for read in self._facts}
        for read in self._facts:
            check.checked += 1
            if read.entry.topic not in topics:
                check.problems.append(
                    read.problem("topic", f"'{read.entry.topic}' is no topic: use one of {_listed(topics)}")
                )
        with_facts, either = set(topic_of.values()), topics | topic_of.keys()
        for read in self._topics:
            if read.entry.id not in with_facts:
                check.problems.append(read.problem("id", "has no fact: add one, or remove the topic"))
            for field_name, known in (("facts", topic_of.keys()), ("next", either)):
                for reference in getattr(read.entry, field_name):
                    check.checked += 1
                    if reference not in known:
                        check.problems.append(read.problem(field_name, f"'{reference}' does not exist: correct the id"))

    def _check_names(self) -> None:
        check = self._check("names known")
        kinds = {read.entry.name: read.entry.kind for read in self._names}
        expected = (("people", (Kind.PERSON,)), ("organisations", (Kind.ORGANISATION,)), ("places", _PLACES))
        for read in self._facts:
            for field_name, allowed in expected:
                for name in getattr(read.entry.about, field_name):
                    check.checked += 1
                    if kinds.get(name) not in allowed:
                        wanted = " or ".join(kind.value for kind in allowed)
                        message = f"'{name}' is no {wanted} of {NAMES}: add it there, or correct the spelling"
                        check.problems.append(read.problem("about", f"{field_name}: {message}"))

        placed = {place for read in self._facts for place in read.entry.about.places}
        for read in self._names:
            if read.entry.nearest:
                check.checked += 1
                if kinds.get(read.entry.nearest) is not Kind.REGION or read.entry.nearest not in placed:
                    message = f"'{read.entry.nearest}' is no region of {NAMES} that a fact is about: name one that is"
                    check.problems.append(read.problem("nearest", message))

    def _check_misconceptions(self) -> None:
        check = self._check("misconceptions corrected from facts")
        facts = {read.entry.id for read in self._facts}
        names = {read.entry.name for read in self._names}
        for read in self._misconceptions:
            for fact in read.entry.facts:
                check.checked += 1
                if fact not in facts:
                    check.problems.append(read.problem("facts", f"'{fact}' does not exist: correct the id"))
            for mention in read.entry.mentions:
                check.checked += 1
                if mention not in names and not YEAR.fullmatch(mention):
                    message = f"'{mention}' is neither a name of {NAMES} nor a year: add it there, or correct it"
                    check.problems.append(read.problem("mentions", message))

    def _check_phone_numbers(self) -> None:
        check = self._check("no phone numbers outside the support table")
        for read in self._facts + self._topics + self._misconceptions:
            for field_name, text in texts_of(read.entry):
                check.checked += 1
                if looks_like_phone_number(text):
                    message = "holds digits that look like a phone number: numbers belong in the support table alone"
                    check.problems.append(read.problem(field_name, message))


def _provenance_problem(read: Read[Fact], lines: Dict[str, List[str]]) -> Optional[Problem]:
    fact = read.entry
    if fact.document not in lines:
        return read.problem("document", f"'{fact.document}' is not under data/documents: use one of {_listed(lines)}")
    document = lines[fact.document]
    if 0 < fact.line <= len(document) and fact.quote in document[fact.line - 1]:
        return None
    found = [number for number, line in enumerate(document, 1) if fact.quote in line]
    if found:
        return read.problem("line", f"the quote stands on line {found[0]}, not {fact.line}: write line: {found[0]}")
    plain = fact.quote.translate(_TYPOGRAPHY)
    for number, line in enumerate(document, 1):
        if plain in line.translate(_TYPOGRAPHY):
            return read.problem(
                "quote", f"differs from line {number} only in quotation marks or dashes: copy them as they stand"
            )
    return read.problem("quote", f"does not stand in {fact.document}: copy it character by character")


def looks_like_phone_number(text: str) -> bool:
    """Whether a text holds digits that could be a phone number: no year, date, sum or statute number is written so."""
    return bool(_PHONE_LIKE.search(_DATES.sub(" ", text)))


def texts_of(entry: Entry) -> Iterator[Tuple[str, str]]:
    """Every text of an entry, with the field that it stands in."""
    for name, value in entry:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield name, text


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
