"""What spaCy finds in a message that bears on safety: plain words of harm, an age, a man who speaks, a country."""

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from babel import Locale
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from bot.nlu.spelling import Alike
from bot.support import SupportStore
from bot.support.need import KINDS

_MOVEMENT = "movement"
_ADULT = 18
_YOUNGEST_WRITER = 5
# "in France", "from the US", "helpline for India"
_BEFORE_A_PLACE = {"in", "from", "for", "near", "at", "to", "of", "around", "outside"}
_SHORT = 4
# A country's code has two letters; the locale data also have continents, by numbers.
_CODE_LENGTH = 2
# From here on a number is no age.
_NO_AGE = 100
# A writer's age has so many digits.
_AGE_DIGITS = 2
_FEW = 8
_I_AM_IN = re.compile(
    r"\b(i ?['’]?m|i am|we ?['’]?re|we are|i live|we live|i moved|i stay)\b.{0,30}\b(in|near|from|to|at)\b",
    re.IGNORECASE,
)
_MEN = ("man", "guy", "male", "boy", "dude", "bloke", "lad", "father", "dad", "husband", "fella", "fellow", "gentleman")
_HE = {"son", "brother", "boyfriend", "husband", "father", "dad", "uncle", "nephew", "grandson", "stepson", "godson"}
_SHE = {
    "daughter",
    "sister",
    "girlfriend",
    "wife",
    "mother",
    "mum",
    "mom",
    "aunt",
    "niece",
    "granddaughter",
    "she",
    "her",
}
# Whom a line for women alone is not for, and who ask for a line for children.
_NO_WOMAN = re.compile(
    r"\b(non[- ]?binary|enby|genderqueer|agender|trans ?man|for (men|males|guys|boys))\b", re.IGNORECASE
)
_CHILDREN = re.compile(
    r"\b(kids?|child(ren)?|teens?|teenagers?|minors?|under[- ]?(18|age)s?|young people)\b", re.IGNORECASE
)
_NOW = {"i'm", "im", "am", "'m", "m", "age", "aged", "is", "'s", "turned", "only", "just", "a"}
_NO_AGE_BEFORE = {"was", "were", "when", "since", "until", "till", "at", "about"}
_NO_AGE_AFTER = {
    "ago",
    "weeks",
    "months",
    "days",
    "hours",
    "minutes",
    "times",
    "percent",
    "%",
    "per",
    "years",
    "yrs",
    "pm",
    "am",
}


class HarmPatterns:
    """The patterns of data/support/patterns.yml as a spaCy matcher."""

    def __init__(self, vocab: Vocab, patterns: Mapping[str, Sequence[str]]) -> None:
        """Compile the patterns of each kind of need."""
        self._strings = vocab.strings
        self._matcher = Matcher(vocab)
        for kind, rows in patterns.items():
            self._matcher.add(kind, [_tokens(row) for row in rows])

    def kind_of(self, doc: Doc) -> Optional[str]:
        """The gravest kind that a pattern finds, None where there is none."""
        found = {self._strings[match] for match, _, _ in self._matcher(doc)}
        return next((kind for kind in KINDS if kind in found), None)


class ForeignWords:
    """The words of data/support/foreign.yml, for languages that the model was not trained on."""

    def __init__(self, words: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Take the words of each kind of need, by the language's ISO 639-1 code."""
        self._words = words

    def kind_of(self, doc: Doc, language: str) -> Optional[str]:
        """The gravest kind that a message has a word of; none where it names the movement, which has them, too."""
        if any(entity.label_ == _MOVEMENT for entity in doc.ents):
            return None
        text = doc.text.lower()
        kinds = self._words.get(language, {})
        return next((kind for kind in KINDS if any(word in text for word in kinds.get(kind, ()))), None)


class Places:
    """Countries, and the places by which a visitor names one."""

    def __init__(self, vocab: Vocab, support: SupportStore) -> None:
        """Take the names from the Unicode locale data, and what data/support/countries.yml adds to them."""
        self._strings = vocab.strings
        self._matcher = PhraseMatcher(vocab, attr="LOWER")
        spelled: Dict[str, List[str]] = {}
        for code, name in Locale("en").territories.items():
            if len(code) == _CODE_LENGTH and code.isalpha():
                spelled[code] = [name, name.split(" (")[0], name.split(" & ")[0], name.replace(" & ", " and ")]
        for country in support.countries:
            spelled.setdefault(country.code, []).extend([country.name, *country.places])
        for code, names in spelled.items():
            self._matcher.add(code, [Doc(vocab, words=_words(name)) for name in {each.lower() for each in names}])
        self._code_of = {name.lower(): code for code, names in spelled.items() for name in names}
        self._alike = Alike(self._code_of)

    def told(self, doc: Doc) -> Optional[str]:
        """The code of the country that a message tells who was asked for it: what it says is that they are there.

        A few words may misspell it; more of them have to say "I live in", or the like, and ask nothing.
        """
        country = self.country_of(doc)
        if len(doc) <= _FEW:
            return country or next((self._code_of[like] for like in map(self._alike.of, doc) if like), None)
        return country if _I_AM_IN.search(doc.text) and "?" not in doc.text else None

    def country_of(self, doc: Doc, asks: bool = False) -> Optional[str]:
        """The code of the country that the writer is in or asks for, None where none is named.

        Args:
            doc: the message.
            asks: whether the message asks for help somewhere, so that any place in it is meant.
        """
        found = sorted((start, -end, match) for match, start, end in self._matcher(doc))
        named = [(doc[start:-end], self._strings[match]) for start, end, match in found]
        if not named:
            return "US" if _says_us(doc) else None
        meant = [(span, code) for span, code in named if _is_place(span)]
        if meant:
            return next((code for span, code in meant if _before(span) == "in"), meant[-1][1])
        return named[-1][1] if asks or len(doc) <= _SHORT else None


def says_minor(doc: Doc) -> Optional[bool]:
    """Whether the writer says to be under 18 now: True, False for a grown-up's age, None where no age is said."""
    for token in doc:
        number = token.text[:-1] if token.text[-1:].lower() in "fm" else token.text
        if not number.isdigit() or not _YOUNGEST_WRITER <= int(number) < _NO_AGE:
            continue
        before = doc[token.i - 1].lower_ if token.i else ""
        after = doc[token.i + 1].lower_ if token.i + 1 < len(doc) else ""
        further = {each.lower_ for each in doc[max(0, token.i - 4) : token.i]}
        marked = number != token.text or after in ("y", "yo", "y.o", "y.o.", "y/o", "f", "m") or before in ("f", "m")
        if after in ("year", "yr", "-", "years", "yrs") and "old" in {
            each.lower_ for each in doc[token.i : token.i + 4]
        }:
            marked = True
        elif after in _NO_AGE_AFTER and not marked:
            continue
        if further & _NO_AGE_BEFORE or not (marked or before in _NOW):
            continue
        return int(number) < _ADULT
    return None


def asks_for_children(doc: Doc) -> bool:
    """Whether a message that asks for a line asks for one for children."""
    return bool(_CHILDREN.search(doc.text))


def says_man(doc: Doc, of_other: bool) -> bool:
    """Whether a line for women alone is not for whom it happened to: a man, or somebody who is neither."""
    if _NO_WOMAN.search(doc.text):
        return True
    words = [token.lower_ for token in doc]
    if of_other:
        return bool(_HE.intersection(words)) and not _SHE.intersection(words)
    for position, word in enumerate(words):
        before = words[max(0, position - 4) : position]
        if word in _MEN and ("as" in before or ("i" in before and {"'m", "am", "m"} & set(before)) or "im" in before):
            return not {"by", "with", "to", "my", "the", "of", "his", "from"} & set(before)
        if word in _MEN and words[position + 1 : position + 2] == ["here"]:
            return True
        # "24m", which spaCy splits.
        if word == "m" and before and before[-1].isdigit() and len(before[-1]) == _AGE_DIGITS:
            return True
    return False


def _tokens(row: str) -> List[Dict[str, Any]]:
    tokens: List[Dict[str, Any]] = []
    for part in row.split():
        if part == "?":
            tokens.append({"OP": "?"})
        elif part == "*":
            tokens += [{"OP": "?"}] * 3
        else:
            tokens.append({"LOWER": {"IN": part.split("|")}})
    return tokens


def _words(name: str) -> List[str]:
    return name.replace("-", " - ").split()


def _is_place(span: Span) -> bool:
    before = _before(span)
    if before != ",":
        return before in _BEFORE_A_PLACE
    # "he is at the door, new york" and "in Nice, France and alone"
    ends = span.end == len(span.doc) or span.doc[span.end].is_punct
    town = max(span.start - 2, 0)
    return ends or (span.doc[town].is_title and town > 0 and span.doc[town - 1].lower_ in _BEFORE_A_PLACE)


def _before(span: Span) -> str:
    position = span.start - 1
    while position >= 0 and span.doc[position].lower_ in ("the", "northern", "southern", "central", "rural"):
        position -= 1
    return span.doc[position].lower_ if position >= 0 else ""


def _says_us(doc: Doc) -> bool:
    """In capitals, or after "in the", "US" is the country; "us" is we."""
    for token in doc:
        if token.lower_ == "us":
            before = [each.lower_ for each in doc[max(0, token.i - 2) : token.i]]
            after = doc[token.i + 1].lower_ if token.i + 1 < len(doc) else ""
            if (
                before[-1:] == ["the"]
                or before[-1:] == ["in"]
                or after in ("hotline", "helpline", "number", "line", "based")
            ):
                return True
            if token.text == "US" and not doc.text.isupper():
                return True
    return False
