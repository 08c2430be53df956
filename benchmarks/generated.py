"""A store of any size, for measurements: the shipped one with generated documents, topics, people and facts."""

import shutil
from pathlib import Path
from typing import Any, Dict, List

import yaml

from bot import ROOT

_OF_DOCUMENT = 100
_OF_TOPIC = 50
_OF_PERSON = 10


def write_store(folder: Path, facts: int) -> None:
    """Write data/documents and data/facts with the shipped facts and so many generated ones.

    Each has a sentence of its own, and is about one person.

    Raises:
        OSError: it cannot be written.
    """
    for name in ("documents", "facts"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    names: List[Dict[str, Any]] = []
    topics: List[Dict[str, Any]] = []
    for start in range(0, facts, _OF_DOCUMENT):
        numbers = range(start, min(start + _OF_DOCUMENT, facts))
        document = f"generated-{start}.txt"
        sentences = [
            f"Person {_letters(n // _OF_PERSON)} took part in event {_letters(n)} of the movement." for n in numbers
        ]
        (folder / "data" / "documents" / document).write_text("\n".join(sentences) + "\n", encoding="utf-8")
        entries = [
            {
                "id": f"generated-{number}",
                "topic": f"events-{number // _OF_TOPIC}",
                "title": f"Event {_letters(number)}?",
                "answer": sentence,
                "quote": sentence,
                "document": document,
                "line": line,
                "about": {"people": [f"Person {_letters(number // _OF_PERSON)}"]},
                "questions": [f"Who took part in event {_letters(number)}?", f"What was event {_letters(number)}?"],
            }
            for line, (number, sentence) in enumerate(zip(numbers, sentences, strict=True), 1)
        ]
        _write(folder / "data" / "facts" / f"generated-{start}.yml", entries)
    people = range(0, facts, _OF_PERSON)
    names += [{"name": f"Person {_letters(number // _OF_PERSON)}", "kind": "person"} for number in people]
    for number in range(0, facts, _OF_TOPIC):
        topic = number // _OF_TOPIC
        title = f"What of events {_letters(topic)}?"
        topics.append(
            {
                "id": f"events-{topic}",
                "title": title,
                "intro": "In the document's words:",
                "questions": [title, f"Tell me of events {_letters(topic)}"],
                "facts": [f"generated-{number}"],
                "next": ["origin", "achievements"],
            }
        )
    _append(folder / "data" / "facts" / "names.yml", names)
    _append(folder / "data" / "facts" / "topics.yml", topics)


def _letters(number: int) -> str:
    """A word of letters alone for each number: figures would look like something else."""
    word = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        word = "bcdfghjklmnpqrstvwxz"[rest] + "aeiou"[rest % 5] + word
    return word.capitalize()


def _write(path: Path, entries: List[Dict[str, Any]]) -> None:
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def _append(path: Path, entries: List[Dict[str, Any]]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" + yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000))
