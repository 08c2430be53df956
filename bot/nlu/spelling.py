"""What is misspelt: names of the store as entities, and other words as English writes them.

The encoder splits a misspelt word into pieces that mean nothing, so both are written out before it reads them.
"""

import re
from collections import Counter
from difflib import get_close_matches
from functools import cache
from typing import Dict, Iterable, List, Optional, Tuple

from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spellchecker import SpellChecker

from bot import ROOT

# Shorter words are too like others: "berk" and "bark".
_SHORTEST_NAME = 5
_SHORTEST_WORD = 6
# How alike a word has to be to a name, from 0 to 1: "lawrance" and "Lawrence" are 0.88, "burkett" and "Burke" 0.83.
_LIKE_A_NAME = 0.82
_MOST_LETTERS_APART = 1
# A word that the data has more than once is a misspelling where it has the right one so many times as often.
_FAR_MORE_OFTEN = 10
_WORD = re.compile(r"[a-z]+")
_LONG_WORD = re.compile(rf"[A-Za-z]{{{_SHORTEST_WORD},}}")


@Language.factory("misspelt_names", default_config={"names": {}})
def create_misspelt_names(nlp: Language, name: str, names: Dict[str, Tuple[str, str]]) -> "MisspeltNames":
    """The component that finds misspelt names; `names` are spellings of one word, each with its label and id."""
    return MisspeltNames(names)


class Alike:
    """Finds the name that a word which is no English is very like."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names in small letters; those that are too short to be told apart are left out."""
        # Hardly anybody gets the first letter wrong, and comparing with every country takes milliseconds.
        self._by_letter: Dict[str, List[str]] = {}
        for name in names:
            if len(name) >= _SHORTEST_NAME:
                self._by_letter.setdefault(name[0], []).append(name)

    def of(self, token: Token) -> Optional[str]:
        """The name that a token is misspelt for, None where it is English, or like none."""
        if not token.is_alpha or len(token) < _SHORTEST_NAME or token.lower_ in _english():
            return None
        like = get_close_matches(token.lower_, self._by_letter.get(token.lower_[0], ()), 1, _LIKE_A_NAME)
        return like[0] if like and abs(len(like[0]) - len(token)) <= _MOST_LETTERS_APART else None


class MisspeltNames:
    """A spaCy component that adds entities for words that are no English and very like a name. It follows the ruler."""

    def __init__(self, names: Dict[str, Tuple[str, str]]) -> None:
        """Take the names: of those of several words, the words that by themselves stand for the name."""
        self._names = {word.lower(): found for word, found in names.items()}
        self._alike = Alike(self._names)

    def __call__(self, doc: Doc) -> Doc:
        """Add the entities."""
        spans = [span for span in map(self._span, doc) if span is not None]
        if spans:
            doc.ents = _joined(doc, spans)  # type: ignore[assignment]  # the stub says: exactly one
        return doc

    def _span(self, token: Token) -> Optional[Span]:
        like = None if token.ent_type else self._alike.of(token)
        if like is None:
            return None
        label, name = self._names[like]
        return Span(token.doc, token.i, token.i + 1, label, span_id=name)


def corrected(text: str) -> str:
    """The text with those words corrected that are no English and one letter away from a word that is.

    Words that this project's own data uses are left alone, unless it uses the corrected one far more often.
    """
    return _LONG_WORD.sub(lambda match: _correction(match[0]), text)


def _correction(word: str) -> str:
    small, english, uses = word.lower(), _english(), _uses()
    if small in english:
        return word
    candidates = sorted(each for each in english.edit_distance_1(small) if each in english)
    if not candidates:
        return word
    best = max(candidates, key=lambda each: (uses[each], english[each]))
    is_ours = uses[small] > 1 and uses[best] < _FAR_MORE_OFTEN * uses[small]
    return word if is_ours else best


def _joined(doc: Doc, spans: List[Span]) -> List[Span]:
    """The entities with the spans; a first name and a surname that stand side by side are one."""
    named = [(each.start, each.end, each.label_, each.ent_id_) for each in doc.ents]
    named += [(each.start, each.end, each.label_, each.id_) for each in spans]
    joined: List[Tuple[int, int, str, str]] = []
    for start, end, label, name in sorted(named):
        goes_on = joined and joined[-1][1] == start and joined[-1][3] == name
        joined.append((joined.pop()[0] if goes_on else start, end, label, name))
    return [Span(doc, start, end, label, span_id=name) for start, end, label, name in joined]


@cache
def _english() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


@cache
def _uses() -> "Counter[str]":
    """How often each word stands in the data's texts."""
    uses: "Counter[str]" = Counter()
    for path in sorted((ROOT / "data").rglob("*.yml")):
        uses.update(_WORD.findall(path.read_text(encoding="utf-8").lower()))
    return uses
