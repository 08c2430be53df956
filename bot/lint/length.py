"""Answers that are longer than a phone shows.

On a screen of 360 × 640 pixels the chat page shows, between its bar with a question of one line and the box to write
in, 374 pixels of the reply: thirteen lines of 27.2 pixels, each of about 30 characters of a wide font. (Whether that
still holds, tests/widget/test_phone.py asks Chromium.) What a single fact says has to fit there; a reply of several
facts, one with support lines, or one from elsewhere with its label and its source, may take two screens.
"""

import textwrap
from collections import defaultdict
from pathlib import Path
from typing import Iterator, List, Tuple

from bot import ROOT
from bot.facts import FactStore
from bot.facts.background import COLLECTION, load_background
from bot.facts.loading import MISCONCEPTIONS, NAMES, TOPICS
from bot.facts.problems import Check, Problem
from bot.lint.trees import Tree, read_located
from bot.support import Need, load_support
from bot.support.need import KINDS

LINES = 13
CHARACTERS = 30
_SCREENS = 2
# Of a list's lines, what its bullet takes; and the space between paragraphs, in lines.
_BULLET = "• "
_GAP = 0.5
# As long as a day in words is.
_A_DAY = "23 November 2026"
_WORDING = "data/wording.yml"

# A problem without its message, and the text.
_Text = Tuple[Problem, str]


def check_length(store: FactStore, root: Path = ROOT) -> Check:
    """The length of everything that is said, in lines on a phone."""
    check = Check("answers fit on a phone")
    for place, text in _of_facts(root):
        _judge(check, check.problems, place, text, LINES)
    whole = [*_of_topics(root, store), *_of_background(root), *_of_replies(root), *_of_languages(root)]
    for place, text in whole:
        _judge(check, check.problems, place, text, LINES * _SCREENS)
    for place, text in _of_support(root):
        # Its words were weighed by people who know about harm: whether they can be fewer, such people have to say.
        _judge(check, check.due, place, text, LINES * _SCREENS)
    return check


def lines_on_a_phone(text: str) -> float:
    """How many lines a reply takes; paragraphs are separated by a blank line, items of a list begin with a bullet."""
    lines = 0
    for line in text.split("\n"):
        width = CHARACTERS - len(_BULLET) if line.startswith(_BULLET) else CHARACTERS
        lines += len(textwrap.wrap(line.removeprefix(_BULLET), width))
    return lines + _GAP * text.count("\n\n")


def _judge(check: Check, found: List[Problem], place: Problem, text: str, most: int) -> None:
    check.checked += 1
    lines = lines_on_a_phone(text)
    if lines > most:
        message = f"takes {lines:.0f} lines on a phone, {most} are enough to read: write it shorter, or make two of it"
        found.append(Problem(place.file, place.line, place.entry, place.field, message))


def _of_facts(root: Path) -> Iterator[_Text]:
    for path in sorted((root / "data" / "facts").glob("*.yml")):
        if path.name not in (TOPICS, NAMES):
            fields = ("correction",) if path.name == MISCONCEPTIONS else ("answer", "simple")
            yield from _fields(read_located(root, path), fields)


def _of_background(root: Path) -> Iterator[_Text]:
    label = load_background(root).label
    wording = read_located(root, root / _WORDING).values["replies"]["from_elsewhere"]["text"]
    for path in sorted((root / "data" / "background").glob("*.yml")):
        if path.name != COLLECTION:
            tree = read_located(root, path)
            for number, entry in enumerate(tree.values):
                told = {"label": label, "answer": entry["answer"], "source": entry["source_title"]}
                text = wording.format_map(defaultdict(lambda: _A_DAY, told))
                yield tree.problem((number, "answer"), entry["id"], "answer", ""), text


def _fields(tree: Tree, fields: Tuple[str, ...]) -> Iterator[_Text]:
    for number, entry in enumerate(tree.values):
        for field in fields:
            if entry.get(field):
                yield tree.problem((number, field), entry["id"], field, ""), entry[field]


def _of_topics(root: Path, store: FactStore) -> Iterator[_Text]:
    tree = read_located(root, root / "data" / "facts" / TOPICS)
    for number, topic in enumerate(store.topics):
        answers = [f"{_BULLET}{fact.answer}" for fact in store.whole_topic(topic.id)]
        yield tree.problem((number, "facts"), f"topic {topic.id}", "facts", ""), "\n".join([topic.intro, *answers])


def _of_replies(root: Path) -> Iterator[_Text]:
    """Replies with their places in braces as they stand: what is filled in is judged by itself."""
    tree = read_located(root, root / _WORDING)
    for name, reply in tree.values["replies"].items():
        yield tree.problem(("replies", name, "text"), f"reply {name}", "text", ""), reply["text"]
    domain = read_located(root, root / "domain.yml")
    for name, variations in domain.values["responses"].items():
        for number, response in enumerate(variations):
            place = domain.problem(("responses", name, number, "text"), f"response {name}", "text", "")
            yield place, response["text"]


def _of_languages(root: Path) -> Iterator[_Text]:
    tree = read_located(root, root / "data" / "languages.yml")
    for code, language in tree.values["languages"].items():
        titles = [f"{_BULLET}{title}" for title in language["topics"].values()]
        place = tree.problem(("languages", code), f"language {code}", "topics", "")
        yield place, "\n".join([language["sentence"], *titles])


def _of_support(root: Path) -> Iterator[_Text]:
    """Each kind's words with the lines of the country where they are longest."""
    tree = read_located(root, root / "data" / "support" / "wording.yml")
    support = load_support(root)
    countries = [None, *(country.code for country in support.countries)]
    for kind in KINDS:
        for field, again in (("first", False), ("again", True)):
            texts = [support.reply(Need(kind, country, again=again)).text for country in countries]
            place = tree.problem(("kinds", kind, field), f"kind {kind}", field, "")
            yield place, max(texts, key=lines_on_a_phone)
