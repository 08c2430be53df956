"""How the model reads the phrases that it learns from, each as if it had not learnt it."""

from typing import List, NamedTuple

from bot.arrays import Floats


class ModelError(RuntimeError):
    """A trained model can't be used; the message says what to do."""


class Reading(NamedTuple):
    """The intent that a phrase is read as, and how far its score is ahead of its own intent's: 0 where it is it."""

    intent: str
    ahead: float


class Readings(NamedTuple):
    """Of each phrase the reading, and the encoder's unit vector: float32 of shape (phrases, dimensions)."""

    intents: List[Reading]
    vectors: Floats
