"""Taking a text file in as a document, byte for byte."""

import re
from pathlib import Path

from bot.facts.sources import SourceError, read_text

LARGEST = 300_000
_MARK = "\ufeff"
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class DocumentError(ValueError):
    """A file that can't be a document of the store; the message says why and what to do."""


def read_document(path: Path) -> str:
    """The text of a file that can be a document, without a byte order mark.

    Raises:
        DocumentError: it can't be one.
    """
    if path.suffix != ".txt":
        raise DocumentError(f"{path} is no .txt file: save its words as plain text, in a file whose name ends in .txt.")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError(
                f"{path} has {size:,} bytes, and a document may have {LARGEST:,}: split it into several files."
            )
        text = read_text(path)
    except OSError as error:
        raise DocumentError(f"{path} can't be read ({error.strerror}): correct the path.") from error
    except SourceError as error:
        raise DocumentError(f"{path} {error}.") from error
    if _NO_TEXT.search(text):
        raise DocumentError(f"{path} holds bytes that are no text: save its words as plain text, in UTF-8.")
    if not text.strip(_MARK + " \t\r\n"):
        raise DocumentError(f"{path} is empty: put the document's words into it.")
    return text.removeprefix(_MARK)


def is_there(path: Path, folder: Path) -> bool:
    """Whether the folder of documents has this one already.

    Raises:
        DocumentError: another document has its name, or that can't be read.
    """
    target = folder / path.name
    if not target.exists():
        return False
    try:
        if target.read_bytes() == path.read_bytes():
            return True
    except OSError as error:
        raise DocumentError(f"{target} can't be read ({error.strerror}): give the file another name.") from error
    raise DocumentError(
        f"data/documents/{path.name} is there with other words, and facts may quote it: give the file another name."
    )


def take_in(path: Path, folder: Path) -> bool:
    """Copy a document into the folder of documents, unless it is there already.

    Returns:
        Whether it was copied.

    Raises:
        DocumentError: another document has its name, or it can't be written.
    """
    if is_there(path, folder):
        return False
    try:
        with (folder / path.name).open("xb") as file:
            file.write(path.read_bytes())
    except OSError as error:
        message = f"{folder / path.name} can't be written ({error.strerror}): make the folder writable."
        raise DocumentError(message) from error
    return True
