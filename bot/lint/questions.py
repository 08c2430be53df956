"""Facts that are asked for in too few ways: the model learns a fact by the different questions for it."""

from collections import defaultdict
from typing import Dict, List, Sequence

import numpy as np

from bot.arrays import Floats
from bot.facts.problems import Check
from bot.lint.phrases import Phrase
from bot.lint.readings import Readings

# Two phrases whose vectors have a greater cosine are one to the model, but for a letter.
_THE_SAME = 0.96
# A button's own question, and another way to ask it.
_FEWEST = 2
# What visitors need: with fewer ways, most of theirs are like none of them.
_ENOUGH = 8


def check_questions(phrases: Sequence[Phrase], readings: Readings) -> Check:
    """Count the different ways in which each fact, misconception and background fact is asked for.

    A fact's are its questions, and the examples under data/nlu that ask for it alone.
    """
    check = Check("every fact asked for in several ways")
    ways: Dict[str, List[int]] = defaultdict(list)
    first: Dict[str, Phrase] = {}
    for number, phrase in enumerate(phrases):
        target = phrase.about or (phrase.facts[0] if len(phrase.facts) == 1 else "")
        if target:
            ways[target].append(number)
        if phrase.field != "examples" and not phrase.entry.startswith("topic "):
            first.setdefault(target, phrase)
    for target, phrase in first.items():
        check.checked += 1
        number = _different(readings.vectors[ways[target]])
        if number < _ENOUGH:
            found = check.problems if number < _FEWEST else check.due
            times = "one way only" if number == 1 else f"{number} ways"
            message = f"asked for in {times}: add questions that share few words with these, until there are {_ENOUGH}"
            where = "" if phrase.about else f", here or under data/nlu with metadata {{facts: [{target}]}}"
            found.append(phrase.problem(message + where))
    return check


def _different(vectors: Floats) -> int:
    """How many of the unit vectors, of shape (phrases, dimensions), are no near copy of one before them."""
    kept: List[Floats] = []
    for vector in vectors:
        if not kept or float((np.stack(kept) @ vector).max()) <= _THE_SAME:
            kept.append(vector)
    return len(kept)
