"""Every phrase that the model learns from: what it is labelled with, and where it stands."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from bot.facts import FactStore, Problem
from bot.facts.background import COLLECTION
from bot.facts.loading import MISCONCEPTIONS, NAMES, TOPICS
from bot.lint.trees import Tree, read_located
from bot.nlu.labels import BACKGROUND, FALSE_PREMISE, SILENT

# The field of the phrases of facts, topics and the background collection.
QUESTIONS = "questions"


@dataclass(frozen=True)
class Phrase:
    """One phrase.

    `facts` are those that it asks for, all of its topic where it asks for the whole; `about` is the id of a
    misconception or a background fact. `entry` and `field` say what it stands in: "fact burke-who" and "questions".
    `has_intent` is False for the background collection's questions about places, which the intent model leaves out.
    """

    text: str
    intent: str
    facts: Tuple[str, ...]
    about: str
    file: str
    line: int
    entry: str
    field: str
    has_intent: bool = True

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    @property
    def asks_for(self) -> str:
        """What it is labelled with, in words."""
        what = " ".join(self.facts) or self.about
        return f"{self.intent} ({what})" if what else self.intent

    def problem(self, message: str) -> Problem:
        """A problem with it."""
        return Problem(self.file, self.line, self.entry, self.field, message)


def normalised(text: str) -> str:
    """What is left of a text without case, punctuation and outer spaces; the text itself where that is nothing."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold().replace("'", "").replace("’", "")).split()) or text


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it: to the encoder all texts without are the same."""
    return bool(re.search(r"\w", text))


def read_phrases(root: Path, store: FactStore) -> List[Phrase]:
    """The phrases of data/nlu, data/facts and data/background, in the order of the files.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    trees = [read_located(root, path) for path in sorted((root / "data" / "nlu").rglob("*.yml"))]
    phrases = [phrase for tree in trees for phrase in _examples(tree, store)]
    for path in sorted((root / "data" / "facts").glob("*.yml")):
        if path.name != NAMES:
            phrases += _of_entries(read_located(root, path), path.name, store)
    for path in sorted((root / "data" / "background").glob("*.yml")):
        if path.name != COLLECTION:
            phrases += _of_entries(read_located(root, path), COLLECTION, store)
    return phrases


def _examples(tree: Tree, store: FactStore) -> Iterator[Phrase]:
    for number, block in enumerate((tree.values or {}).get("nlu") or ()):
        if "intent" not in block:
            continue
        label = block.get("metadata") or {}
        topic = store.topic_of_intent(block["intent"])
        facts = tuple(label.get("facts") or (topic.facts if topic else ()))
        about = label.get(BACKGROUND) or ""
        for item, text in _texts(block["examples"]):
            line = tree.line("nlu", number, "examples", item)
            entry = f"intent {block['intent']}"
            yield Phrase(text, block["intent"], facts, about, tree.file, line, entry, "examples")


def _texts(examples: Any) -> Iterator[Tuple[int, str]]:
    """The texts of a block in either of Rasa's two forms, each with its number in it."""
    if isinstance(examples, str):
        for number, line in enumerate(examples.splitlines()):
            if line.strip().startswith("- "):
                yield number, line.strip()[2:].strip()
    else:
        yield from ((number, example["text"].strip()) for number, example in enumerate(examples))


def _of_entries(tree: Tree, kind: str, store: FactStore) -> Iterator[Phrase]:
    for number, entry in enumerate(tree.values or ()):
        intent, facts, about, title, field = _label(entry, kind, store)
        for item, text in enumerate(entry[field]):
            line = tree.line(number, field, item)
            has_intent = not (kind == COLLECTION and (entry.get("about") or {}).get("places"))
            yield Phrase(text, intent, facts, about, tree.file, line, f"{title} {entry['id']}", field, has_intent)


def _label(entry: Dict[str, Any], kind: str, store: FactStore) -> Tuple[str, Tuple[str, ...], str, str, str]:
    """Intent, facts, what it is about, the kind of entry, and the field of its phrases."""
    if kind == TOPICS:
        topic = store.topic(entry["id"])
        return topic.intent, tuple(topic.facts), "", "topic", QUESTIONS
    if kind == MISCONCEPTIONS:
        return FALSE_PREMISE, (), entry["id"], "misconception", "claims"
    if kind == COLLECTION:
        return SILENT, (), entry["id"], "backgroundfact", QUESTIONS
    return store.topic(entry["topic"]).intent, (entry["id"],), "", "fact", QUESTIONS
