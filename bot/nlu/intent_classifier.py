"""The intent model and its gates as a classifier of Rasa's pipeline, and what it says of harm for the safety guard."""

import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.arrays import Floats, Strings
from bot.facts import shipped_store
from bot.facts.background import shipped_background
from bot.nlu.background_ranker import background_of
from bot.nlu.clauses import found_clauses, with_clauses
from bot.nlu.fact_ranker import READINGS
from bot.nlu.harm_signs import signs_of
from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_gate import IntentGate
from bot.nlu.intent_model import IntentModel, Reading
from bot.nlu.names import canonical_text, own_words
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, own_vectors, sentence_vectors
from bot.support.need import KINDS, TELLS_COUNTRY

# What is asked about the subject and the documents do not say, and what is not about the subject.
OUTSIDE = ("not_in_documents", "out_of_scope")
# What the safety guard answers. A country's name is none by itself.
HARM = tuple(kind for kind in KINDS if kind != TELLS_COUNTRY)
GATES = "gates"
HARM_READING = "harm"

_MODEL = "intent_model.npz"
_GATE = "intent_gate.json"
_LEFT_OUT = "left_out.json"
_RANKED = 10


class LeftOutExample(NamedTuple):
    """A training example, and `read`: the intent that the model would read in it had it not known it.

    `ahead` is how far that intent's score is above that of its own: 0 where it is its own.
    """

    text: str
    intent: str
    read: str
    ahead: float


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Sets the intent that a message is taken for, the ranking of the likely ones, and `gates`: how it was decided.

    `harm` is what the safety guard goes by: {"kind": the most likely kind, "value": its probability, "limit": the
    least}. A message that is not for us gets the most likely intent of refusal, or nlu_fallback where it is like
    nothing known. One with two close readings gets `readings`, the two as {"intent": str, "facts": []}, and the intent
    "ambiguous" where they are too close.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The encoder's vectors are its input."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """What the gates are calibrated to: see IntentGate.calibrated.

        `missed`: the share of the examples of harm that the model alone may miss when each is left out, 0 to 1.
        `alarmed`: the share of the other examples that it may take for harm where they are a clause: without the rest
        of the message, "I keep mixing them up" says little.
        """
        return {
            "missed": 0.09,
            "alarmed": 0.005,
            "wrongly_refused": 0.03,
            "asked_back": 0.01,
            "like_nothing": 0.002,
            "precision": {"false_premise": 0.9},
        }

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained classifier."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._topics = [topic.intent for topic in shipped_store().topics]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceIntentClassifier":
        """Create an untrained classifier (see Rasa's GraphComponent)."""
        return cls({**cls.get_default_config(), **config}, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceIntentClassifier":
        """Load a trained classifier.

        Raises:
            ValueError: there is none.
        """
        classifier = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            classifier._model = IntentModel.load(folder / _MODEL)
            state = json.loads((folder / _GATE).read_text())
        classifier._gate = IntentGate.of_state(state["intent"])
        classifier._harm_gate = InsideGate.of_state(state["harm"])
        classifier._harm_limits = state["harm_limits"]
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have a text and an intent, and store the result.

        The background collection's questions about places are left out: they ask for a place like any other question
        about one, and whether the documents have it, the reply shows.
        """
        elsewhere = {fact.id for fact in shipped_background().facts.values() if fact.about.places}
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and background_of(m) not in elsewhere]
        intents = np.asarray([message.get(INTENT) for message in examples])
        self._model = IntentModel(OUTSIDE, HARM)
        left_out = self._model.fit(_texts(examples), sentence_vectors(examples), intents.tolist()).text()
        is_harm = np.isin(intents, HARM)
        self._gate = IntentGate.calibrated(
            left_out.rows(~is_harm),
            intents[~is_harm],
            OUTSIDE,
            HARM,
            self._config["wrongly_refused"],
            self._config["asked_back"],
            self._config["like_nothing"],
            self._config["precision"],
        )
        evidence = _harm_evidence(left_out, _texts(examples))
        self._harm_gate = InsideGate().fit(evidence, is_harm)
        harm = self._harm_gate.probability(evidence)
        self._harm_limits = {
            "message": float(np.quantile(harm[is_harm], self._config["missed"])),
            "clause": float(np.quantile(harm[~is_harm], 1 - self._config["alarmed"])),
        }
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / _MODEL)
            gates = {"intent": self._gate.state(), "harm": self._harm_gate.state()}
            state = {**gates, "harm_limits": self._harm_limits}
            (folder / _GATE).write_text(json.dumps(state))
            (folder / _LEFT_OUT).write_text(json.dumps(self._read_left_out(examples, intents, left_out)))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent, and the ranking of the ten most likely ones, of messages that have a text."""
        with_text = [message for message in with_clauses(messages) if message.get(TEXT)]
        if with_text:
            reading = self._model.read(_texts(with_text), sentence_vectors(with_text))
            decisions = self._gate.decide(reading, self._model.intents, self._topics)
            self._set_harm(with_text, [clause for message in messages for clause in found_clauses(message)], reading)
            for message, scores, decision in zip(with_text, reading.scores, decisions, strict=True):
                intent = {INTENT_NAME_KEY: decision.intent, PREDICTED_CONFIDENCE_KEY: decision.confidence}
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, self._ranking(scores), add_to_output=True)
                message.set(GATES, decision.gates, add_to_output=True)
                if decision.readings:
                    readings = [{"intent": name, "facts": []} for name in decision.readings]
                    message.set(READINGS, readings, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it has intents already."""
        return training_data

    def _read_left_out(self, examples: List[Message], intents: Strings, left_out: Reading) -> List[LeftOutExample]:
        best = left_out.scores.argmax(axis=1)
        own = left_out.scores[np.arange(len(intents)), np.searchsorted(self._model.intents, intents)]
        ahead = left_out.scores.max(axis=1) - own
        return [
            LeftOutExample(message.get(TEXT), str(intent), str(self._model.intents[read]), round(float(by), 3))
            for message, intent, read, by in zip(examples, intents, best, ahead, strict=True)
        ]

    def _set_harm(self, messages: List[Message], clauses: List[Message], reading: Reading) -> None:
        """Set what is read of harm, in the messages' own words: "he" need not be whom the conversation was about."""
        kinds, evidence = reading.harm.copy(), _harm_evidence(reading, _texts(messages))
        resolved = [row for row, message in enumerate(messages) if own_words(message) != canonical_text(message)]
        if resolved:
            chosen = [messages[row] for row in resolved]
            texts = [own_words(message) for message in chosen]
            own = self._model.read(texts, own_vectors(chosen))
            kinds[resolved], evidence[resolved] = own.harm, _harm_evidence(own, texts)
        for message, kind, value in zip(messages, kinds, self._harm_gate.probability(evidence), strict=True):
            limit = self._harm_limits["clause" if any(message is clause for clause in clauses) else "message"]
            message.set(HARM_READING, {"kind": str(kind), "value": float(value), "limit": limit})

    def _ranking(self, scores: Floats) -> List[Dict[str, Any]]:
        best = np.argsort(-scores)[:_RANKED]
        confidences = scores[best].clip(0, 1)
        return [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
            for name, confidence in zip(self._model.intents[best].tolist(), confidences.tolist(), strict=True)
        ]


def load_examples(folder: Path) -> Tuple[List[LeftOutExample], Floats]:
    """The examples that the classifier stored in a folder was trained on.

    Returns:
        The examples, and their vectors: float32 of shape (examples, dimensions).

    Raises:
        OSError: the folder holds no classifier, or one that an earlier release trained.
    """
    examples = [LeftOutExample(*each) for each in json.loads((folder / _LEFT_OUT).read_text())]
    with np.load(folder / _MODEL, allow_pickle=False) as arrays:
        return examples, arrays["vectors"]


def _harm_evidence(reading: Reading, texts: List[str]) -> Floats:
    """All that speaks for or against harm: the model's evidence and scores, and who is spoken of: a row a text."""
    return np.hstack([reading.harm_evidence, reading.scores, signs_of(texts)])


def _texts(messages: List[Message]) -> List[str]:
    return [canonical_text(message) for message in messages]
