"""Which fact of the background collection answers a message, where the documents turn out to be silent."""

import json
from typing import Any, Dict, List, Optional, Set, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.arrays import Bools, Floats
from bot.facts import Kind
from bot.facts.background import BackgroundFact, shipped_background
from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_model import IntentModel
from bot.nlu.labels import BACKGROUND, SILENT
from bot.nlu.names import canonical_text, names_of
from bot.nlu.needs import to_be_read
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

_NONE = "none"
# Nearer than this, an example without a fact may ask for what a fact says, in other words: it teaches nothing.
_THE_SAME = 0.75
_MODEL = "background_model.npz"
_GATE = "background_gate.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BackgroundRanker(IntentClassifier, GraphComponent):
    """Sets `background`, the id of the fact, on messages that one surely answers.

    It learns from `metadata: {background: id}` beside examples, which the importer gives to the collection's questions,
    and from all other examples of what the documents do not say. A fact about a country is only for messages that name
    it, and a message that names another country is for none.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The encoder's vectors are its input."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`wrong`: the share of the questions without a fact that may get one when they are left out, 0 to 1."""
        return {"wrong": 0.005}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained ranker."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._facts = shipped_background().facts
        self._places = {place for fact in self._facts.values() for place in fact.about.places}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "BackgroundRanker":
        """Create an untrained ranker (see Rasa's GraphComponent)."""
        return cls({**cls.get_default_config(), **config}, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "BackgroundRanker":
        """Load a trained ranker.

        Raises:
            ValueError: there is none.
        """
        ranker = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            ranker._model = IntentModel.load(folder / _MODEL)
            state = json.loads((folder / _GATE).read_text())
        ranker._gate, ranker._limit = InsideGate.of_state(state["gate"]), state["limit"]
        return ranker

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the collection's questions and on those without a fact, and store the result.

        Raises:
            ValueError: an example is labelled with a fact that the collection does not have.
        """
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT) == SILENT]
        labels = np.array([self._label(message) for message in examples])
        vectors = sentence_vectors(examples)
        kept = (labels != _NONE) | ~_asks_the_same(vectors, labels != _NONE)
        texts = [canonical_text(message) for message, is_kept in zip(examples, kept, strict=True) if is_kept]
        labels, vectors = labels[kept], vectors[kept]
        self._model = IntentModel([_NONE])
        left_out = self._model.fit(texts, vectors, labels.tolist()).text()
        answered = labels != _NONE
        self._gate = InsideGate().fit(left_out.evidence, answered)
        probability = self._gate.probability(left_out.evidence)
        self._limit = float(np.quantile(probability[~answered], 1 - self._config["wrong"]))
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / _MODEL)
            state = {"gate": self._gate.state(), "limit": self._limit}
            (folder / _GATE).write_text(json.dumps(state))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Name the fact that answers a message, where one surely does."""
        read = to_be_read(messages)
        if read:
            reading = self._model.read([canonical_text(message) for message in read], sentence_vectors(read))
            probabilities = self._gate.probability(reading.evidence)
            for message, probability, fact_id in zip(read, probabilities, reading.inside, strict=True):
                if probability >= self._limit and self._fits(self._facts[str(fact_id)], message):
                    message.set(BACKGROUND, str(fact_id), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it is labelled already."""
        return training_data

    def _label(self, message: Message) -> str:
        label = background_of(message)
        if label and label not in self._facts:
            raise ValueError(
                f"The example '{message.get(TEXT)}' under data/nlu is labelled with {label}, which data/background "
                "does not have: correct the id under metadata."
            )
        return label or _NONE

    def _fits(self, fact: BackgroundFact, message: Message) -> bool:
        """Whether the places of the fact and of the message agree."""
        named: Set[str] = set(names_of(message).get(Kind.REGION.value, ()))
        return bool(named & set(fact.about.places)) if named else True


def background_of(example: Message) -> Optional[str]:
    """The fact of the background collection that a training example is labelled with, None where there is none."""
    return ((example.get(METADATA) or {}).get(METADATA_INTENT) or {}).get(BACKGROUND)


def _asks_the_same(vectors: Floats, answered: Bools) -> Bools:
    """Which of the texts are so near to one that the collection answers that it may well answer them too."""
    likeness: Floats = (vectors @ vectors[answered].T).max(axis=1)
    return likeness > _THE_SAME
