"""What checking the store finds."""

from dataclasses import dataclass, field
from typing import List, Optional, Sequence

from bot.facts.store import FactStore


@dataclass(frozen=True)
class Problem:
    """One defect: where it is, and what to write instead. `line` counts from 1, 0 for the file as a whole."""

    file: str
    line: int
    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = ", ".join(part for part in (self.entry, f"field '{self.field}'" if self.field else "") if part)
        return f"{place}: {what}: {self.message}" if what else f"{place}: {self.message}"


class StoreError(ValueError):
    """The store has defects; `problems` lists them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass
class Check:
    """One thing that was checked: how many times, and what was found. What is only `due` for a look breaks nothing."""

    title: str
    checked: int = 0
    problems: List[Problem] = field(default_factory=list)
    due: List[Problem] = field(default_factory=list)


@dataclass
class StoreReport:
    """What loading found. `store` is None as soon as one check failed."""

    checks: List[Check]
    store: Optional[FactStore] = None

    @property
    def problems(self) -> List[Problem]:
        """Every defect of every check."""
        return [problem for check in self.checks for problem in check.problems]
