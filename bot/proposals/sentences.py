"""The sentences of a document, each with the words that can be quoted: those that stand on one line."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Iterator, List, NamedTuple, Tuple

import spacy
from spacy.language import Language

_BULLET = re.compile(r"^\s*(?:(?:[-*•–—]|\d{1,2}[.)])\s+|#{1,6}\s+)?")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
# spaCy leaves what opens a sentence with the one before.
_OPENS = re.compile(r"[\s#“‘«(\[]+$")
_ADDRESS = re.compile(r"https?://|www\.")
# Behind these a sentence goes on, though spaCy ends it there.
_ABBREVIATED = re.compile(r"(?:\b(?:No|Art|Nos|pp?|ca|cf|vol|para|Sec)|\b[A-Z])\.$")
_LONGEST_HEADING = 80
# A shorter line without a full stop is one by itself: a heading, or an item of a list.
_FULL_LINE = 50
_FEWEST_WORDS = 3


class Part(NamedTuple):
    """What of a sentence stands on one line, numbered from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence, the longest part of it that stands on one line, and the heading that it stands under."""

    text: str
    quote: Part
    heading: str
    parts: Tuple[Part, ...]

    @property
    def is_on_one_line(self) -> bool:
        """Whether the quote is the whole sentence."""
        return len(self.parts) == 1


@dataclass
class Split:
    """The sentences that may be facts, and how many others there are: headings, questions, addresses."""

    sentences: List[Sentence]
    headings: List[str]
    others: int


class _Block(NamedTuple):
    parts: List[Part]
    is_item: bool

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    @property
    def is_heading(self) -> bool:
        is_open = not _ENDS.search(self.text) or self.text.endswith("?")
        return len(self.parts) == 1 and not self.is_item and is_open and len(self.text) <= _LONGEST_HEADING


def split(text: str) -> Split:
    """Split a document into sentences.

    A line of a paragraph goes on in the next; a list's items, and a heading, stand for themselves.
    """
    found = Split([], [], 0)
    for block in _blocks(text):
        if block.is_heading:
            found.headings.append(block.text)
            continue
        heading = found.headings[-1] if found.headings else ""
        for sentence in _sentences(block, heading):
            if _may_be_a_fact(sentence.text):
                found.sentences.append(sentence)
            else:
                found.others += 1
    return found


def _may_be_a_fact(text: str) -> bool:
    return not text.endswith("?") and not _ADDRESS.search(text) and len(re.findall(r"\w+", text)) >= _FEWEST_WORDS


def _blocks(text: str) -> Iterator[_Block]:
    block: List[Part] = []
    is_item = False
    # As the store counts lines, which is not as editors do with rare line ends.
    for number, line in enumerate(text.splitlines(), 1):
        marker = _BULLET.match(line)
        start = marker.end() if marker else 0
        part = Part(number, line[start:].strip())
        starts_anew = bool(line[:start].strip())
        if block and (starts_anew or not part.text or not _goes_on(block[-1].text, part.text)):
            yield _Block(block, is_item)
            block = []
        if re.search(r"\w", part.text):
            is_item = is_item if block else starts_anew and not line.lstrip().startswith("#")
            block = [*block, part]
    if block:
        yield _Block(block, is_item)


def _goes_on(line: str, following: str) -> bool:
    is_whole = _ENDS.search(line) and not _ABBREVIATED.search(line)
    return not is_whole and (len(line) >= _FULL_LINE or following[:1].islower())


def _sentences(block: _Block, heading: str) -> Iterator[Sentence]:
    for start, end in _spans(block.text):
        parts, offset = [], 0
        for part in block.parts:
            words = part.text[max(0, start - offset) : max(0, end - offset)].strip()
            if words:
                parts.append(Part(part.line, words))
            offset += len(part.text) + 1
        longest = max(parts, key=lambda part: len(part.text))
        yield Sentence(block.text[start:end].strip(), longest, heading, tuple(parts))


def _spans(text: str) -> List[Tuple[int, int]]:
    """Where sentences start and end; what spaCy parts behind an abbreviation is joined again."""
    spans: List[Tuple[int, int]] = []
    for sentence in _splitter()(text).sents:
        start, end = spans[-1][1] if spans else 0, sentence.end_char
        opening = _OPENS.search(text, start, end)
        end = opening.start() if opening and end < len(text) else end
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if spans and (_ABBREVIATED.search(text[: spans[-1][1]].rstrip()) or text[start : start + 1].islower()):
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


@cache
def _splitter() -> Language:
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    return language
