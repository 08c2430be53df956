"""The sentence encoder as a featurizer of Rasa's pipeline."""

from pathlib import Path
from typing import Any, Dict, List, Sequence, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import ROOT
from bot.arrays import Floats
from bot.nlu.clauses import with_clauses
from bot.nlu.encoder import MODEL_SHA256, SentenceEncoder
from bot.nlu.integer_products import VERSION
from bot.nlu.names import NameExtractor, canonical_text, own_words
from bot.nlu.remembered import Encode, RememberedVectors

_OWN_VECTOR = "own_vector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds a sentence feature of shape (1, 384) to each message, from its text with names written out."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The names are written out."""
        return [NameExtractor]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`folder`: where model.onnx and tokenizer.json of another encoder lie; None for the installed one.

        `remember`: the file, in the project's folder, that keeps the vectors of training examples; None for no file.
        """
        return {**DenseFeaturizer.get_default_config(), "folder": None, "remember": None}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        """Load the encoder.

        Raises:
            bot.nlu.encoder.EncoderError: a file is missing, changed or cannot be loaded.
        """
        super().__init__(name, config)
        folder = self._config["folder"]
        self._encoder = SentenceEncoder(Path(folder) if folder else None)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoderFeaturizer":
        """Create the component (see Rasa's GraphComponent)."""
        return cls(config, execution_context.node_name or cls.__name__)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Loading the encoder says what is wrong with `folder`."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """Changes with the packaged weights, and with what is made of them."""
        return f"{MODEL_SHA256} {VERSION}"

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the feature to messages that have a text."""
        self._add(with_clauses(messages), self._encoder.encode)
        return messages

    def _remembered(self, texts: Sequence[str]) -> Floats:
        """The vectors of training examples, which most trainings have in common with the one before."""
        if not self._config["remember"] or not texts:
            return self._encoder.encode(texts)
        path = ROOT / self._config["remember"]
        return RememberedVectors(path, self._encoder.fingerprint).encode(texts, self._encoder.encode)

    def _add(self, messages: List[Message], encode: Encode) -> None:
        with_text = [message for message in messages if message.get(TEXT)]
        vectors = encode([canonical_text(message) for message in with_text])
        for message, vector in zip(with_text, vectors, strict=True):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        with_pronouns = [message for message in with_text if own_words(message) != canonical_text(message)]
        own_vectors = self._encoder.encode([own_words(each) for each in with_pronouns])
        for message, vector in zip(with_pronouns, own_vectors, strict=True):
            message.set(_OWN_VECTOR, vector)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the feature to all training examples."""
        self._add(training_data.training_examples, self._remembered)
        return training_data


def own_vectors(messages: List[Message]) -> Floats:
    """The same of the messages' own words, in which a pronoun is a pronoun (see bot.nlu.names.own_words)."""
    return np.vstack(
        [
            message.get(_OWN_VECTOR) if message.get(_OWN_VECTOR) is not None else sentence_vectors([message])
            for message in messages
        ]
    )


def sentence_vectors(messages: List[Message]) -> Floats:
    """The encoder's vectors of messages that went through the featurizer: float32 of shape (messages, dimensions)."""
    return np.vstack([_vector(message) for message in messages])


def _vector(message: Message) -> Floats:
    _, features = message.get_dense_features(TEXT)
    return features.features  # type: ignore[union-attr]  # the featurizer has added it
