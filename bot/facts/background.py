"""The background collection: facts from elsewhere, told with a label and only where the documents are silent."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

from pydantic import BaseModel, Extra, Field, ValidationError

from bot import ROOT
from bot.facts.loading import looks_like_phone_number, texts_of
from bot.facts.problems import Check, Problem, StoreError
from bot.facts.reading import Read, file_problem, read_checked, shown
from bot.facts.schema import About, Entry, Identifier, Sentence
from bot.facts.sources import SourceError, read_tree

COLLECTION = "collection.yml"
_ADDRESS = re.compile(r"https?://\S+")


class BackgroundFact(Entry):
    """One thing that a page says."""

    id: Identifier = Field(description="lower-case words joined by hyphens, beginning with x-")
    title: Sentence = Field(description="a question of a few words, shown on a button")
    answer: str = Field(description="one or two full sentences in own words", min_length=2)
    quote: Sentence = Field(description="the page's words, copied character by character")
    source_url: str = Field(description="the page's address", regex=_ADDRESS.pattern)
    source_title: Sentence = Field(description="the page's title, or the site's name")
    as_of: Optional[date] = Field(default=None, description="the day up to which it is known, where it can change")
    about: About = Field(
        default=About(), description="people and places that a question has to name, where it names any"
    )
    questions: List[Sentence] = Field(description="two or more questions that this fact answers", min_items=2)


class _Collection(BaseModel):
    class Config:
        extra = Extra.forbid

    label: Sentence = Field(description="the words that stand before each of its facts")
    checked_on: date = Field(description="when the pages were last looked at, as 2026-11-23")


@dataclass(frozen=True)
class Background:
    """The facts by id, the label that stands before each, and when their pages were looked at."""

    facts: Dict[str, BackgroundFact]
    label: str
    checked_on: date


@lru_cache(maxsize=1)
def shipped_background() -> Background:
    """The collection that ships with the release, read and checked once a process.

    Raises:
        StoreError: a check failed.
    """
    return load_background()


def load_background(root: Path = ROOT) -> Background:
    """Load and check the collection under `root`/data/background.

    Raises:
        StoreError: a check failed; nothing is loaded in part.
    """
    check, background = _read(root)
    if background is None:
        raise StoreError(check.problems)
    return background


def inspect_background(root: Path = ROOT) -> Check:
    """Check the collection, whether or not it holds."""
    return _read(root)[0]


def _read(root: Path) -> Tuple[Check, Optional[Background]]:
    check = Check("background facts complete, with their sources")
    folder = root / "data" / "background"
    collection = _collection(root, folder / COLLECTION, check)
    facts: Dict[str, BackgroundFact] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name == COLLECTION:
            continue
        for read in read_checked(root, path, BackgroundFact, check):
            check.problems += _check_fact(read, facts)
            facts[read.entry.id] = read.entry
    if check.problems or collection is None:
        return check, None
    return check, Background(facts, collection.label, collection.checked_on)


def _collection(root: Path, path: Path, check: Check) -> Optional[_Collection]:
    try:
        return _Collection(**read_tree(path))
    except SourceError as error:
        check.problems.append(file_problem(root, path, error))
    except ValidationError as error:
        for each in error.errors():
            check.problems.append(Problem(shown(root, path), 0, "", str(each["loc"][0]), each["msg"]))
    return None


def _check_fact(read: Read[BackgroundFact], facts: Dict[str, BackgroundFact]) -> Iterator[Problem]:
    if read.entry.id in facts:
        yield read.problem("id", "is already used: choose another id")
    for field, text in texts_of(read.entry):
        if field != "source_url" and looks_like_phone_number(text):
            message = "holds digits that look like a phone number: numbers belong in the support table alone"
            yield read.problem(field, message)
