"""What can be a document, and that nothing is overwritten."""

from pathlib import Path
from typing import Union

import pytest

from bot.proposals.documents import LARGEST, DocumentError, read_document, take_in


def written(folder: Path, content: Union[bytes, str], name: str = "north.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Förändring.".encode("latin-1"), "is not UTF-8 text: save it as UTF-8"),
        ("Words.".encode("utf-16"), "is not UTF-8 text"),
        (b"\x7fELF\x00\x01 words.", "holds bytes that are no text"),
        (b"%PDF-1.7\n\x01\x02", "holds bytes that are no text"),
        (b"", "is empty"),
        ("\ufeff \r\n\t\n".encode(), "is empty"),
        (b"a" * (LARGEST + 1), "split it into several files"),
    ],
)
def test_what_is_no_document_is_told_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(written(tmp_path, content))
    assert message in str(caught.value) and "north.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["north.md", "north", "north.TXT", "north.txt.gz"])
def test_other_names_than_txt_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match=r"ends in .txt"):
        read_document(written(tmp_path, "Words.", name))


def test_what_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"can't be read .No such file"):
        read_document(tmp_path / "north.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(DocumentError, match="cannot be read: Is a directory"):
        read_document(tmp_path / "folder.txt")


def test_a_byte_order_mark_is_no_word(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, "\ufeffÅsa spoke.\r\n")) == "Åsa spoke.\r\n"


@pytest.mark.parametrize("content", ["\ufeffOne.\r\nTwo.\r\n", "One.\nTwo.", "One.\r"])
def test_it_is_copied_byte_for_byte_and_once(tmp_path: Path, content: str) -> None:
    path, folder = written(tmp_path, content), tmp_path / "documents"
    folder.mkdir()
    assert take_in(path, folder)
    assert (folder / "north.txt").read_bytes() == path.read_bytes()
    assert not take_in(path, folder)
    assert not take_in(folder / "north.txt", folder)


def test_another_document_of_that_name_is_left_alone(tmp_path: Path) -> None:
    path, folder = written(tmp_path, "New words."), tmp_path / "documents"
    folder.mkdir()
    (folder / "north.txt").write_text("Old words.")
    with pytest.raises(DocumentError, match="is there with other words"):
        take_in(path, folder)
    assert (folder / "north.txt").read_text() == "Old words."


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="can't be written"):
        take_in(written(tmp_path, "Words."), tmp_path / "documents")
