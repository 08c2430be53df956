"""Masks what in a question could tell of a person: names, numbers, addresses, and all that is not plainly a word.

There is no trained model of names here, and none would find "priya" in small letters. So it is the other way round:
spaCy finds the store's names, numbers, e-mail and street addresses, and of the rest only those words stay that the
assistant's own training data uses as ordinary words. When in doubt, a word is masked.
"""

import re
from collections import Counter
from typing import Any, Dict, FrozenSet, List, Optional, Tuple

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import Matcher
from spacy.tokens import Doc, Token

from bot import ROOT
from bot.facts import Kind, shipped_store
from bot.nlu.forgetting import Forgetting
from bot.nlu.language import build_language, shipped_language

# A word is ordinary if the examples have it so often in small letters, and hardly ever with a capital in a sentence.
_OFTEN = 4
_FAR_MORE_OFTEN = 4
_EXAMPLE = re.compile(r"^ +- (.+)$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]+")
_STREETS = (
    "street st road rd avenue ave lane ln drive dr square sq close court ct way place pl boulevard blvd terrace "
    "crescent rue strasse straße via calle marg nagar colony"
).split()
_BEFORE_NAMES = "name called named mr mrs ms miss dr prof sir madam".split()
_MASKS = {
    Kind.PERSON.value: "[name]",
    Kind.ORGANISATION.value: "[organisation]",
    Kind.PLATFORM.value: "[organisation]",
    Kind.REGION.value: "[place]",
}
_ADDRESS = "[address]"
_NUMBER = "[number]"
_UNKNOWN = "[…]"
_NONE: FrozenSet[str] = frozenset()
# What is written between digits, as in 020-7946 or 12/11.
_BETWEEN = frozenset("-–/+().,:#")


class Masker:
    """Masks one message after another; each takes about a millisecond."""

    def __init__(self) -> None:
        """Read the training data, and build the pipeline that finds the store's names: takes a second."""
        self._reading = Forgetting(lambda: build_language(shipped_store()))
        vocab = shipped_language().vocab
        self._words, self._first_words = _ordinary_words()
        self._streets = Matcher(vocab)
        street = {"LOWER": {"IN": _STREETS}}
        digits = {"TEXT": {"REGEX": r"^\d"}}
        named = {"IS_PUNCT": False, "IS_SPACE": False}
        lines = [[named] * words for words in (1, 2, 3)]
        self._streets.add(_ADDRESS, [[digits, *line, street] for line in lines])
        self._streets.add(_ADDRESS, [[digits, street, *line] for line in lines])
        self._streets.add(_ADDRESS, [[street, *line, digits] for line in lines])

        self._named = Matcher(vocab)
        is_called: List[Dict[str, Any]] = [
            {"LOWER": {"IN": _BEFORE_NAMES}},
            {"LOWER": {"IN": ["is", "'s", "’s", "s", ".", ":"]}, "OP": "?"},
        ]
        self._named.add(_UNKNOWN, [[*is_called, {"IS_ALPHA": True, "IS_STOP": False}]])

    def mask(self, text: str) -> str:
        """The text with masks in the place of what could tell of a person."""
        doc = self._reading.language()(" ".join(text.split()))
        streets = {index for _, start, end in self._streets(doc) for index in range(start, end)}
        named = {end - 1 for _, _, end in self._named(doc)}
        masks = [_ADDRESS if token.i in streets else self._mask_of(token) for token in doc]
        masks = [mask or (_UNKNOWN if index in named else None) for index, mask in enumerate(masks)]
        return _written(doc, _joined(doc, masks))

    def _mask_of(self, token: Token) -> Optional[str]:
        if token.like_email or token.like_url or "@" in token.text:
            return _ADDRESS
        if token.ent_type_:
            return _MASKS.get(token.ent_type_)
        if token.like_num or any(character.isdigit() for character in token.text):
            return _NUMBER
        if not any(character.isalpha() for character in token.text):
            return None
        words = self._words
        if token.text[0].isupper() and not token.text.isupper():
            words = self._first_words if _begins_a_sentence(token) else _NONE
        is_word = token.lower_.isascii() and all(part in words for part in _WORD.findall(token.lower_))
        return None if is_word else _UNKNOWN


def _ordinary_words() -> Tuple[FrozenSet[str], FrozenSet[str]]:
    """The words that the training data uses as such, and those that it begins sentences with, all in small letters."""
    small: "Counter[str]" = Counter()
    capital: "Counter[str]" = Counter()
    first: "Counter[str]" = Counter()
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for example in _EXAMPLE.findall(path.read_text(encoding="utf-8")):
            words = _WORD.findall(example)
            small.update(word for word in words if word.islower())
            first.update(word.lower() for word in words[:1] if word.istitle())
            capital.update(word.lower() for word in words[1:] if word.istitle() and len(word) > 1)
    often = {word for word, times in small.items() if times >= _OFTEN and times >= _FAR_MORE_OFTEN * capital[word]}
    common = {part for word in STOP_WORDS for part in _WORD.findall(word)}
    begin = {word for word, times in first.items() if times >= _OFTEN and word in often}
    return frozenset(often | common), frozenset(begin | common)


def _begins_a_sentence(token: Token) -> bool:
    return token.i == 0 or token.nbor(-1).text[-1] in ".!?:…“\"'‘("


def _joined(doc: Doc, masks: List[Optional[str]]) -> List[Optional[str]]:
    """The same, with what stands between two numbers masked as well: "(020) 7946-0958" is one."""
    joined = list(masks)
    for token in doc:
        if masks[token.i] is None and all(character in _BETWEEN for character in token.text):
            beside = {masks[index] for index in (token.i - 1, token.i + 1) if 0 <= index < len(masks)}
            if beside == {_NUMBER} and token.i + 1 < len(masks):
                joined[token.i] = _NUMBER
    return joined


def _written(doc: Doc, masks: List[Optional[str]]) -> str:
    text = ""
    for token, mask, after in zip(doc, masks, [*masks[1:], None], strict=False):
        if mask is None:
            text += token.text_with_ws
        elif mask != after:
            text += mask + token.whitespace_
    return text.strip()
