"""Which clauses or readings of a message are answered as questions of their own."""

from typing import Any, Dict, List

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.clauses import QuestionSplitter, found_clauses
from bot.nlu.fact_ranker import FACT_RANKING, READINGS
from bot.nlu.names import NameExtractor
from bot.nlu.several_questions import QUESTIONS, SeveralQuestions

ORIGIN = {"intent": "ask_origin", "facts": ["burke-who"]}
GOALS = {"intent": "ask_goals", "facts": ["goal-community"]}


@pytest.fixture
def component(tmp_path: Any) -> SeveralQuestions:
    storage, context = LocalModelStorage.create(tmp_path), ExecutionContext(GraphSchema({}))
    return SeveralQuestions.create({}, storage, Resource("several"), context)


@pytest.fixture
def understood(language: Language, component: SeveralQuestions) -> Any:
    """What becomes of a message whose clauses were understood so, each as surely as is said."""

    def run(text: str, *clauses: Dict[str, Any], sure: float = 0.9, **further: Any) -> Message:
        message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text), INTENT: {"name": "first", "confidence": 0.5}})
        QuestionSplitter().process([message], SpacyModel(language, "en"))
        NameExtractor().process([message])
        assert len(found_clauses(message)) == len(clauses)
        for clause, meant in zip(found_clauses(message), clauses):
            clause.set(INTENT, {"name": meant["intent"], "confidence": sure})
            if meant.get("facts"):
                clause.set(FACT_RANKING, [{"facts": meant["facts"], "confidence": 0.9}])
        for name, value in further.items():
            message.set(name, value)
        assert component.process([message]) == [message]
        return message

    return run


def test_two_clauses_that_ask_for_different_things_are_two_questions(understood: Any) -> None:
    message = understood("who is tarana, and what does it want in france?", ORIGIN, GOALS)
    first, second = message.get(QUESTIONS)
    assert first == {**ORIGIN, "names": {"person": ["Tarana Burke"]}}
    assert second == {**GOALS, "names": {"region": ["France"]}}
    assert message.get(INTENT)["name"] == "ask_origin"
    assert {QUESTIONS, INTENT} <= set(message.as_dict(only_output_properties=True))


@pytest.mark.parametrize(
    "clauses",
    [[ORIGIN, ORIGIN], [ORIGIN, {"intent": "greet"}], [{"intent": "false_premise"}, GOALS]],
    ids=["the same", "small talk", "a misconception"],
)
def test_else_it_is_one_question(understood: Any, clauses: List[Dict[str, Any]]) -> None:
    message = understood("who is she again, and what does it want?", *clauses)
    assert message.get(QUESTIONS) is None
    assert message.get(INTENT)["name"] == "first"


def test_clauses_that_are_not_sure_are_no_questions(understood: Any) -> None:
    assert understood("who is she again, and what does it want?", ORIGIN, GOALS, sure=0.59).get(QUESTIONS) is None


def test_the_same_of_two_people_is_asked_twice(understood: Any) -> None:
    who = {"intent": "ask_who_is"}
    people = [each["names"] for each in understood("who is tarana, and who is milano?", who, who).get(QUESTIONS)]
    assert people == [{"person": ["Tarana Burke"]}, {"person": ["Alyssa Milano"]}]
    assert understood("who is tarana, and who is burke?", who, who).get(QUESTIONS) is None


def test_a_correction_asks_what_its_last_clause_asks(understood: Any) -> None:
    text, corrects = (
        "I didn't ask what it wants, I asked who said it first",
        {"name": "wrong_answer", "confidence": 0.9},
    )
    message = understood(text, GOALS, ORIGIN, **{INTENT: corrects})
    assert [each["intent"] for each in message.get(QUESTIONS)] == ["ask_origin"]
    assert message.get(INTENT)["name"] == "ask_origin"
    message = understood(text, {"intent": "wrong_answer"}, {"intent": "greet"}, **{INTENT: corrects})
    assert message.get(QUESTIONS) is None and message.get(INTENT) == corrects


def test_two_close_readings_of_few_facts_are_both_answered(understood: Any) -> None:
    message = understood("what about burke", **{READINGS: [ORIGIN, GOALS]})
    names = {"person": ["Tarana Burke"]}
    assert message.get(QUESTIONS) == [{**ORIGIN, "names": names}, {**GOALS, "names": names}]
    assert message.get(INTENT)["name"] == "ask_origin"


@pytest.mark.parametrize(("facts", "both"), [(["a", "b"], True), (["a", "b", "c"], False)])
def test_two_close_readings_of_many_facts_are_not(understood: Any, facts: List[str], both: bool) -> None:
    message = understood("what about it", **{READINGS: [ORIGIN, {"intent": "ask_goals", "facts": facts}]})
    assert bool(message.get(QUESTIONS)) is both
