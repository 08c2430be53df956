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
from sklearn.model_selection import KFold

from bot.arrays import Bools, Floats
from bot.facts import FactStore, Topic, shipped_store
from bot.nlu.intent_gate import limit_of_chance
from bot.nlu.needs import to_be_read
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

FACT_RANKING = "fact_ranking"
READINGS = "readings"

_FILE = "fact_ranker.npz"
_RANKED = 3
_FOLDS = 5

# The facts that answer one way of asking, in the order in which they are told.
Facts = Tuple[str, ...]


class TopicRanker:
    """The linear model of one topic. `weights`: (ways of asking, dimensions + 1), the last column the bias."""

    def __init__(self, choices: List[Facts], weights: Floats) -> None:
        self.choices = choices
        self.weights = weights

    @classmethod
    def trained(cls, vectors: Floats, labels: List[Facts], C: float) -> "TopicRanker":
        """Train on vectors of shape (examples, dimensions) and the facts that each example asks for."""
        choices = sorted(set(labels))
        dimensions = vectors.shape[1]
        if len(choices) == 1:
            return cls(choices, np.zeros((1, dimensions + 1)))
        model = LogisticRegression(C=C, max_iter=1000, class_weight="balanced", multi_class="multinomial")
        model.fit(vectors, [choices.index(label) for label in labels])
        weights = np.hstack([model.coef_, model.intercept_[:, None]])
        if len(weights) == 1:  # scikit-learn keeps one row of a pair
            weights = np.vstack([-weights, weights])
        return cls(choices, weights)

    def rank(self, vector: Floats) -> List[Dict[str, Any]]:
        """The most likely choices for a vector of shape (dimensions,), best first, with confidences from 0 to 1."""
        scores = self.weights[:, :-1] @ vector + self.weights[:, -1]
        confidences = np.exp(scores - scores.max())
        confidences /= confidences.sum()
        best = np.argsort(-confidences)[:_RANKED]
        return [{"facts": list(self.choices[index]), "confidence": float(confidences[index])} for index in best]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FactRanker(IntentClassifier, GraphComponent):
    """Sets `fact_ranking` on messages whose intent is a topic: [{"facts": [id, …], "confidence": 0 to 1}, …].

    Where the classifier left two close `readings`, it gives each its facts.

    It learns from `metadata: {facts: […]}` beside the examples of an intent; examples without ask for the whole topic.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The encoder's vectors are its input. Rasa does not count the classifier, which must come before it, too."""
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
        # Below this confidence the first way of asking would be wrong more often than right.
        self._sure = 0.0

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
            ranker._sure = float(arrays["sure"])
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
        confidences: List[Floats] = []
        right: List[Bools] = []
        for topic in store.topics:
            examples = [m for m in training_data.intent_examples if m.get(INTENT) == topic.intent and m.get(TEXT)]
            labels = [_asked_for(message, topic, store) for message in examples]
            vectors = sentence_vectors(examples)
            self._rankers[topic.intent] = TopicRanker.trained(vectors, labels, self._config["C"])
            held_out = _held_out(vectors, labels, self._config["C"])
            confidences.append(held_out[0])
            right.append(held_out[1])
        self._sure = limit_of_chance(np.concatenate(confidences), np.concatenate(right))
        arrays = {"intents": np.array(list(self._rankers)), "sure": np.array(self._sure)}
        for intent, ranker in self._rankers.items():
            arrays[f"{intent}.choices"] = np.array([" ".join(choice) for choice in ranker.choices])
            arrays[f"{intent}.weights"] = ranker.weights
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / _FILE, **arrays)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the facts of messages whose intent is a topic."""
        for message in to_be_read(messages):
            ranker = self._rankers.get((message.get(INTENT) or {}).get(INTENT_NAME_KEY, ""))
            if ranker and message.get(TEXT):
                ranking = ranker.rank(sentence_vectors([message])[0])
                message.set(FACT_RANKING, self._sure_enough(ranking), add_to_output=True)
            for reading in message.get(READINGS) or ():
                first = self._rankers[reading["intent"]].rank(sentence_vectors([message])[0])[0]
                reading["facts"] = first["facts"]
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it is labelled already."""
        return training_data

    def _sure_enough(self, ranking: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """The ranking; where its first entry is not sure, the first two as one."""
        if len(ranking) <= 1 or ranking[0]["confidence"] >= self._sure:
            return ranking
        first, second, *others = ranking
        facts = list(dict.fromkeys([*first["facts"], *second["facts"]]))
        return [{"facts": facts, "confidence": first["confidence"] + second["confidence"]}, *others]


def _held_out(vectors: Floats, labels: List[Facts], C: float) -> Tuple[Floats, Bools]:
    """How sure rankers are of examples that they were not trained on, and whether they are right: an entry each."""
    confidences, right = np.ones(len(labels)), np.ones(len(labels), dtype=bool)
    if len(labels) <= 1:
        return confidences, right
    for others, fold in KFold(min(_FOLDS, len(labels)), shuffle=True, random_state=0).split(vectors):
        ranker = TopicRanker.trained(vectors[others], [labels[index] for index in others], C)
        for index in fold:
            first = ranker.rank(vectors[index])[0]
            confidences[index], right[index] = first["confidence"], tuple(first["facts"]) == labels[index]
    return confidences, right


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
