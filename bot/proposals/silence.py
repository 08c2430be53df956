"""Training phrases by which the documents are silent, and which a new document may now answer."""

import re
from pathlib import Path
from typing import Iterator, NamedTuple

from bot.nlu.labels import SILENT

_INTENT = re.compile(r"\s*- intent: (\w+)")
_EXAMPLE = re.compile(r"\s+- (.+)")


class Phrase(NamedTuple):
    """A line of a file under data/nlu, numbered from 1."""

    file: str
    line: int
    text: str


def silent_phrases(root: Path) -> Iterator[Phrase]:
    """The examples of the intent by which the documents are silent."""
    for path in sorted((root / "data" / "nlu").rglob("*.yml")):
        intent = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            begins, example = _INTENT.match(line), _EXAMPLE.match(line)
            if begins:
                intent = begins[1]
            elif example and intent == SILENT:
                yield Phrase(str(path.relative_to(root)), number, example[1])
