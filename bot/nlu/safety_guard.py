"""The safety guard: whether a message tells of harm, or asks for help. What it finds stands before every other reading.

Four things look, and one that finds something is enough: the intent model, on the encoder's vectors and n-grams, whose
limit for harm prefers a false alarm to a miss; spaCy patterns of words that leave no doubt (data/support/patterns.yml);
words of languages that the model was not trained on (data/support/foreign.yml); and the conversation, in which a
country's name answers the question for it.
"""

from typing import Any, Dict, List, Optional, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from bot.nlu.clauses import with_clauses
from bot.nlu.intent_classifier import HARM_READING, OUTSIDE, SentenceIntentClassifier
from bot.nlu.intent_gate import NOT_UNDERSTOOD
from bot.nlu.language import shipped_language
from bot.nlu.other_language import foreign_language
from bot.nlu.safety_patterns import ForeignWords, HarmPatterns, Places, asks_for_children, says_man, says_minor
from bot.support import Need, shipped_support
from bot.support.need import ASKS_FOR_LINE, DISCLOSURE, KINDS, NEED, OF_MINOR, OF_OTHER, PERPETRATOR, TELLS_COUNTRY

GUARD = "guard"

# So many turns back, a reply that asked for the country can still be answered.
_TURNS_BACK = 3
# To the encoder all that is not English is a little alike: there a likeness to a disclosure has to be great.
_SURE = 0.9
_LONGEST_PLACE = 4


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyGuard(IntentClassifier, GraphComponent):
    """Sets `need` (see bot.support.Need) and the intent of messages that tell of harm or ask for help, and of clauses.

    What comes after it leaves them alone (see `to_be_read`). `guard` says what found it: the model's probability beside
    its limit, and the pattern's kind.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The classifier's reading is its input."""
        return [SentenceIntentClassifier]

    def __init__(self) -> None:
        """Compile the patterns and the names of places."""
        support = shipped_support()
        vocab = shipped_language().vocab
        self._patterns = HarmPatterns(vocab, support.patterns)
        self._foreign = ForeignWords(support.foreign)
        self._places = Places(vocab, support)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SafetyGuard":
        """Create the guard (see Rasa's GraphComponent)."""
        return cls()

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Look at messages that have a text, and their clauses; `tracker` is the conversation that they belong to."""
        earlier = _earlier(tracker)
        for message in messages:
            parts = [part for part in with_clauses([message]) if _says_something(part)]
            if parts and parts[0] is message:
                self._look(message, parts, earlier)
        return messages

    def _look(self, message: Message, parts: List[Message], earlier: List[Optional[Need]]) -> None:
        kinds: List[str] = []
        foreign = foreign_language(message.get(TEXT))
        in_its_words = self._foreign.kind_of(_doc(message), foreign) if foreign else None
        if in_its_words:
            kinds.append(in_its_words)
        for part in parts:
            reading, pattern = part.get(HARM_READING), self._patterns.kind_of(_doc(part))
            part.set(GUARD, {**reading, "pattern": pattern}, add_to_output=True)
            found = [pattern] if pattern else []
            if reading["value"] >= (_SURE if foreign else reading["limit"]):
                found.append(reading["kind"])
            if found:
                kinds += found
                _set(part, Need(_gravest(found)))
        doc = _doc(message)
        country = self._places.country_of(doc, asks=ASKS_FOR_LINE in kinds)
        known = next((need.country for need in earlier if need and need.country), None)
        if kinds:
            kind, minor = _with_age(_gravest(kinds), says_minor(doc))
            minor = minor or (kind == ASKS_FOR_LINE and asks_for_children(doc))
            again = any(need is not None and need.kind == kind for need in earlier[:1])
            _set(message, Need(kind, country or known, says_man(doc, kind == OF_OTHER), minor, again))
            return
        before = next((need for need in earlier if need), None)
        told = self._places.told(doc) if before else None
        if before and (told or _may_be_a_place(message, earlier[0])):
            _set(message, Need(TELLS_COUNTRY, told, before.is_man, before.is_minor))


def _may_be_a_place(message: Message, before: Optional[Need]) -> bool:
    """Whether few words that mean nothing else answer the question for the country with a place that nobody listed."""
    asked = before is not None and before.country is None and before.kind != PERPETRATOR
    intent = message.get(INTENT)[INTENT_NAME_KEY]
    # Names that nobody knows are like anything to the model, also like an insult.
    is_name = intent == "hostile" and all(token.is_title for token in _doc(message))
    means_nothing_else = is_name or intent in (*OUTSIDE, NOT_UNDERSTOOD, "ask_region")
    return asked and means_nothing_else and len(_doc(message)) <= _LONGEST_PLACE and "?" not in message.get(TEXT)


def _set(message: Message, need: Need) -> None:
    message.set(NEED, need.as_dict(), add_to_output=True)
    message.set(INTENT, {INTENT_NAME_KEY: need.kind, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)


def _says_something(message: Message) -> bool:
    """Whether there is a letter or digit in it: punctuation alone is like everything to the encoder."""
    return any(character.isalnum() for character in message.get(TEXT) or "")


def _doc(message: Message) -> Doc:
    doc: Doc = message.get(SPACY_DOCS[TEXT])
    return doc


def _gravest(kinds: List[str]) -> str:
    return min(kinds, key=KINDS.index)


def _with_age(kind: str, says: Optional[bool]) -> Tuple[str, bool]:
    """The kind, and whether it is about a minor, by what the writer says of an age."""
    if kind == OF_MINOR and says is False:
        return DISCLOSURE, False
    if kind == DISCLOSURE and says:
        return OF_MINOR, True
    return kind, bool(says) or kind == OF_MINOR


def _earlier(tracker: Optional[DialogueStateTracker]) -> List[Optional[Need]]:
    """What the guard found in the visitor's latest messages, the last one first."""
    uttered = [event for event in tracker.events if isinstance(event, UserUttered)] if tracker else []
    return [Need.of(event.parse_data) for event in reversed(uttered[-_TURNS_BACK:])]
