"""What the lint looks at as it ships, and the trained model, once for all tests."""

from pathlib import Path
from typing import Callable, List

import pytest

from bot import ROOT
from bot.facts import FactStore, load_store
from bot.lint.phrases import Phrase, read_phrases
from bot.lint.replies import Replies
from bot.lint.understanding import Understanding

Edit = Callable[[str, str, str], int]


@pytest.fixture(scope="session")
def store() -> FactStore:
    """The shipped store."""
    return load_store()


@pytest.fixture(scope="session")
def phrases(store: FactStore) -> List[Phrase]:
    """The shipped phrases."""
    return read_phrases(ROOT, store)


@pytest.fixture(scope="session")
def understanding(model: Path) -> Understanding:
    """The shipped model."""
    return Understanding(model)


@pytest.fixture(scope="session")
def reply_to(understanding: Understanding) -> Replies:
    """The assistant with that model."""
    return Replies(understanding)


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Puts a defect into a file of the copy, in place of what stands there once; gives the line of it."""

    def edited(name: str, old: str, new: str) -> int:
        path = copy / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {text.count(old)} of {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return edited
