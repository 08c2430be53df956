"""Phrases that teach the model two things at once: it can learn neither."""

from typing import Dict, List, Sequence

from bot.facts.problems import Check
from bot.lint.phrases import QUESTIONS, Phrase, normalised
from bot.nlu.labels import SILENT


def check_contradictions(phrases: Sequence[Phrase]) -> Check:
    """The same phrase, but for case and punctuation, under two intents or for two sets of facts."""
    check = Check("no phrase stands for two things", len(phrases))
    places: Dict[str, List[Phrase]] = {}
    for phrase in phrases:
        others = places.setdefault(normalised(phrase.text), [])
        different = [other for other in others if _contradict(other, phrase)]
        if different:
            first = different[0]
            there = f"stands for {first.asks_for} at {first.place}"
            message = f"“{phrase.text}” {there}, for {phrase.asks_for} here: keep one"
            check.problems.append(phrase.problem(message))
        elif any(other.text == phrase.text for other in others):
            check.due.append(phrase.problem(f"“{phrase.text}” stands for the same at {others[0].place}: remove one"))
        others.append(phrase)
    return check


def _contradict(one: Phrase, other: Phrase) -> bool:
    if one.has_intent and other.has_intent and (one.intent, set(one.facts)) != (other.intent, set(other.facts)):
        return True
    if (_is_from_elsewhere(one) and _is_of_fact(other)) or (_is_from_elsewhere(other) and _is_of_fact(one)):
        return True
    # An example that the documents are silent on need not say which background fact answers it.
    return bool(one.about and other.about and one.about != other.about)


def _is_from_elsewhere(phrase: Phrase) -> bool:
    return phrase.intent == SILENT and phrase.field == QUESTIONS


def _is_of_fact(phrase: Phrase) -> bool:
    """What the documents answer needs no fact from elsewhere."""
    return bool(phrase.facts) and phrase.field == QUESTIONS
