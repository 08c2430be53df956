"""Which facts of the topic a message asks for: one of them, some, or all that answer the topic as a whole."""

from typing import Any, Dict, List, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.facts import FactStore, Topic, shipped_store
from bot.nlu.clauses import with_clauses
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

FACT_RANKING = "fact_ranking"

_FILE = "fact_ranker.npz"
_RANKED = 3

# The facts that answer one way of asking, in the order in which they are told.
Facts = Tuple[str, ...]


class TopicRanker:
    """The linear model of one topic. `weights`: (ways of asking, dimensions + 1), the last column the bias."""

    def __init__(self, choices: List[Facts], weights: np.ndarray) -> None:
        self.choices = choices
        self.weights = weights

    @classmethod
    def trained(cls, vectors: np.ndarray, labels: List[Facts], C: float) -> "TopicRanker":
        """Train on vectors of shape (examples, dimensions) and the facts that each example asks for."""
        choices = sorted(set(labels))
        dimensions = vectors.shape[1]
        if len(choices) == 1:
            return cls(choices, np.zeros((1, dimensions + 1)))
        model = LogisticRegression(C=C, max_iter=1000, class_weight="balanced", multi_class="multinomial")
        model.fit(vectors, [choices.index(label) for label in labels])
        weights = np.hstack([model.coef_, model.intercept_[:, None]])
        if len(choices) == 2:  # scikit-learn keeps one row of a pair
            weights = np.vstack([-weights, weights])
        return cls(choices, weights)

    def rank(self, vector: np.ndarray) -> List[Dict[str, Any]]:
        """The most likely choices for a vector of shape (dimensions,), best first, with confidences from 0 to 1."""
        scores = self.weights[:, :-1] @ vector + self.weights[:, -1]
        confidences = np.exp(scores - scores.max())
        confidences /= confidences.sum()
        best = np.argsort(-confidences)[:_RANKED]
        return [{"facts": list(self.choices[index]), "confidence": float(confidences[index])} for index in best]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FactRanker(IntentClassifier, GraphComponent):
    """Sets `fact_ranking` on messages whose intent is a topic: [{"facts": [id, …], "confidence": 0 to 1}, …].

    It learns from `metadata: {facts: […]}` beside the examples of an intent; examples without ask for the whole topic.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """The encoder's vectors are its input. (Rasa does not count the classifier, which must come before it too.)"""
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
        self._rankers: Dict[str, TopicRanker] = {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactRanker":
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
    ) -> "FactRanker":
        """Load a trained ranker.

        Raises:
            ValueError: there is none.
        """
        ranker = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as arrays:
            for intent in arrays["intents"]:
                choices = [tuple(choice.split()) for choice in arrays[f"{intent}.choices"]]
                ranker._rankers[str(intent)] = TopicRanker(choices, arrays[f"{intent}.weights"])
        return ranker

    def train(self, training_data: TrainingData) -> Resource:
        """Train one model a topic, and store them.

        Raises:
            ValueError: an example is labelled with a fact that the store does not have.
        """
        store = shipped_store()
        for topic in store.topics:
            examples = [m for m in training_data.intent_examples if m.get(INTENT) == topic.intent and m.get(TEXT)]
            labels = [_asked_for(message, topic, store) for message in examples]
            self._rankers[topic.intent] = TopicRanker.trained(sentence_vectors(examples), labels, self._config["C"])
        arrays = {"intents": np.array(list(self._rankers))}
        for intent, ranker in self._rankers.items():
            arrays[f"{intent}.choices"] = np.array([" ".join(choice) for choice in ranker.choices])
            arrays[f"{intent}.weights"] = ranker.weights
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / _FILE, **arrays)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the facts of messages whose intent is a topic."""
        for message in with_clauses(messages):
            ranker = self._rankers.get((message.get(INTENT) or {}).get(INTENT_NAME_KEY))
            if ranker and message.get(TEXT):
                message.set(FACT_RANKING, ranker.rank(sentence_vectors([message])[0]), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it is labelled already."""
        return training_data


def _asked_for(message: Message, topic: Topic, store: FactStore) -> Facts:
    label = (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
    facts = label.get("facts") or topic.facts
    unknown = [fact for fact in facts if not store.has_fact(fact)]
    if unknown:
        raise ValueError(
            f"The example '{message.get(TEXT)}' of {topic.intent} under data/nlu is labelled with "
            f"{', '.join(unknown)}, which data/facts does not have: correct the id under metadata."
        )
    return tuple(facts)
