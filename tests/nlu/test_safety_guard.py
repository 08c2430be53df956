"""The safety guard: model and patterns find harm each by itself, and a country counts where it was asked for."""

from typing import Any, Dict, List, Optional

import pytest
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.clauses import found_clauses
from bot.nlu.intent_classifier import HARM_READING
from bot.nlu.needs import need_of
from bot.nlu.safety_guard import GUARD, SafetyGuard
from bot.support import Need

PLAIN = "the leaves turn yellow"


class Pipeline:
    """The guard, and what stands before it in the pipeline but the classifier, whose reading is given."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._guard = SafetyGuard()

    def look(
        self,
        text: str,
        value: float = 0.0,
        kind: str = "disclosure",
        intent: str = "out_of_scope",
        clauses: Optional[List[float]] = None,
        earlier: Optional[List[Optional[Need]]] = None,
    ) -> Message:
        """A message that the model takes for harm with the probability `value`, its clauses with those of `clauses`."""
        message = Message({TEXT: text, SPACY_DOCS[TEXT]: self._language(text)})
        if clauses is not None:
            parts = [self._language(part) for part in text.split(". ")]
            message.set("clauses", [Message({TEXT: doc.text, SPACY_DOCS[TEXT]: doc}) for doc in parts])
        for part, given in zip([message, *found_clauses(message)], [value, *(clauses or [])]):
            part.set(HARM_READING, {"kind": kind, "value": given, "limit": 0.5})
            part.set(INTENT, {"name": intent, "confidence": 0.7})
        assert self._guard.process([message], tracker_of(earlier or [])) == [message]
        return message


def tracker_of(needs: List[Optional[Need]]) -> DialogueStateTracker:
    """A conversation whose messages had these needs, the last one last."""
    events: List[Event] = []
    for need in needs:
        parsed: Dict[str, Any] = {"need": need.as_dict()} if need else {}
        events += [UserUttered("something", parse_data=parsed), BotUttered("a reply")]
    return DialogueStateTracker.from_events("visitor", events)


@pytest.fixture(scope="module")
def pipeline(language: Language) -> Pipeline:
    return Pipeline(language)


def test_what_nothing_finds_is_left_as_it_is(pipeline: Pipeline) -> None:
    message = pipeline.look(PLAIN, value=0.49)
    assert need_of(message) is None
    assert message.get(INTENT) == {"name": "out_of_scope", "confidence": 0.7}
    assert message.get(GUARD) == {"kind": "disclosure", "value": 0.49, "limit": 0.5, "pattern": None}


@pytest.mark.parametrize("kind", ["disclosure", "disclosure_of_other", "self_harm", "danger", "perpetrator"])
def test_the_model_alone_is_enough(pipeline: Pipeline, kind: str) -> None:
    message = pipeline.look(PLAIN, value=0.5, kind=kind)
    assert need_of(message) == Need(kind)
    assert message.get(INTENT) == {"name": kind, "confidence": 1.0}
    assert {"need", INTENT, GUARD} <= set(message.as_dict(only_output_properties=True))


@pytest.mark.parametrize(("text", "kind"), [("I want to die", "self_harm"), ("i am in danger", "danger")])
def test_a_pattern_alone_is_enough(pipeline: Pipeline, text: str, kind: str) -> None:
    message = pipeline.look(text)
    assert need_of(message) == Need(kind)
    assert message.get(GUARD)["pattern"] == kind


def test_of_two_kinds_the_graver_counts(pipeline: Pipeline) -> None:
    found = need_of(pipeline.look("i am in danger", value=0.9, kind="ask_support_line"))
    assert found is not None and found.kind == "danger"


def test_a_clause_speaks_for_the_whole_message(pipeline: Pipeline) -> None:
    message = pipeline.look("It rains today. Leaves turn yellow", clauses=[0.0, 0.9])
    assert need_of(message) == Need("disclosure")
    plain, harm = found_clauses(message)
    assert need_of(plain) is None and need_of(harm) == Need("disclosure")


def test_in_another_language_the_model_has_to_be_sure(pipeline: Pipeline) -> None:
    text = "¿El movimiento sigue activo hoy en día?"
    assert need_of(pipeline.look(text, value=0.89)) is None
    assert need_of(pipeline.look(text, value=0.9)) == Need("disclosure")


def test_age_and_sex_of_the_writer_are_kept(pipeline: Pipeline) -> None:
    assert need_of(pipeline.look("i'm 14", value=1.0)) == Need("disclosure_of_minor", is_minor=True)
    assert need_of(pipeline.look("i'm 41", value=1.0, kind="disclosure_of_minor")) == Need("disclosure")
    found = need_of(pipeline.look("it happened to me and i'm a man", value=1.0))
    assert found is not None and found.is_man


def test_a_country_is_kept_from_message_to_message(pipeline: Pipeline) -> None:
    assert need_of(pipeline.look("it was in France", value=1.0)) == Need("disclosure", country="FR")
    later = pipeline.look("there is more", value=1.0, earlier=[Need("disclosure", country="FR")])
    assert need_of(later) == Need("disclosure", country="FR", again=True)


@pytest.mark.parametrize(
    ("text", "country"),
    [("im in india", "IN"), ("France", "FR"), ("Ruritania", None)],
    ids=["india", "france", "nowhere"],
)
def test_a_place_answers_the_question_for_the_country(pipeline: Pipeline, text: str, country: Optional[str]) -> None:
    found = need_of(pipeline.look(text, earlier=[Need("disclosure", is_man=True)]))
    assert found == Need("tell_country", country, is_man=True)


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("im in india", []),
        ("im in india", [Need("disclosure"), None, None, None]),
        ("Ruritania", [Need("disclosure", country="FR")]),
        ("Ruritania", [Need("perpetrator")]),
        ("Ruritania?", [Need("disclosure")]),
        ("what happened with the film stars of Bollywood in India in those years", [Need("disclosure")]),
    ],
    ids=["nobody asked", "long ago", "known already", "not asked", "a question", "a long question"],
)
def test_a_place_is_nothing_else(pipeline: Pipeline, text: str, earlier: List[Optional[Need]]) -> None:
    assert need_of(pipeline.look(text, earlier=earlier)) is None


def test_a_few_words_that_mean_something_are_no_place(pipeline: Pipeline) -> None:
    assert need_of(pipeline.look("thank you", intent="thank", earlier=[Need("disclosure")])) is None


def test_a_message_without_a_text_is_left_as_it_is() -> None:
    message = Message({INTENT: {"name": "greet", "confidence": 1.0}})
    assert SafetyGuard().process([message]) == [message]
    assert message.get(INTENT)["name"] == "greet"


@pytest.mark.parametrize("text", [".", "   .   ", "?!", "👍"])
def test_punctuation_alone_tells_of_nothing(pipeline: Pipeline, text: str) -> None:
    assert need_of(pipeline.look(text, value=0.99)) is None
