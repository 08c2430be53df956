"""Dialogue files: one file a visitor's behaviour, a list of turns."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Set, Tuple

from pydantic import Field, validator

from bot import ROOT
from bot.facts import load_store
from bot.facts.background import load_background
from bot.facts.problems import Check, Problem
from bot.facts.reading import Read, read_checked
from bot.facts.schema import Entry
from bot.reply import ReplyKind


class Turn(Entry):
    """What a visitor writes, and what the answer has to be."""

    visitor: str = Field(min_length=1, description="what the visitor writes")
    kind: ReplyKind = Field(description=f"one of {', '.join(kind.value for kind in ReplyKind)}")
    facts: List[str] = Field(default=[], description="ids of facts that the reply cites, maybe among others")
    only_facts: Optional[List[str]] = Field(default=None, description="ids of all facts that the reply cites")
    says: List[str] = Field(default=[], description="words that stand in the reply as they are")
    never_says: List[str] = Field(default=[], description="regular expressions that match nowhere in the reply")
    buttons: List[str] = Field(default=[], description="titles of suggestions that the reply has, maybe among others")
    links: List[str] = Field(default=[], description="addresses that the reply links to, such as tel:3919")
    then: List[ReplyKind] = Field(default=[], description="kinds of the replies after the first, in order")

    @validator("never_says", each_item=True)
    def _is_a_pattern(cls, pattern: str) -> str:  # noqa: N805  # pydantic calls it so
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"'{pattern}' is no regular expression ({error})") from error
        return pattern


@dataclass(frozen=True)
class Dialogue:
    """A conversation to be held, with the line of each turn (from 1) in its file."""

    path: Path
    turns: Tuple[Turn, ...]
    lines: Tuple[int, ...]

    @property
    def behaviour(self) -> str:
        """What the visitor does, as the file is named."""
        return self.path.stem.replace("_", " ")


class DialogueError(ValueError):
    """Dialogue files have mistakes; `problems` lists them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def read_dialogues(paths: Sequence[Path], root: Path = ROOT) -> List[Dialogue]:
    """Read dialogue files.

    Args:
        paths: files, or folders with *.yml in them.
        root: the project, whose facts the dialogues may name.

    Raises:
        DialogueError: a path is not there, a file cannot be read, or an entry is wrong; every mistake is told.
    """
    check = Check("dialogues")
    known = _fact_ids(root)
    dialogues = []
    for path in _files(paths, check):
        turns = read_checked(root if path.is_relative_to(root) else path.parent, path, Turn, check)
        for turn in turns:
            check.problems += _unknown_facts(turn, known)
        if not turns and not check.problems:
            check.problems.append(Problem(path.name, 0, "", "", "has no turn: write '- visitor: …' and what follows"))
        dialogues.append(Dialogue(path, tuple(turn.entry for turn in turns), tuple(turn.source.line for turn in turns)))
    if check.problems:
        raise DialogueError(check.problems)
    return dialogues


def _files(paths: Sequence[Path], check: Check) -> List[Path]:
    found: List[Path] = []
    for path in (given.resolve() for given in paths):
        inside = sorted(path.rglob("*.yml")) if path.is_dir() else [path]
        if not path.exists():
            check.problems.append(Problem(str(path), 0, "", "", "is not there: correct the path"))
        elif not inside:
            check.problems.append(Problem(str(path), 0, "", "", "has no dialogue in it: a dialogue is a .yml file"))
        else:
            found += inside
    return found


def _fact_ids(root: Path) -> Set[str]:
    return {fact.id for fact in load_store(root).facts} | set(load_background(root).facts)


def _unknown_facts(turn: Read[Turn], known: Set[str]) -> List[Problem]:
    return [
        turn.problem(name, f"there is no fact '{fact_id}': correct the id")
        for name, ids in (("facts", turn.entry.facts), ("only_facts", turn.entry.only_facts or ()))
        for fact_id in ids
        if fact_id not in known
    ]
