"""Vectors of training examples are kept, are those of the encoder, and a bad file costs nothing but time."""

from pathlib import Path
from typing import List, Sequence

import numpy as np
import pytest

from bot.nlu.remembered import RememberedVectors


class Counting:
    """An encoder that knows what it was asked to encode."""

    def __init__(self) -> None:
        self.asked: List[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


@pytest.fixture
def encode() -> Counting:
    return Counting()


def test_what_was_encoded_once_is_not_encoded_again(tmp_path: Path, encode: Counting) -> None:
    file = tmp_path / "kept" / "vectors.npz"
    first = RememberedVectors(file, "one").encode(["a", "bb", "a"], encode)
    assert first.tolist() == [[1, 97], [2, 98], [1, 97]]
    again = RememberedVectors(file, "one").encode(["bb", "ccc"], encode)
    assert again.tolist() == [[2, 98], [3, 99]]
    assert encode.asked == ["a", "bb", "ccc"]
    assert [path.name for path in file.parent.iterdir()] == ["vectors.npz"]


def test_another_encoder_has_vectors_of_its_own(tmp_path: Path, encode: Counting) -> None:
    for encoder in ("one", "other"):
        RememberedVectors(tmp_path / "vectors.npz", encoder).encode(["a"], encode)
    assert encode.asked == ["a", "a"]


def test_a_damaged_file_is_made_anew(tmp_path: Path, encode: Counting) -> None:
    file = tmp_path / "vectors.npz"
    remembered = RememberedVectors(file, "one")
    remembered.encode(["a"], encode)
    for content in (b"", b"no archive", file.read_bytes()[:100]):
        file.write_bytes(content)
        assert remembered.encode(["a"], encode).tolist() == [[1, 97]]
    assert encode.asked == ["a"] * 4
    remembered.encode(["a"], encode)
    assert encode.asked == ["a"] * 4


def test_where_nothing_can_be_written_it_encodes_all_the_same(tmp_path: Path, encode: Counting) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    remembered = RememberedVectors(tmp_path / "file" / "vectors.npz", "one")
    assert remembered.encode(["a"], encode).tolist() == [[1, 97]]
