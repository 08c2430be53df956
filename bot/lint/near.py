"""Phrases that nearly repeat each other under two intents, or for other facts, and that the model mixes up."""

from typing import Callable, Iterator, List, Sequence, Tuple

import numpy as np

from bot.arrays import Floats
from bot.facts.problems import Check
from bot.lint.phrases import Phrase, has_words
from bot.lint.readings import Readings

# The least cosine of near repeats. Between the shipped intents 20 pairs are as near, and 17 of them the model mixes up;
# below, more and more pairs only share a name.
_NEAR = 0.95
# To the encoder such texts are one, but for a letter.
_SAME = 0.99
_ROWS = 1000


def check_near_repeats(
    phrases: Sequence[Phrase], readings: Readings, on_progress: Callable[[float], None] = lambda share: None
) -> Check:
    """Pairs that are near, and of which one is read as what the other is. What the model tells apart is left alone.

    Facts of one intent are told apart by the ranker: there only what the encoder takes for the same counts.
    """
    taught = [number for number, phrase in enumerate(phrases) if phrase.has_intent and has_words(phrase.text)]
    check = Check("no near repeats that are mixed up", len(taught))
    chosen = [phrases[number] for number in taught]
    intents = [readings.intents[number].intent for number in taught]
    for cosine, one, other in _near(readings.vectors[taught], on_progress):
        # Told is the one that is read as the other.
        like, told = (one, other) if intents[other] == chosen[one].intent else (other, one)
        first, second = chosen[like], chosen[told]
        is_mixed_up = first.intent != second.intent and intents[told] == first.intent
        is_the_same = first.intent == second.intent and cosine > _SAME and set(first.facts) != set(second.facts)
        if is_mixed_up or is_the_same:
            check.due.append(second.problem(_message(first, second, cosine)))
    return check


def _message(first: Phrase, second: Phrase, cosine: float) -> str:
    return (
        f"“{second.text}” stands for {second.asks_for}, and “{first.text}” at {first.place} for {first.asks_for} "
        f"(cosine {cosine:.2f}): label both alike, or say in one what makes the difference"
    )


def _near(vectors: Floats, on_progress: Callable[[float], None]) -> Iterator[Tuple[float, int, int]]:
    """Pairs of rows of unit vectors, shape (rows, dimensions), whose cosine is over the limit, the nearest first."""
    found: List[Tuple[float, int, int]] = []
    for start in range(0, len(vectors), _ROWS):
        # Each pair once: what comes later is compared with what came before.
        cosines = vectors[start : start + _ROWS] @ vectors[: start + _ROWS].T
        for row, column in zip(*np.nonzero(cosines > _NEAR), strict=True):
            if column < row + start:
                found.append((float(cosines[row, column]), int(column), int(row) + start))
        on_progress(min(1.0, (start + _ROWS) / len(vectors)))
    yield from sorted(found, key=lambda each: -each[0])
