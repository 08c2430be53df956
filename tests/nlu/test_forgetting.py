"""spaCy's memory of what it has read is bounded."""

import threading
import time

import spacy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from spacy.language import Language

from bot.nlu.forgetting import Forgetting
from bot.nlu.spacy_nlp import SpacyNLP


def read(forgetting: Forgetting, words: int, start: int) -> None:
    for number in range(start, start + words):
        forgetting.language()(f"qzw{number}x")


def wait_for_another(forgetting: Forgetting, old: Language) -> Language:
    deadline = time.monotonic() + 60
    while (new := forgetting.language()) is old:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return new


def test_after_so_many_new_words_there_is_a_pipeline_without_them() -> None:
    forgetting = Forgetting(lambda: spacy.blank("en"), most_new=200)
    first = forgetting.language()
    read(forgetting, 20, 0)
    assert forgetting.language() is first and "qzw7x" in first.vocab.strings
    read(forgetting, 200, 20)
    second = wait_for_another(forgetting, first)
    assert "qzw7x" not in second.vocab.strings
    read(forgetting, 250, 300)
    assert wait_for_another(forgetting, second) is not first


def test_nobody_waits_for_the_next_one() -> None:
    may_end, built = threading.Event(), []

    def build() -> Language:
        if built:
            may_end.wait(30)
        built.append(None)
        return spacy.blank("en")

    forgetting = Forgetting(build, most_new=10)
    first = forgetting.language()
    read(forgetting, 100, 0)
    assert forgetting.language() is first
    may_end.set()
    wait_for_another(forgetting, first)
    assert len(built) == 2


def test_one_that_cannot_be_built_is_tried_again() -> None:
    built = []

    def build() -> Language:
        built.append(None)
        if len(built) == 2:
            raise OSError("the store is being written")
        return spacy.blank("en")

    forgetting = Forgetting(build, most_new=10)
    first = forgetting.language()
    read(forgetting, 100, 0)
    wait_for_another(forgetting, first)
    assert len(built) == 3


def test_the_component_provides_the_pipeline_that_forgets() -> None:
    context = ExecutionContext(GraphSchema({}), "test")
    component = SpacyNLP.create(SpacyNLP.get_default_config(), None, Resource("x"), context)  # type: ignore[arg-type]
    model = component.provide()
    assert model.model is component._forgetting.language() and model.model_name
    assert [entity.ent_id_ for entity in model.model("Tarana Burke in France").ents] == ["Tarana Burke", "France"]
