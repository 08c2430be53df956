"""The intent model and its gates as a classifier of Rasa's pipeline."""

import json
from typing import Any, Dict, List, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.facts import shipped_store
from bot.nlu.clauses import with_clauses
from bot.nlu.fact_ranker import READINGS
from bot.nlu.intent_gate import IntentGate
from bot.nlu.intent_model import IntentModel
from bot.nlu.names import canonical_text
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

# What is asked about the subject and the documents do not say, and what is not about the subject.
OUTSIDE = ("not_in_documents", "out_of_scope")
GATES = "gates"

_MODEL = "intent_model.npz"
_GATE = "intent_gate.json"
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Sets the intent that a message is taken for, the ranking of the likely ones, and `gates`: how it was decided.

    A message that is not for us gets the most likely intent of refusal, or nlu_fallback where it is like nothing known.
    One with two close readings gets `readings`, the two as {"intent": str, "facts": []}, and the intent "ambiguous"
    where they are too close.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """The encoder's vectors are its input."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """What the gates are calibrated to: see IntentGate.calibrated."""
        return {
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
            with np.load(folder / _MODEL, allow_pickle=False) as arrays:
                classifier._model = IntentModel.of_arrays(arrays)
            classifier._gate = IntentGate.of_state(json.loads((folder / _GATE).read_text()))
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have a text and an intent, and store the result."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        intents = [message.get(INTENT) for message in examples]
        self._model = IntentModel(OUTSIDE)
        left_out = self._model.fit(_texts(examples), sentence_vectors(examples), intents)
        self._gate = IntentGate.calibrated(
            left_out.text(),
            np.asarray(intents),
            OUTSIDE,
            self._config["wrongly_refused"],
            self._config["asked_back"],
            self._config["like_nothing"],
            self._config["precision"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / _MODEL, **self._model.arrays())
            (folder / _GATE).write_text(json.dumps(self._gate.state()))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent, and the ranking of the ten most likely ones, of messages that have a text."""
        with_text = [message for message in with_clauses(messages) if message.get(TEXT)]
        if with_text:
            reading = self._model.read(_texts(with_text), sentence_vectors(with_text))
            decisions = self._gate.decide(reading, self._model.intents, self._topics)
            for message, scores, decision in zip(with_text, reading.scores, decisions):
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

    def _ranking(self, scores: np.ndarray) -> List[Dict[str, Any]]:
        best = np.argsort(-scores)[:_RANKED]
        return [
            {
                INTENT_NAME_KEY: str(self._model.intents[index]),
                PREDICTED_CONFIDENCE_KEY: float(np.clip(scores[index], 0, 1)),
            }
            for index in best
        ]


def _texts(messages: List[Message]) -> List[str]:
    return [canonical_text(message) for message in messages]
