"""What the tests of the pages share."""

import shutil
from pathlib import Path

import pytest

from bot import ROOT


@pytest.fixture
def project(copy: Path) -> Path:
    """A copy of the project with the example, and with the sentence vectors that training remembers."""
    shutil.copytree(ROOT / "docs" / "examples", copy / "docs" / "examples")
    if (ROOT / ".rasa" / "vectors.npz").is_file():
        (copy / ".rasa").mkdir()
        shutil.copy(ROOT / ".rasa" / "vectors.npz", copy / ".rasa")
    return copy
