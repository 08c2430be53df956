"""The store as it ships, and a copy of its data to break."""

import shutil
from pathlib import Path

import pytest

from bot import ROOT
from bot.facts import FactStore, load_store


@pytest.fixture(scope="session")
def store() -> FactStore:
    """The shipped store; nobody can change it."""
    return load_store()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a copy of the facts and documents that ship."""
    for name in ("facts", "documents"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name, copy_function=shutil.copyfile)
    return tmp_path
