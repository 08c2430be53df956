"""Which misconception a message rests on, and that it counts only where the message speaks of it."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot.facts import FactStore
from bot.nlu.labels import FALSE_PREMISE, MISCONCEPTION
from bot.nlu.misconceptions import MisconceptionRanker
from bot.nlu.names import NameExtractor

CONTEXT = ExecutionContext(GraphSchema({}))
CONFIG = MisconceptionRanker.get_default_config()


def axis(index: int) -> np.ndarray:
    return np.eye(32)[index]


def with_vector(message: Message, vector: np.ndarray) -> Message:
    message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return message


def claim(text: str, misconception: str, vector: np.ndarray) -> Message:
    """A claim as the importer gives it, through the featurizer."""
    return with_vector(Message.build(text, FALSE_PREMISE, intent_metadata={MISCONCEPTION: misconception}), vector)


@pytest.fixture
def order(store: FactStore) -> List[str]:
    """The ids; the claims of each lie on the axis of its place."""
    return [each.id for each in store.misconceptions]


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def ranker(order: List[str], storage: LocalModelStorage) -> MisconceptionRanker:
    """A ranker that was trained, stored and loaded again."""
    noise = np.random.default_rng(0).normal(scale=0.05, size=(len(order), 4, 32))
    examples = [
        claim(f"{name} {number}", name, axis(place) + noise[place, number])
        for place, name in enumerate(order)
        for number in range(4)
    ]
    other = with_vector(Message.build("what does it want", "ask_goals"), axis(31))
    trained = MisconceptionRanker.create(CONFIG, storage, Resource("misconceptions"), CONTEXT)
    return MisconceptionRanker.load(CONFIG, storage, trained.train(TrainingData([*examples, other])), CONTEXT)


@pytest.fixture
def understood(language: Language, ranker: MisconceptionRanker, order: List[str]) -> Any:
    """What becomes of a message that lies where the claims of a misconception are."""

    def run(
        text: str, misconception: str, ranked: Optional[Sequence[str]] = None, intent: str = FALSE_PREMISE
    ) -> Message:
        ranking = [{"name": name, "confidence": 0.5} for name in ranked or [intent, "ask_origin"]]
        message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text), INTENT_RANKING_KEY: ranking})
        message.set(INTENT, {"name": intent, "confidence": 0.9})
        NameExtractor().process([with_vector(message, axis(order.index(misconception)))])
        assert ranker.process([message]) == [message]
        return message

    return run


def output(message: Message) -> Dict[str, Any]:
    return message.as_dict(only_output_properties=True)


def test_each_is_ranked_first_where_its_claims_are(store: FactStore, understood: Any) -> None:
    for each in store.misconceptions:
        message = understood(f"so {each.mentions[0]}, right?", each.id)
        assert message.get(MISCONCEPTION) == each.id
        assert message.get(INTENT) == {"name": FALSE_PREMISE, "confidence": 0.9}
        assert output(message)[MISCONCEPTION] == each.id


@pytest.mark.parametrize(
    ("text", "misconception"),
    [
        ("milano founded it", "milano-founded-it"),
        ("it was alysa milano's idea", "milano-founded-it"),
        ("first used in 2017?", "first-used-in-2017"),
        ("it began on My Space or fb or facebook", "another-site-first"),
        ("it took off in 2018, I think", "another-year"),
    ],
)
def test_one_that_is_spoken_of_by_a_name_or_a_year_counts(understood: Any, text: str, misconception: str) -> None:
    assert understood(text, misconception).get(MISCONCEPTION) == misconception


@pytest.mark.parametrize(
    ("text", "misconception"),
    [
        ("who founded it?", "milano-founded-it"),
        ("burke founded it", "milano-founded-it"),
        ("first used in 2006?", "first-used-in-2017"),
        ("first used in 20170?", "first-used-in-2017"),
        ("it began on Myspace", "another-site-first"),
        ("it took off in 2017", "another-year"),
    ],
)
def test_where_it_is_not_spoken_of_the_next_likely_intent_counts(
    understood: Any, text: str, misconception: str
) -> None:
    message = understood(text, misconception, [FALSE_PREMISE, "ask_origin", "ask_goals"])
    assert message.get(INTENT) == {"name": "ask_origin", "confidence": 0.5}
    assert message.get(MISCONCEPTION) is None
    assert MISCONCEPTION not in output(message)
    assert output(message)[INTENT]["name"] == "ask_origin"


def test_the_next_likely_intent_is_no_refusal(understood: Any) -> None:
    ranked = ["out_of_scope", FALSE_PREMISE, "not_in_documents", "ask_goals"]
    assert understood("who founded it?", "milano-founded-it", ranked).get(INTENT)["name"] == "ask_goals"


def test_messages_of_other_intents_are_left_alone(understood: Any) -> None:
    message = understood("milano founded it", "milano-founded-it", intent="ask_goals")
    assert message.get(INTENT) == {"name": "ask_goals", "confidence": 0.9}
    assert message.get(MISCONCEPTION) is None


def test_a_message_without_an_intent_is_left_alone(ranker: MisconceptionRanker) -> None:
    message = Message({TEXT: "milano founded it"})
    ranker.process([message])
    assert message.get(MISCONCEPTION) is None


def test_a_ranker_that_was_never_trained_cannot_be_loaded(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError, match="misconceptions"):
        MisconceptionRanker.load(CONFIG, storage, Resource("misconceptions"), CONTEXT)
