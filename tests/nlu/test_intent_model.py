"""The intent model: it learns, it knows what it would say of an example that it had not seen, and it can be stored."""

import json
from pathlib import Path
from typing import List, NamedTuple, Tuple

import numpy as np
import pytest

from bot.nlu.encoder import SentenceEncoder
from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_model import IntentModel, Reading, _greatest

DIMENSIONS = 16
OUTSIDE = ("weather",)


class Examples(NamedTuple):
    """Texts that say nothing, with vectors around an axis for each intent."""

    texts: List[str]
    vectors: np.ndarray
    intents: List[str]

    def without(self, index: int) -> "Examples":
        others = [other for other in range(len(self.texts)) if other != index]
        return Examples(
            [self.texts[other] for other in others], self.vectors[others], [self.intents[other] for other in others]
        )


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def drawn(*intents: Tuple[str, int], noise: float = 0.25) -> Examples:
    """So many examples of each intent, the same at each run."""
    names = [name for name, number in intents for _ in range(number)]
    axes = {name: axis for axis, (name, _) in zip(np.eye(DIMENSIONS), intents)}
    scatter = np.random.default_rng(0).normal(scale=noise, size=(len(names), DIMENSIONS))
    vectors = unit(np.array([axes[name] for name in names]) + scatter)
    # The same words in each text: all that tells them apart is the vector.
    return Examples(["same words"] * len(names), vectors.astype(np.float32), names)


SMALL = drawn(("origin", 12), ("goals", 10), ("region", 8), ("weather", 10))


@pytest.fixture(scope="module")
def model() -> IntentModel:
    trained = IntentModel(OUTSIDE)
    trained.fit(*SMALL)
    return trained


def axes(number: int) -> Tuple[List[str], np.ndarray]:
    """A text on the axis of each intent."""
    return ["same words"] * number, np.eye(DIMENSIONS, dtype=np.float32)[:number]


# What cosines are rounded to.
ROUNDED = 0.005


def same(one: Reading, other: Reading) -> None:
    for name, mine, others in zip(Reading._fields, one, other):
        if mine.dtype.kind == "U":
            assert mine.tolist() == others.tolist(), name
        else:
            assert mine == pytest.approx(others, abs=1e-6), name


def test_a_text_where_the_examples_are_has_their_intent(model: IntentModel) -> None:
    reading = model.read(*axes(4))
    assert model.intents.tolist() == ["goals", "origin", "region", "weather"]
    assert model.intents[reading.scores.argmax(axis=1)].tolist() == ["origin", "goals", "region", "weather"]
    assert reading.inside[:3].tolist() == ["origin", "goals", "region"]
    assert set(reading.outside) == {"weather"}


def test_examples_are_scored_about_one_for_their_own_intent(model: IntentModel) -> None:
    own = model.read(*SMALL[:2]).scores[range(len(SMALL.texts)), np.searchsorted(model.intents, SMALL.intents)]
    assert own.min() > 0.7
    assert own.mean() == pytest.approx(1, abs=0.1)


def test_evidence_speaks_for_what_is_inside_and_against_what_is_outside(model: IntentModel) -> None:
    reading = model.read(*axes(4))
    assert reading.evidence.shape == (4, 2)
    assert (reading.evidence[:3] > 0.3).all()
    assert (reading.evidence[3] < -0.3).all()


def test_evidence_is_what_it_says(model: IntentModel) -> None:
    vector = unit(np.random.default_rng(1).normal(size=(1, DIMENSIONS))).astype(np.float32)
    reading = model.read(["other words"], vector)
    scores = dict(zip(model.intents, reading.scores[0]))
    outside = scores.pop("weather")
    second, best = sorted(scores.values())[-2:]
    cosines = SMALL.vectors @ vector[0]
    is_outside = np.array(SMALL.intents) == "weather"
    near_inside, near_outside = (
        np.sort(cosines[~is_outside])[-5:].mean(),
        np.sort(cosines[is_outside])[-3:].mean(),
    )
    assert reading.inside.tolist() == [max(scores, key=lambda name: scores[name])]
    assert reading.ahead == pytest.approx([best - second], abs=1e-6)
    assert reading.evidence[0] == pytest.approx([best - max(outside, 0), near_inside - near_outside], abs=ROUNDED)
    assert reading.near == pytest.approx([max(near_inside, near_outside)], abs=ROUNDED)


@pytest.mark.parametrize("index", [0, 11, 12, 21, 22, 29, 30, 39])
def test_an_example_left_out_is_read_as_if_it_had_never_been_there(index: int) -> None:
    left_out = IntentModel(OUTSIDE).fit(*SMALL).text()
    refitted = IntentModel(OUTSIDE)
    refitted.fit(*SMALL.without(index))
    reading = refitted.read([SMALL.texts[index]], SMALL.vectors[[index]])
    # The smoothing depends a little on how many examples there are.
    assert left_out.scores[index] == pytest.approx(reading.scores[0], abs=0.01)
    assert left_out.evidence[index] == pytest.approx(reading.evidence[0], abs=0.01)
    assert left_out.near[index] == pytest.approx(reading.near[0], abs=ROUNDED)
    assert left_out.inside[index] == reading.inside[0]


def test_an_example_that_is_in_is_read_otherwise_than_one_left_out(model: IntentModel) -> None:
    left_out = IntentModel(OUTSIDE).fit(*SMALL).text()
    assert np.abs(left_out.scores - model.read(*SMALL[:2]).scores).max() > 0.1


def test_a_wrong_label_is_seen_where_the_example_is_left_out() -> None:
    wrong = [*SMALL.intents]
    wrong[0] = "goals"
    assert IntentModel(OUTSIDE).fit(SMALL.texts, SMALL.vectors, wrong).text().inside[0] == "origin"


def test_a_text_without_the_texts_of_its_intent_is_read_as_if_the_intent_had_never_been_there() -> None:
    without = IntentModel(OUTSIDE).fit(*SMALL).intent()
    others = Examples(*zip(*[each for each in zip(*SMALL) if each[2] != "goals"]))
    refitted = IntentModel(OUTSIDE)
    refitted.fit(others.texts, np.array(others.vectors), others.intents)
    own = [row for row, intent in enumerate(SMALL.intents) if intent == "goals"]
    reading = refitted.read([SMALL.texts[row] for row in own], SMALL.vectors[own])
    # The smoothing depends a little on how many examples there are.
    assert without.evidence[own] == pytest.approx(reading.evidence, abs=0.03)
    assert without.inside[own].tolist() == reading.inside.tolist()
    assert not (without.inside == np.array(SMALL.intents)).any()


def test_words_tell_apart_what_the_vectors_do_not() -> None:
    together = unit(np.ones((8, DIMENSIONS))).astype(np.float32)
    texts = ["in 2006"] * 4 + ["in 2017"] * 4
    model = IntentModel()
    model.fit(texts, together, ["first"] * 4 + ["later"] * 4)
    assert model.read(["2006", "2017!", "2O17 in 2017"], together[:3]).inside.tolist() == ["first", "later", "later"]


def test_case_does_not_matter() -> None:
    vectors = unit(np.ones((4, DIMENSIONS))).astype(np.float32)
    model = IntentModel()
    model.fit(["Myspace", "MYSPACE", "Twitter", "TWITTER"], vectors, ["one", "one", "two", "two"])
    one, other = model.read(["MySpace", "myspace"], vectors[:2]).scores
    assert (one == other).all()


def test_a_rare_intent_is_not_outvoted() -> None:
    many = drawn(("common", 60), ("rare", 3))
    model = IntentModel()
    model.fit(*many)
    assert model.read(*axes(2)).inside.tolist() == ["common", "rare"]


def test_without_intents_outside_all_that_is_inside_speaks_for_itself() -> None:
    model = IntentModel()
    left_out = model.fit(*SMALL).text()
    reading = model.read(*axes(4))
    assert set(reading.outside) == set(left_out.outside) == {""}
    assert reading.inside.tolist() == ["origin", "goals", "region", "weather"]
    assert reading.evidence[:, 0] == pytest.approx(reading.scores.max(axis=1))
    assert reading.evidence[:, 1] == pytest.approx(reading.near)
    assert left_out.evidence.shape == (len(SMALL.texts), 2)


def test_texts_are_read_alike_alone_and_together(model: IntentModel) -> None:
    texts, vectors = axes(4)
    together = model.read(texts, vectors)
    for row in range(4):
        alone = model.read(texts[:1], vectors[row : row + 1])
        assert alone.scores[0] == pytest.approx(together.scores[row], abs=1e-6)
        assert (alone.inside[0], alone.outside[0]) == (together.inside[row], together.outside[row])


def test_a_stored_model_reads_as_before(tmp_path: Path) -> None:
    model = IntentModel(OUTSIDE)
    model.fit([f"{intent} {number % 7} à l’étranger" for number, intent in enumerate(SMALL.intents)], *SMALL[1:])
    model.save(tmp_path / "model.npz")
    again = IntentModel.load(tmp_path / "model.npz")
    vectors = unit(np.random.default_rng(2).normal(size=(5, DIMENSIONS))).astype(np.float32)
    texts = ["origin à l’étranger", "goals weather", "other words", "", "rEgion? à l’étranger"]
    assert again.outside == OUTSIDE
    same(again.read(texts, vectors), model.read(texts, vectors))


def test_real_sentences_are_learnt(encoder: SentenceEncoder) -> None:
    examples = {
        "origin": ["Who started Me Too?", "who came up with it", "Who used the phrase first?", "the founder of Me Too"],
        "goals": ["What does it work towards?", "its aims", "What are the goals of Me Too?", "what do they want"],
        "weather": ["Will it rain tomorrow?", "how cold is it", "What is the weather like?", "is it sunny in Rome"],
    }
    texts = [text for each in examples.values() for text in each]
    model = IntentModel(OUTSIDE)
    model.fit(texts, encoder.encode(texts), [intent for intent, each in examples.items() for _ in each])
    asked = ["who is the creator of Me Too", "which aim does the movement have", "do I need an umbrella today"]
    reading = model.read(asked, encoder.encode(asked))
    assert model.intents[reading.scores.argmax(axis=1)].tolist() == ["origin", "goals", "weather"]
    assert (reading.evidence[:2, 0] > 0).all() and reading.evidence[2, 0] < 0


def test_the_gate_learns_where_inside_ends() -> None:
    draw = np.random.default_rng(0)
    inside = np.arange(200) < 150
    evidence = draw.normal(scale=[0.1, 1.0], size=(200, 2)) + np.where(inside, 1, -1)[:, None] * [0.2, 2.0]
    gate = InsideGate().fit(evidence, inside)
    probability = gate.probability(evidence)
    assert ((probability > 0.5) == inside).mean() > 0.95
    # More examples inside than outside do not shift the middle.
    assert gate.probability(np.zeros((1, 2)))[0] == pytest.approx(0.5, abs=0.2)
    assert all(isinstance(weight, float) for weight in [*gate.weights, gate.bias])
    again = InsideGate.of_state(json.loads(json.dumps(gate.state())))
    assert (again.probability(evidence) == probability).all()


@pytest.mark.parametrize("size", [5, 64, 384, 385, 1000])
@pytest.mark.parametrize("number", [1, 5])
def test_the_greatest_of_many_values_are_found(size: int, number: int) -> None:
    values = np.random.default_rng(size).integers(0, 99, (3, size)).astype(np.float32)
    found = np.sort(_greatest(values, number), axis=1)
    assert found.tolist() == np.sort(values, axis=1)[:, -number:].tolist()
