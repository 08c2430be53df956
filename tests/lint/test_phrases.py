"""Every phrase is known with its label and the line that it stands on."""

from pathlib import Path
from typing import List

from bot import ROOT
from bot.facts import FactStore
from bot.lint.phrases import Phrase, normalised, read_phrases
from bot.nlu.importer import FactStoreImporter


def test_every_phrase_stands_on_its_line(phrases: List[Phrase]) -> None:
    lines = {file: (ROOT / file).read_text(encoding="utf-8").splitlines() for file in {each.file for each in phrases}}
    for phrase in phrases:
        plain = phrase.text.replace('"', '\\"')
        line = lines[phrase.file][phrase.line - 1]
        assert phrase.text in line or plain in line or phrase.text.replace("'", "''") in line, phrase


def test_they_are_those_that_the_model_is_trained_on(phrases: List[Phrase]) -> None:
    files = ["data/nlu/goals.yml", "data/nlu/other_languages.yml"]  # Rasa takes long to read them all
    examples = (
        FactStoreImporter(training_data_paths=[str(ROOT / file) for file in files]).get_nlu_data().intent_examples
    )
    chosen = [phrase for phrase in phrases if phrase.file in files or phrase.field != "examples"]
    assert {(each.text, each.intent) for each in chosen} == {
        (each.get("text"), each.get("intent")) for each in examples
    }


def test_labels(phrases: List[Phrase], store: FactStore) -> None:
    by_text = {phrase.text: phrase for phrase in phrases}
    whole = by_text["What are the aims of the MeToo movement?"]
    assert (whole.facts, whole.entry, whole.field) == (tuple(store.topic("goals").facts), "topic goals", "questions")
    one = by_text["Is Tarana Burke a survivor herself?"]
    assert (one.facts, one.entry, one.intent) == (("burke-who",), "fact burke-who", "ask_origin")
    claim = by_text["Milano invented MeToo"]
    assert (claim.about, claim.entry, claim.field) == ("milano-founded-it", "misconception milano-founded-it", "claims")


def test_the_intent_model_leaves_out_what_is_asked_of_a_place(phrases: List[Phrase]) -> None:
    without = {phrase.about for phrase in phrases if not phrase.has_intent}
    assert "x-sweden" in without and "x-ilo-c190" not in without


def test_both_forms_of_examples(copy: Path, store: FactStore) -> None:
    path = copy / "data/nlu/goals.yml"
    path.write_text(
        'version: "3.1"\nnlu:\n- intent: ask_goals\n  examples:\n    - text: |\n        the aims\n', encoding="utf-8"
    )
    (found,) = [phrase for phrase in read_phrases(copy, store) if phrase.file == "data/nlu/goals.yml"]
    assert (found.text, found.line) == ("the aims", 5)


def test_normalised() -> None:
    assert normalised("  Who’s SHE?! ") == "whos she"
    assert normalised("???") == "???"
