"""The names in a message as entities, among them what its pronouns stand for.

Written out ("tarana" and "she" become "Tarana Burke"), they make a message mean by itself what it means in its place.
"""

import re
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc, Token

from bot.facts import FactStore, Kind, shipped_store
from bot.nlu.clauses import found_clauses
from bot.nlu.spelling import corrected

# The slots that hold who and where was spoken of last.
PEOPLE_SLOT = "people_in_focus"
REGIONS_SLOT = "regions_in_focus"
ORGANISATIONS_SLOT = "organisations_in_focus"

_MENTIONS = "mentions"
_CANONICAL = "canonical_text"
# Where one of these is named, "it" need not be the organisation that was spoken of.
_BESIDE_IT = {Kind.ORGANISATION.value, Kind.PERSON.value, Kind.REGION.value}
_FORMS = {
    **dict.fromkeys(("she", "her", "hers", "shes"), "she"),
    **dict.fromkeys(("he", "him", "his", "hes"), "he"),
    **dict.fromkeys(("they", "them", "their"), "they"),
}
_ALL_OF_THEM = {"they", "them", "both"}
# "is there", "hi there": no place is meant.
_NO_PLACE_BESIDE = {"is", "are", "was", "were", "isn't", "be", "'s", "hi", "hello", "hey"}
# In a longer message "they" has its own meaning more often than not.
_LONGEST_ON_ALL = 8
_PLACE = "there"
# "Outside of Hollywood": the place is not what is asked about.
_NOT_THE_PLACE = re.compile(
    r"\b(?:outside|beyond|besides|except|except for|apart from|other than|(?:only|just|limited) (?:in|to|for|from))"
    r"(?: of)?(?: the)? $"
)
_OF_AN_ORGANISATION = {"it", "its", "they", "their"}
_LONGEST_ON_IT = 12


class Mention(NamedTuple):
    """Where in a text somebody or something is meant: characters from `start` up to `end`, the kind, and the names.

    `is_named`: the name stands there, and not a pronoun for it.
    """

    start: int
    end: int
    kind: str
    names: Tuple[str, ...]
    is_named: bool = True


def mentions_of(message: Message) -> List[Mention]:
    """The mentions that the extractor found in a message, in the order of the text."""
    return message.get(_MENTIONS) or []


def names_of(message: Message) -> Dict[str, List[str]]:
    """The names that a message mentions, by kind, each once."""
    found: Dict[str, Dict[str, None]] = {}
    for mention in mentions_of(message):
        found.setdefault(mention.kind, {}).update(dict.fromkeys(mention.names))
    return {kind: list(names) for kind, names in found.items()}


def canonical_text(message: Message) -> str:
    """A message's text with every mention as the store writes the name.

    The encoder splits "metoo" into pieces that mean nothing; "Me Too" it knows. Kept on the message alone: a visitor's
    words are not to outlive it.
    """
    written: Optional[str] = message.get(_CANONICAL)
    if written is None:
        written = _written_out(message, mentions_of(message))
        message.set(_CANONICAL, written)
    return written


def own_words(message: Message) -> str:
    """The same with the pronouns left as they are: "he did it to me" need not be whom the conversation was about."""
    mentions = mentions_of(message)
    named = [mention for mention in mentions if mention.is_named]
    return canonical_text(message) if len(named) == len(mentions) else _written_out(message, named)


def _written_out(message: Message, mentions: Sequence[Mention]) -> str:
    text = message.get(TEXT)
    written, done = "", 0
    for mention in mentions:
        written += corrected(text[done : mention.start]) + " and ".join(mention.names)
        done = mention.end
    return written + corrected(text[done:])


# Rasa runs featurizers alone on training data, and the names have to be there too.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class NameExtractor(GraphComponent, EntityExtractorMixin):
    """Sets entities whose value is the name as the store writes it, and the mentions behind them.

    A pronoun stands for whom the conversation's slots name, where the store gives that person this pronoun and the
    message names nobody else.
    """

    def __init__(self) -> None:
        """Take from the store who is called "she", who "he"."""
        self._pronouns = pronouns(shipped_store())

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NameExtractor":
        """Create the component (see Rasa's GraphComponent)."""
        return cls()

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Set the entities of messages that have a text; `tracker` is the conversation that they belong to."""
        people, regions = _slot(tracker, PEOPLE_SLOT), _slot(tracker, REGIONS_SLOT)
        organisations = _slot(tracker, ORGANISATIONS_SLOT)
        for message in messages:
            self._extract(message, people, regions, organisations)
            # In a clause, "she" is whoever the message names, in this clause or in another.
            named = names_of(message)
            for clause in found_clauses(message):
                self._extract(
                    clause,
                    named.get(Kind.PERSON.value, people),
                    named.get(Kind.REGION.value, regions),
                    named.get(Kind.ORGANISATION.value, organisations),
                )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the names of training examples, which stand in no conversation."""
        self.process(training_data.training_examples)
        return training_data

    def _extract(
        self, message: Message, people: List[str], regions: List[str], organisations: Sequence[str] = ()
    ) -> None:
        doc = message.get(SPACY_DOCS[TEXT])
        if doc is not None:
            mentions = _named(doc)
            kinds = {mention.kind for mention in mentions}
            if Kind.PERSON.value not in kinds and not _speaks_of_somebody_else(doc, mentions):
                mentions += self._people_meant(doc, people)
            if Kind.REGION.value not in kinds and len(regions) == 1:
                mentions += _places_meant(doc, regions[0])
            if not kinds & _BESIDE_IT and len(organisations) == 1 and len(doc) <= _LONGEST_ON_IT:
                mentions += _organisations_meant(doc, organisations[0])
            mentions.sort()
            message.set(_MENTIONS, mentions)
            message.set(_CANONICAL, None)
            message.set(ENTITIES, self.add_extractor_name(_entities(mentions)), add_to_output=True)

    def _people_meant(self, doc: Doc, people: List[str]) -> Iterator[Mention]:
        for token in doc:
            word = token.lower_
            meant = [name for name in people if _FORMS.get(word) in self._pronouns.get(name, ())]
            if not meant and word in _ALL_OF_THEM and len(people) > 1 and len(doc) <= _LONGEST_ON_ALL:
                meant = people
            if meant:
                yield Mention(token.idx, token.idx + len(token), Kind.PERSON.value, tuple(meant), False)


def pronouns(store: FactStore) -> Dict[str, List[str]]:
    """The pronouns of each person of the store."""
    return {name.name: list(name.pronouns) for name in store.names if name.kind is Kind.PERSON}


def _slot(tracker: Optional[DialogueStateTracker], name: str) -> List[str]:
    return list((tracker.get_slot(name) if tracker else None) or ())


def _named(doc: Doc) -> List[Mention]:
    return [
        Mention(entity.start_char, entity.end_char, entity.label_, (entity.ent_id_,))
        for entity in doc.ents
        if entity.label_ != Kind.REGION.value or not _NOT_THE_PLACE.search(doc.text[: entity.start_char].lower())
    ]


def _speaks_of_somebody_else(doc: Doc, mentions: Sequence[Mention]) -> bool:
    """Whether a message has somebody of its own whom a pronoun could stand for: "my boss", or a name nobody knows."""
    known = {position for mention in mentions for position in range(mention.start, mention.end)}
    return any(
        token.lower_ == "my"
        or (token.is_title and len(token) > 1 and token.idx not in known and not _begins_a_sentence(token))
        for token in doc
    )


def _begins_a_sentence(token: Token) -> bool:
    return token.i == 0 or (not token.nbor(-1).text[-1:].isalnum() and token.nbor(-1).text != ",")


def _places_meant(doc: Doc, region: str) -> Iterator[Mention]:
    for token in doc:
        beside = {neighbour.lower_ for neighbour in doc[max(0, token.i - 1) : token.i + 2]}
        if token.lower_ == _PLACE and not beside & _NO_PLACE_BESIDE:
            yield Mention(token.idx, token.idx + len(token), Kind.REGION.value, (region,), False)


def _organisations_meant(doc: Doc, organisation: str) -> Iterator[Mention]:
    """The first "it" of a message."""
    for token in doc:
        if token.lower_ in _OF_AN_ORGANISATION:
            yield Mention(token.idx, token.idx + len(token), Kind.ORGANISATION.value, (organisation,), False)
            return


def _entities(mentions: Sequence[Mention]) -> List[Dict[str, Any]]:
    return [
        {
            ENTITY_ATTRIBUTE_TYPE: mention.kind,
            ENTITY_ATTRIBUTE_START: mention.start,
            ENTITY_ATTRIBUTE_END: mention.end,
            ENTITY_ATTRIBUTE_VALUE: name,
        }
        for mention in mentions
        for name in mention.names
    ]
