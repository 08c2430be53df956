"""A database of counts in a file, and a clock that goes forward when it is told to."""

from pathlib import Path

import pytest

from bot.usage.settings import parsed
from bot.usage.table import UsageTable


class Clock:
    """A timer in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "usage.db"


@pytest.fixture
def table(file: Path) -> UsageTable:
    return UsageTable(parsed(f"sqlite:///{file}"))
