"""Phrases that the model, had it not learnt them, would surely read as another intent than their own."""

from typing import Sequence

from bot.facts.problems import Check
from bot.lint.phrases import Phrase, has_words
from bot.lint.readings import Readings

# How far the other intent's score has to be ahead; about 1 is the score of what a phrase surely is. Of what is closer,
# most is only hard: of the shipped phrases 3,665 of 19,676 are read otherwise at all, 124 from here on.
_SURELY = 0.6


def check_misread(phrases: Sequence[Phrase], readings: Readings) -> Check:
    """What is read as something else, the surest first: it may stand under the wrong intent."""
    check = Check("phrases read as their own intent")
    wrong = []
    for phrase, reading in zip(phrases, readings.intents, strict=True):
        if phrase.has_intent and has_words(phrase.text):
            check.checked += 1
            if reading.ahead >= _SURELY:
                wrong.append((reading.ahead, phrase, reading.intent))
    for ahead, phrase, read in sorted(wrong, key=lambda each: -each[0]):
        message = f"“{phrase.text}” reads like {read}, ahead by {ahead:.2f}: move it there, or add others like it here"
        check.due.append(phrase.problem(message))
    return check
