"""How likely a text is inside, by what speaks for it: for the intent gate, and likewise for the safety guard."""

from typing import Any, Dict, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.arrays import Bools, Floats


class InsideGate:
    """How likely a text is inside: logistic regression on the evidence."""

    def __init__(self, weights: Sequence[float] = (), bias: float = 0.0) -> None:
        """Take trained weights, one a column of the evidence, or none."""
        self.weights = list(weights)
        self.bias = bias

    def fit(self, evidence: Floats, inside: Bools) -> "InsideGate":
        """Train on the evidence for texts that were left out, of shape (texts, columns), and whether each is inside."""
        scale = evidence.std(axis=0)
        scale[scale == 0] = 1.0
        regression = LogisticRegression(class_weight="balanced").fit(evidence / scale, inside)
        self.weights = [float(weight) for weight in regression.coef_[0] / scale]
        self.bias = float(regression.intercept_[0])
        return self

    @classmethod
    def of_state(cls, state: Dict[str, Any]) -> "InsideGate":
        """The gate that `state` was taken of."""
        return cls(state["weights"], state["bias"])

    def state(self) -> Dict[str, Any]:
        """What has to be stored to have the gate again, as JSON can hold it."""
        return {"weights": self.weights, "bias": self.bias}

    def probability(self, evidence: Floats) -> Floats:
        """The probability of each text being inside, were as many inside as outside."""
        probability: Floats = 1.0 / (1.0 + np.exp(-(evidence @ np.asarray(self.weights) + self.bias)))
        return probability
