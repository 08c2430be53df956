"""What is measured of an assistant beside another."""

from dataclasses import dataclass, field
from typing import Dict, List

import numpy as np

AT_A_TIME = (1, 4, 16)
MESSAGES_A_ROUND = 96


@dataclass
class Figures:
    """What was measured of one assistant; seconds, MB and milliseconds."""

    training: float = float("nan")
    start: List[float] = field(default_factory=list)
    memory: float = float("nan")
    # By how many were sent at a time: the milliseconds of each message, and the seconds of each round.
    messages: Dict[int, List[float]] = field(default_factory=lambda: {number: [] for number in AT_A_TIME})
    rounds: Dict[int, List[float]] = field(default_factory=lambda: {number: [] for number in AT_A_TIME})
    parts: Dict[str, float] = field(default_factory=dict)

    def median(self, at_a_time: int) -> float:
        """Of a message, in milliseconds."""
        return float(np.median(self.messages[at_a_time]))

    def high(self, at_a_time: int) -> float:
        """The 95th percentile, in milliseconds."""
        return float(np.quantile(self.messages[at_a_time], 0.95))

    def a_second(self, at_a_time: int) -> float:
        """Messages a second: the median round's."""
        return MESSAGES_A_ROUND / float(np.median(self.rounds[at_a_time]))
