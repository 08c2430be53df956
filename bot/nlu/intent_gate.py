"""Whether a reading counts: is the text about the subject at all, and is its intent well ahead of the next?

All limits come from the training data, from what the intent model says of each example had it been left out.
"""

import math
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np

from bot.arrays import Bools, Floats, Strings
from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_model import Reading

AMBIGUOUS = "ambiguous"
NOT_UNDERSTOOD = "nlu_fallback"

_FEWEST = 5
# Below this share the first choice of two is wrong more often than right.
_CHANCE = 0.5


@dataclass(frozen=True)
class Decision:
    """What a message is taken for: the intent, and how sure that is from 0 to 1.

    `readings` are its two best intents where they are close, `gates` each gate's value beside its limit.
    """

    intent: str
    confidence: float
    readings: Sequence[str]
    gates: Dict[str, Dict[str, float]]


class IntentGate:
    """The limits, and the decision by them."""

    def __init__(self, gate: InsideGate, limits: Mapping[str, float], never: Sequence[str]) -> None:
        """Take the gate, its limits, and the intents that it never chooses, as `calibrated` and `state` give them.

        `limits`: "inside", the least probability; "ahead", the least margin to the next intent, and "close", that below
        which the first is no likelier than chance; "near", the least cosine to known examples; and the least margin of
        intents that need a greater one, by their names.
        """
        self._gate = gate
        self._limits = dict(limits)
        self._never = tuple(never)

    @classmethod
    def calibrated(
        cls,
        left_out: Reading,
        intents: Strings,
        outside: Sequence[str],
        harm: Sequence[str],
        wrongly_refused: float,
        asked_back: float,
        like_nothing: float,
        precision: Mapping[str, float],
    ) -> "IntentGate":
        """Choose the limits.

        Args:
            left_out: how each training text is read by the model that all the others make.
            intents: their intents, of shape (texts,).
            outside: the intents of texts that are to be refused.
            harm: the intents that the safety guard answers; no text has one.
            wrongly_refused: the share of the texts inside that may be refused, 0 to 1. Texts that were left out are
                harder than what visitors ask, so of that fewer are.
            asked_back: the share of the texts inside whose two best intents count as too close.
            like_nothing: the share of all texts that count as like nothing known.
            precision: intents that do harm where they are wrong, and the share of their uses that has to be right.
        """
        inside = ~np.isin(intents, outside)
        gate = InsideGate().fit(left_out.evidence, inside)
        right = left_out.inside == intents
        limits = {
            "inside": float(np.quantile(gate.probability(left_out.evidence)[inside], wrongly_refused)),
            "ahead": float(np.quantile(left_out.ahead[inside], asked_back)),
            "close": limit_of_chance(left_out.ahead[inside], right[inside]),
            "near": float(np.quantile(left_out.near, like_nothing)),
        }
        for intent, share in precision.items():
            used = left_out.inside == intent
            limits[intent] = limit_of_precision(left_out.ahead[used], right[used], share)
        return cls(gate, limits, (*outside, *harm))

    def decide(self, reading: Reading, intents: Strings, topics: Sequence[str]) -> List[Decision]:
        """What each text is taken for.

        Args:
            reading: the texts as the intent model reads them.
            intents: that model's intents.
            topics: the intents between which it can be asked back.
        """
        probabilities = self._gate.probability(reading.evidence)
        return [self._decision(reading, row, probabilities[row], intents, topics) for row in range(len(probabilities))]

    def state(self) -> Dict[str, Any]:
        """What has to be stored to have the gate again: plain values."""
        return {
            "gate": self._gate.state(),
            "limits": self._limits,
            "never": self._never,
        }

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> "IntentGate":
        """The gate that `state` was taken of."""
        return cls(InsideGate.of_state(state["gate"]), state["limits"], state["never"])

    def _decision(
        self, reading: Reading, row: int, probability: float, intents: Strings, topics: Sequence[str]
    ) -> Decision:
        values = {"inside": float(probability), "ahead": float(reading.ahead[row]), "near": float(reading.near[row])}
        gates = {name: {"value": value, "limit": self._limits[name]} for name, value in values.items()}
        if values["inside"] < self._limits["inside"]:
            outside = NOT_UNDERSTOOD if values["near"] < self._limits["near"] else str(reading.outside[row])
            return Decision(outside, 1.0 - values["inside"], (), gates)
        first = str(reading.inside[row])
        ranked = map(str, intents[np.argsort(-reading.scores[row])])
        second = next(intent for intent in ranked if intent != first and intent not in self._never)
        if values["ahead"] < self._limits.get(first, -math.inf):
            return Decision(second, values["inside"], (), gates)
        if values["ahead"] < self._limits["close"] and first in topics and second in topics:
            undecided = values["ahead"] < self._limits["ahead"]
            return Decision(AMBIGUOUS if undecided else first, values["inside"], (first, second), gates)
        return Decision(first, values["inside"], (), gates)


def limit_of_precision(margins: Floats, right: Bools, share: float) -> float:
    """The least margin from which on at least that share of the cases is right; infinite where there is none.

    Args:
        margins: how far the first choice was ahead, of shape (cases,).
        right: whether it was right, of the same shape.
        share: from 0 to 1.
    """
    order = np.argsort(-margins)
    share_right = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share_right >= share)
    return float(margins[order][enough[-1]]) if len(enough) else math.inf


def limit_of_chance(margins: Floats, right: Bools) -> float:
    """The margin or confidence below which the first choice was right in fewer than half of the cases; 0 if none is.

    Args:
        margins: how sure the first choice was, of shape (cases,).
        right: whether it was right, of the same shape.
    """
    order = np.argsort(margins)
    share_right = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    chance = np.flatnonzero(share_right < _CHANCE)
    # One or two cases say nothing.
    return float(margins[order][chance[-1]]) if len(chance) and chance[-1] >= _FEWEST else 0.0
