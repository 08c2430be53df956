"""The ranker: which facts of a topic are asked for, learnt from labels and kept in a model."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.facts import FactStore
from bot.nlu.fact_ranker import FACT_RANKING, READINGS, FactRanker, TopicRanker

ONE, TWO, BOTH, THREE = ("one",), ("two",), ("one", "two"), ("three",)
CONTEXT = ExecutionContext(GraphSchema({}))


def clusters(choices: List[Tuple[str, ...]], each: int = 8) -> Tuple[np.ndarray, List[Tuple[str, ...]]]:
    """Examples of each choice around an axis of its own, the same at each run."""
    noise = np.random.default_rng(0).normal(scale=0.1, size=(len(choices) * each, 6))
    labels = [choice for choice in choices for _ in range(each)]
    return np.eye(6)[[choices.index(label) for label in labels]] + noise, labels


def axis(index: int) -> np.ndarray:
    return np.eye(6)[index]


def facts_of(ranking: List[Dict[str, Any]]) -> List[Tuple[str, ...]]:
    return [tuple(ranked["facts"]) for ranked in ranking]


def test_one_choice_is_certain() -> None:
    vectors, labels = clusters([BOTH])
    ranking = TopicRanker.trained(vectors, labels, C=10).rank(axis(3))
    assert ranking == [{"facts": ["one", "two"], "confidence": 1.0}]


@pytest.mark.parametrize("choices", [[ONE, TWO], [TWO, ONE], [ONE, BOTH], [ONE, TWO, BOTH], [THREE, BOTH, TWO, ONE]])
def test_each_choice_is_ranked_first_where_its_examples_are(choices: List[Tuple[str, ...]]) -> None:
    vectors, labels = clusters(choices)
    ranker = TopicRanker.trained(vectors, labels, C=10)
    assert [facts_of(ranker.rank(axis(index)))[0] for index in range(len(choices))] == choices


@pytest.mark.parametrize("choices", [[ONE], [ONE, TWO], [ONE, TWO, BOTH], [ONE, TWO, BOTH, THREE, ("four", "five")]])
def test_a_ranking_is_sorted_and_sums_to_one_at_most(choices: List[Tuple[str, ...]]) -> None:
    vectors, labels = clusters(choices)
    ranker = TopicRanker.trained(vectors, labels, C=10)
    for vector in (*vectors, np.zeros(6), 1000 * axis(0), -1000 * axis(0)):
        ranking = ranker.rank(vector)
        confidences = [ranked["confidence"] for ranked in ranking]
        assert len(ranking) == min(len(choices), 3)
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert sum(confidences) <= 1 + 1e-9
        assert len(set(facts_of(ranking))) == len(ranking)
        assert set(facts_of(ranking)) <= set(choices)


def test_two_choices_share_out_the_confidence() -> None:
    vectors, labels = clusters([ONE, TWO])
    ranker = TopicRanker.trained(vectors, labels, C=10)
    assert sum(ranked["confidence"] for ranked in ranker.rank(axis(0))) == pytest.approx(1)
    assert ranker.rank(axis(0))[0]["confidence"] > 0.9
    between = (axis(0) + axis(1)) / 2
    assert ranker.rank(between)[0]["confidence"] < 0.7


def test_rare_choices_count_as_much_as_common_ones() -> None:
    vectors, labels = clusters([ONE, TWO], each=40)
    few = [*range(40), 40, 41]
    ranker = TopicRanker.trained(vectors[few], [labels[index] for index in few], C=10)
    assert facts_of(ranker.rank(0.4 * axis(0) + 0.6 * axis(1)))[0] == TWO


def message(text: str, intent: str, vector: np.ndarray, facts: Optional[List[str]] = None) -> Message:
    """An example as it comes to the ranker: with its label, and through the featurizer."""
    built = Message.build(text, intent, intent_metadata={"facts": facts} if facts else None)
    built.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return built


def understood(text: str, intent: str, vector: np.ndarray) -> Message:
    """A message whose intent was classified."""
    built = Message({TEXT: text, "intent": {"name": intent, "confidence": 0.9}})
    built.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return built


def examples(store: FactStore) -> List[Message]:
    """Some for each topic; those of the origin ask for one fact on axis 0, for another on 1, for the topic on 2."""
    found = [
        message(f"{topic.id} {number}", topic.intent, axis(5))
        for topic in store.topics
        if topic.id != "origin"
        for number in range(5)
    ]
    for number in range(5):
        found.append(message(f"who is she {number}", "ask_origin", axis(0), ["burke-who"]))
        found.append(message(f"when was it {number}", "ask_origin", axis(1), ["burke-first-used-phrase"]))
        found.append(message(f"who started it {number}", "ask_origin", axis(2)))
    return [*found, message("hello", "greet", axis(4))]


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def loaded(store: FactStore, storage: LocalModelStorage) -> FactRanker:
    """A ranker that was trained, stored and loaded again."""
    config = FactRanker.get_default_config()
    trained = FactRanker.create(config, storage, Resource("ranker"), CONTEXT)
    resource = trained.train(TrainingData(examples(store)))
    return FactRanker.load(config, storage, resource, CONTEXT)


@pytest.mark.parametrize(
    ("direction", "facts"),
    [
        (0, ["burke-who"]),
        (1, ["burke-first-used-phrase"]),
        (2, ["burke-first-used-phrase", "phrase-popularised-by-milano"]),
    ],
)
def test_a_loaded_ranker_ranks_what_was_learnt(loaded: FactRanker, direction: int, facts: List[str]) -> None:
    (processed,) = loaded.process([understood("anything", "ask_origin", axis(direction))])
    ranking = processed.get(FACT_RANKING)
    assert ranking[0]["facts"] == facts
    assert len(ranking) == 3
    assert FACT_RANKING in processed.as_dict(only_output_properties=True)


def test_examples_without_a_label_ask_for_the_whole_topic(store: FactStore, loaded: FactRanker) -> None:
    for topic in store.topics:
        if topic.id != "origin":
            (processed,) = loaded.process([understood("anything", topic.intent, axis(5))])
            assert processed.get(FACT_RANKING) == [{"facts": topic.facts, "confidence": 1.0}]


def test_where_the_first_is_mostly_wrong_the_first_two_are_given_as_one(
    store: FactStore, storage: LocalModelStorage
) -> None:
    labels = [["burke-who"], ["burke-first-used-phrase"], None]
    alike = [message(f"what was it {number}", "ask_origin", axis(3), labels[number % 3]) for number in range(30)]
    others = [example for example in examples(store) if example.get("intent") != "ask_origin"]
    config = FactRanker.get_default_config()
    ranker = FactRanker.create(config, storage, Resource("ranker"), CONTEXT)
    resource = ranker.train(TrainingData([*others, *alike]))
    for each in (ranker, FactRanker.load(config, storage, resource, CONTEXT)):
        (processed,) = each.process([understood("anything", "ask_origin", axis(3))])
        first, *rest = processed.get(FACT_RANKING)
        assert len(rest) == 1
        assert len(set(first["facts"])) == len(first["facts"]) > 1
        assert first["confidence"] == pytest.approx(2 / 3, abs=0.05)
        (sure,) = each.process([understood("anything", "ask_goals", axis(5))])
        assert len(sure.get(FACT_RANKING)) == 1


def test_each_of_two_close_readings_gets_its_facts(store: FactStore, loaded: FactRanker) -> None:
    asked = understood("anything", "ambiguous", axis(0))
    asked.set(READINGS, [{"intent": "ask_origin", "facts": []}, {"intent": "ask_goals", "facts": []}])
    (processed,) = loaded.process([asked])
    assert processed.get(READINGS) == [
        {"intent": "ask_origin", "facts": ["burke-who"]},
        {"intent": "ask_goals", "facts": store.topic("goals").facts},
    ]
    assert processed.get(FACT_RANKING) is None


def test_a_topic_may_have_few_examples(store: FactStore, storage: LocalModelStorage) -> None:
    few = [example for example in examples(store) if example.get("intent") != "ask_endorsement"]
    few += [message(f"celebrities {number}", "ask_endorsement", axis(5)) for number in range(4)]
    ranker = FactRanker.create(FactRanker.get_default_config(), storage, Resource("ranker"), CONTEXT)
    ranker.train(TrainingData(few))


@pytest.mark.parametrize("intent", ["greet", "nlu_fallback", "ask_who_is"])
def test_an_intent_that_is_no_topic_gets_no_ranking(loaded: FactRanker, intent: str) -> None:
    (processed,) = loaded.process([understood("anything", intent, axis(0))])
    assert processed.get(FACT_RANKING) is None


def test_a_message_without_a_text_or_an_intent_gets_no_ranking(loaded: FactRanker) -> None:
    for processed in loaded.process([Message({"intent": {"name": "ask_origin"}}), Message({TEXT: "hello"})]):
        assert processed.get(FACT_RANKING) is None


def test_a_label_that_the_store_does_not_have_is_named(storage: LocalModelStorage) -> None:
    ranker = FactRanker.create(FactRanker.get_default_config(), storage, Resource("ranker"), CONTEXT)
    labelled = message("what is it", "ask_definition", axis(0), ["metoo-definition", "no-such-fact"])
    with pytest.raises(ValueError, match="'what is it' of ask_definition") as raised:
        ranker.train(TrainingData([labelled]))
    assert "labelled with no-such-fact, which data/facts does not have" in str(raised.value)


def test_a_ranker_that_was_never_trained_cannot_be_loaded(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError, match="ranker"):
        FactRanker.load(FactRanker.get_default_config(), storage, Resource("ranker"), CONTEXT)
