"""Which misconception a message rests on, where its intent is that it rests on one."""

import re
from typing import Any, Dict, List, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.facts import shipped_store
from bot.nlu.fact_ranker import Facts, TopicRanker
from bot.nlu.intent_classifier import OUTSIDE
from bot.nlu.labels import FALSE_PREMISE, MISCONCEPTION
from bot.nlu.names import names_of
from bot.nlu.needs import to_be_read
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

_YEAR = re.compile(r"\b\d{4}\b")
_FILE = "misconceptions.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MisconceptionRanker(IntentClassifier, GraphComponent):
    """Sets `misconception` to an id on messages whose intent is false_premise.

    It learns from `metadata: {misconception: …}`, which the importer sets on the store's claims. A misconception counts
    only where the message mentions one of its names or years; where none does, the message has its next likely intent.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The encoder's vectors are its input."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`C`: the inverse strength of regularisation of scikit-learn's LogisticRegression."""
        return {"C": 10.0}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained ranker."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._mentions = {each.id: set(each.mentions) for each in shipped_store().misconceptions}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MisconceptionRanker":
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
    ) -> "MisconceptionRanker":
        """Load a trained ranker.

        Raises:
            ValueError: there is none.
        """
        ranker = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as arrays:
            ranker._ranker = TopicRanker([(choice,) for choice in arrays["choices"].tolist()], arrays["weights"])
        return ranker

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the claims, and store the result."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) == FALSE_PREMISE and m.get(TEXT)]
        labels: List[Facts] = [(message.get(METADATA)[METADATA_INTENT][MISCONCEPTION],) for message in examples]
        self._ranker = TopicRanker.trained(sentence_vectors(examples), labels, self._config["C"])
        with self._model_storage.write_to(self._resource) as folder:
            choices = [choice for (choice,) in self._ranker.choices]
            np.savez(folder / _FILE, choices=np.array(choices), weights=self._ranker.weights)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Name the misconception, or take the intent back, of messages whose intent is false_premise."""
        for message in to_be_read(messages):
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) == FALSE_PREMISE:
                mentioned = _mentioned(message)
                ranked = self._ranker.rank(sentence_vectors([message])[0])
                (first,) = ranked[0]["facts"]
                if self._mentions[first] & mentioned:
                    message.set(MISCONCEPTION, first, add_to_output=True)
                else:
                    ranking = message.get(INTENT_RANKING_KEY)
                    others = [each for each in ranking if each[INTENT_NAME_KEY] not in (FALSE_PREMISE, *OUTSIDE)]
                    message.set(INTENT, others[0], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it is labelled already."""
        return training_data


def _mentioned(message: Message) -> "set[str]":
    names = {name for names in names_of(message).values() for name in names}
    return names | set(_YEAR.findall(message.get(TEXT)))
