"""The gate: where its limits lie, and what a text is taken for on either side of them."""

import json
import math
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import pytest

from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_gate import AMBIGUOUS, NOT_UNDERSTOOD, IntentGate, limit_of_chance, limit_of_precision
from bot.nlu.intent_model import Reading

OUTSIDE = ["not_in_documents", "out_of_scope"]
HARM = ["disclosure"]
INTENTS = np.array(["ask_goals", "ask_origin", "false_premise", "greet", *OUTSIDE])
TOPICS = ["ask_goals", "ask_origin"]
LIMITS = {"inside": 0.4, "ahead": 0.1, "close": 0.1, "near": 0.3, "false_premise": 0.5}

# The probability of being inside is that of the evidence's only column, as log-odds.
GATE = IntentGate(InsideGate([1.0], 0.0), LIMITS, OUTSIDE)


def read(*scores: Dict[str, float], inside: float = 0.9, near: float = 0.8, ahead: Optional[float] = None) -> Reading:
    """Texts that have these scores, and for every other intent none; all are alike in the rest."""
    rows = np.array([[each.get(intent, 0.0) for intent in INTENTS] for each in scores])
    is_outside = np.isin(INTENTS, OUTSIDE)
    best = np.sort(rows[:, ~is_outside], axis=1)
    return Reading(
        scores=rows,
        inside=INTENTS[~is_outside][rows[:, ~is_outside].argmax(axis=1)],
        outside=INTENTS[is_outside][rows[:, is_outside].argmax(axis=1)],
        harm=np.full(len(rows), ""),
        evidence=np.full((len(rows), 1), math.log(inside / (1 - inside))),
        harm_evidence=np.zeros((len(rows), 2)),
        ahead=best[:, -1] - best[:, -2] if ahead is None else np.full(len(rows), ahead),
        near=np.full(len(rows), near),
    )


def decided(reading: Reading, topics: Sequence[str] = TOPICS) -> Any:
    (decision,) = GATE.decide(reading, INTENTS, topics)
    return decision


def test_a_text_that_is_well_ahead_has_its_intent() -> None:
    decision = decided(read({"ask_goals": 0.9, "ask_origin": 0.2}))
    assert (decision.intent, tuple(decision.readings)) == ("ask_goals", ())
    assert decision.confidence == pytest.approx(0.9)


def test_the_gates_are_told_with_their_limits() -> None:
    decision = decided(read({"ask_goals": 0.9, "ask_origin": 0.2}, inside=0.7, near=0.6))
    assert {name: gate["limit"] for name, gate in decision.gates.items()} == {"inside": 0.4, "ahead": 0.1, "near": 0.3}
    values = {name: gate["value"] for name, gate in decision.gates.items()}
    assert values == pytest.approx({"inside": 0.7, "ahead": 0.7, "near": 0.6})
    assert json.loads(json.dumps(decision.gates)) == decision.gates


@pytest.mark.parametrize("outside", OUTSIDE)
def test_what_is_not_inside_gets_the_likelier_intent_outside(outside: str) -> None:
    decision = decided(read({"ask_goals": 0.9, outside: 0.2}, inside=0.39))
    assert decision.intent == outside
    assert decision.confidence == pytest.approx(0.61)


def test_what_is_inside_is_not_refused_however_likely_an_intent_outside_is() -> None:
    assert decided(read({"ask_goals": 0.5, "out_of_scope": 0.9}, inside=0.41)).intent == "ask_goals"


def test_what_is_like_nothing_known_is_not_understood() -> None:
    assert decided(read({"ask_goals": 0.9, "out_of_scope": 0.2}, inside=0.39, near=0.29)).intent == NOT_UNDERSTOOD


def test_what_is_inside_is_understood_even_where_it_is_like_nothing() -> None:
    assert decided(read({"ask_goals": 0.9}, inside=0.9, near=0.0)).intent == "ask_goals"


def test_two_topics_that_are_close_are_ambiguous() -> None:
    decision = decided(read({"ask_origin": 0.55, "ask_goals": 0.5, "greet": 0.4}))
    assert (decision.intent, tuple(decision.readings)) == (AMBIGUOUS, ("ask_origin", "ask_goals"))


@pytest.mark.parametrize(
    "scores",
    [{"ask_origin": 0.55, "greet": 0.5, "ask_goals": 0.49}, {"greet": 0.55, "ask_origin": 0.5, "ask_goals": 0.49}],
)
def test_only_topics_are_ambiguous(scores: Dict[str, float]) -> None:
    decision = decided(read(scores))
    assert (decision.intent, tuple(decision.readings)) == (next(iter(scores)), ())


def test_a_text_as_far_ahead_as_the_limit_is_not_ambiguous() -> None:
    assert decided(read({"ask_origin": 0.6, "ask_goals": 0.5}, ahead=0.1)).intent == "ask_origin"


def test_two_topics_between_the_limits_are_both_readings_of_the_first() -> None:
    gate = IntentGate(InsideGate([1.0], 0.0), {**LIMITS, "close": 0.2}, OUTSIDE)
    (decision,) = gate.decide(read({"ask_origin": 0.65, "ask_goals": 0.5}), INTENTS, TOPICS)
    assert (decision.intent, tuple(decision.readings)) == ("ask_origin", ("ask_origin", "ask_goals"))


def test_an_intent_outside_is_no_second_reading() -> None:
    decision = decided(read({"ask_origin": 0.55, "out_of_scope": 0.54, "ask_goals": 0.5}))
    assert (decision.intent, tuple(decision.readings)) == (AMBIGUOUS, ("ask_origin", "ask_goals"))


@pytest.mark.parametrize(("ahead", "intent"), [(0.51, "false_premise"), (0.49, "ask_goals")])
def test_a_careful_intent_has_to_be_further_ahead(ahead: float, intent: str) -> None:
    decision = decided(read({"false_premise": 0.5 + ahead / 2, "ask_goals": 0.5 - ahead / 2}, ahead=ahead))
    assert (decision.intent, tuple(decision.readings)) == (intent, ())


def test_a_careful_intent_that_is_not_ahead_enough_falls_to_one_that_is_inside() -> None:
    scores = {"false_premise": 0.6, "out_of_scope": 0.55, "greet": 0.3, "ask_goals": 0.2}
    assert decided(read(scores)).intent == "greet"


@pytest.mark.parametrize(("first", "expected"), [("false_premise", "ask_goals"), ("ask_origin", AMBIGUOUS)])
def test_no_intent_outside_is_a_second_reading(first: str, expected: str) -> None:
    scores = {first: 0.56, "out_of_scope": 0.55, "not_in_documents": 0.54, "ask_goals": 0.5}
    assert decided(read(scores)).intent == expected


def test_texts_are_decided_each_by_itself() -> None:
    together = read({"ask_goals": 0.9, "out_of_scope": 0.1}, {"greet": 0.9, "not_in_documents": 0.1})
    assert [decision.intent for decision in GATE.decide(together, INTENTS, TOPICS)] == ["ask_goals", "greet"]


def cases(text: str) -> np.ndarray:
    """Right and wrong first choices, from the smallest margin to the greatest."""
    return np.array([mark == "r" for mark in text])


@pytest.mark.parametrize(
    ("marks", "limit"),
    [
        ("wwwwwwwwrrrrrrrrrrrr", 15),
        ("wwwwwwrrrr", 10),
        ("rrrrrrrrrr", 0),
        ("wwrrrrrrrrrr", 0),
        ("rwrwrwrwrwrwrwrwrwrw", 0),
        ("wwwwwwwwww", 10),
        ("", 0),
    ],
)
def test_below_the_limit_of_chance_fewer_than_half_are_right(marks: str, limit: int) -> None:
    margins = np.arange(1.0, len(marks) + 1)
    order = np.random.default_rng(0).permutation(len(marks))
    assert limit_of_chance(margins[order], cases(marks)[order]) == limit


@pytest.mark.parametrize(
    ("marks", "share", "limit"),
    [
        ("rrrr", 0.9, 1),
        ("wwrr", 0.9, 3),
        ("wrrrrrrrrr", 0.9, 1),
        ("wwrrrrrrrr", 0.9, 3),
        ("wwrrrrrrrr", 0.8, 1),
        ("rrwr", 0.75, 1),
        ("wwww", 0.5, math.inf),
        ("rrrw", 0.9, math.inf),
        ("", 0.9, math.inf),
    ],
)
def test_from_the_limit_of_precision_on_enough_are_right(marks: str, share: float, limit: float) -> None:
    margins = np.arange(1.0, len(marks) + 1)
    order = np.random.default_rng(0).permutation(len(marks))
    assert limit_of_precision(margins[order], cases(marks)[order], share) == limit


def left_out(intents: List[str]) -> Reading:
    """100 texts, each read rightly, and the further on the surer."""
    rows = len(intents)
    inside = ~np.isin(intents, OUTSIDE)
    sure = np.linspace(0, 1, rows)
    return Reading(
        scores=np.zeros((rows, len(INTENTS))),
        inside=np.array([intent if intent not in OUTSIDE else "ask_goals" for intent in intents]),
        outside=np.array(["out_of_scope"] * rows),
        harm=np.full(rows, ""),
        evidence=np.column_stack([np.where(inside, 1.0, -1.0) + sure, np.where(inside, 2.0, -2.0) * (1 + sure)]),
        harm_evidence=np.zeros((rows, 2)),
        ahead=sure,
        near=sure,
    )


def calibrated(reading: Reading, intents: List[str], **changed: Any) -> IntentGate:
    chosen = {"wrongly_refused": 0.1, "asked_back": 0.2, "like_nothing": 0.3, "precision": {"false_premise": 0.9}}
    return IntentGate.calibrated(reading, np.array(intents), OUTSIDE, HARM, **{**chosen, **changed})


ALL = (["ask_goals"] * 6 + ["false_premise"] + ["out_of_scope"] * 3) * 10


def test_as_many_are_refused_and_asked_back_as_was_chosen() -> None:
    reading = left_out(ALL)
    limits = calibrated(reading, ALL).state()["limits"]
    inside = ~np.isin(ALL, OUTSIDE)
    state = calibrated(reading, ALL).state()
    probability = InsideGate.of_state(state["gate"]).probability(reading.evidence)
    assert (probability[inside] < limits["inside"]).mean() == pytest.approx(0.1, abs=0.015)
    assert (reading.ahead[inside] < limits["ahead"]).mean() == pytest.approx(0.2, abs=0.015)
    assert (reading.near < limits["near"]).mean() == pytest.approx(0.3, abs=0.015)
    assert (probability[~inside] < limits["inside"]).all()


def test_readings_are_close_where_the_first_is_right_no_more_often_than_by_chance() -> None:
    reading = left_out(ALL)
    inside = np.flatnonzero(~np.isin(ALL, OUTSIDE))
    wrong = [*ALL]
    for index in inside[:10]:
        wrong[index] = "greet"
    limits = calibrated(reading, wrong).state()["limits"]
    # Ten wrong, then nine right: the tenth right one makes it half.
    assert limits["close"] == pytest.approx(reading.ahead[inside[18]])
    assert calibrated(reading, ALL).state()["limits"]["close"] == 0


def test_a_careful_intent_has_the_limit_of_its_precision() -> None:
    reading = left_out(ALL)
    used = np.flatnonzero(reading.inside == "false_premise")
    wrong = [*ALL]
    for index in used[:5]:
        wrong[index] = "ask_goals"
    limits = calibrated(reading, wrong).state()["limits"]
    assert limits["false_premise"] == pytest.approx(reading.ahead[used[5]])
    assert calibrated(reading, ALL).state()["limits"]["false_premise"] == pytest.approx(reading.ahead[used[0]])


def test_a_careful_intent_that_is_never_right_is_never_given() -> None:
    reading = left_out(ALL)
    gate = calibrated(reading, ["ask_goals" if intent == "false_premise" else intent for intent in ALL])
    assert gate.state()["limits"]["false_premise"] == math.inf


def test_a_stored_gate_decides_as_before() -> None:
    reading = left_out(ALL)
    for gate in (
        calibrated(reading, ALL),
        IntentGate(InsideGate([1.0, 2.0], 0.5), {**LIMITS, "false_premise": math.inf}, OUTSIDE),
    ):
        state = json.loads(json.dumps(gate.state()))
        again = IntentGate.of_state(state)
        assert again.state() == gate.state()
        assert again.decide(reading, INTENTS, TOPICS) == gate.decide(reading, INTENTS, TOPICS)
