"""A project folder with the data that ships, to add documents to."""

import shutil
from pathlib import Path

import pytest

from bot import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the data, without anything proposed."""
    shutil.copytree(ROOT / "data", tmp_path / "project" / "data", copy_function=shutil.copyfile)
    return tmp_path / "project"


@pytest.fixture
def sweden(tmp_path: Path) -> Path:
    """The example document, somewhere else on the machine."""
    return Path(shutil.copy(ROOT / "docs" / "examples" / "sweden.txt", tmp_path))
