"""Which intent a message has: logistic regression on the encoder's vector beside word and character n-grams.

The vector knows that "founder" and "who came up with it" are alike; the n-grams know "2006" and half a misspelt word.
"""

from typing import Any, Dict, List, Type

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from bot.nlu.clauses import with_clauses
from bot.nlu.language import canonical_text
from bot.nlu.sentence_encoder import SentenceEncoderFeaturizer, sentence_vectors

_FILE = "intent_classifier.skops"
# All that a model file of ours holds besides plain scikit-learn objects; anything else in one is refused.
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking` as Rasa's own classifiers do."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """The encoder's vectors are its input."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`C`: the inverse strength of regularisation of scikit-learn's LogisticRegression."""
        return {"C": 30.0}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained classifier."""
        self._model_storage = model_storage
        self._resource = resource
        self._ngrams = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2),
        )
        self._regression = LogisticRegression(C=config["C"], max_iter=500, class_weight="balanced")

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
            ValueError: there is none, or the file holds other types than ours.
        """
        classifier = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            classifier._ngrams, classifier._regression = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have a text and an intent, and store the result."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        self._ngrams.fit(_texts(examples))
        self._regression.fit(self._features(examples), [message.get(INTENT) for message in examples])
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump((self._ngrams, self._regression), folder / _FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent, and the ranking of the ten most likely ones, of messages that have a text."""
        with_text = [message for message in with_clauses(messages) if message.get(TEXT)]
        if with_text:
            for message, probabilities in zip(with_text, self._regression.predict_proba(self._features(with_text))):
                best = np.argsort(-probabilities)[:_RANKED]
                ranking = [
                    {"name": str(self._regression.classes_[index]), "confidence": float(probabilities[index])}
                    for index in best
                ]
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: it has intents already."""
        return training_data

    def _features(self, messages: List[Message]) -> csr_matrix:
        return hstack([csr_matrix(sentence_vectors(messages)), self._ngrams.transform(_texts(messages))], format="csr")


def _texts(messages: List[Message]) -> List[str]:
    return [canonical_text(message.get(SPACY_DOCS[TEXT])).lower() for message in messages]
