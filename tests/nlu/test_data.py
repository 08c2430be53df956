"""The training data agree with the store, with the domain and with themselves."""

from collections import defaultdict
from typing import Any, Dict, List, NamedTuple, Set, Tuple

import pytest
import yaml

from bot import ROOT
from bot.facts import FactStore
from bot.facts.background import load_background
from bot.nlu.importer import FactStoreImporter
from bot.nlu.labels import BACKGROUND, FALSE_PREMISE, MISCONCEPTION, SILENT

NLU_FILES = sorted((ROOT / "data" / "nlu").glob("*.yml"))

# The pipeline sets the first five, the store gives the examples of the last.
WITHOUT_EXAMPLES = {
    *("nlu_fallback", "ambiguous", "other_language", "tell_country", "support_with_question"),
    FALSE_PREMISE,
}


class Example(NamedTuple):
    """One example, with what it is labelled with and where it stands."""

    text: str
    intent: str
    facts: Tuple[str, ...]
    place: str
    misconception: str = ""
    background: str = ""


def read_examples() -> List[Example]:
    """All examples of data/nlu."""
    found: List[Example] = []
    for path in NLU_FILES:
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            label = block.get("metadata") or {}
            facts, background = tuple(label.get("facts", ())), label.get(BACKGROUND, "")
            for line in block["examples"].splitlines():
                assert line.startswith("- "), f"{path.name}: {line}"
                text = line[2:].strip()
                found.append(Example(text, block["intent"], facts, path.name, background=background))
    return found


def read_questions(store: FactStore) -> List[Example]:
    """All questions of the store, as the importer labels them."""
    found = [Example(text, topic.intent, (), topic.id) for topic in store.topics for text in topic.questions]
    for fact in store.facts:
        intent = store.topic(fact.topic).intent
        found += [Example(text, intent, (fact.id,), fact.id) for text in fact.questions]
    return found


def read_claims(store: FactStore) -> List[Example]:
    """All claims of the store's misconceptions, as the importer labels them."""
    return [
        Example(claim, FALSE_PREMISE, (), each.id, each.id) for each in store.misconceptions for claim in each.claims
    ]


def read_background() -> List[Example]:
    """All questions of the background collection, as the importer labels them."""
    facts = load_background().facts.values()
    return [Example(text, SILENT, (), fact.id, background=fact.id) for fact in facts for text in fact.questions]


@pytest.fixture(scope="module")
def examples() -> List[Example]:
    return read_examples()


@pytest.fixture(scope="module")
def intents() -> Set[str]:
    """The names of the intents of domain.yml, which gives some of them with settings."""
    listed: List[Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    return {intent if isinstance(intent, str) else next(iter(intent)) for intent in listed}


def test_no_example_of_the_files_stands_there_twice(examples: List[Example]) -> None:
    seen: Dict[str, List[str]] = defaultdict(list)
    for example in examples:
        seen[example.text.casefold()].append(example.place)
    assert {text: places for text, places in seen.items() if len(places) > 1} == {}


def test_every_label_is_a_fact_that_its_topic_gives(store: FactStore, examples: List[Example]) -> None:
    labelled = [example for example in examples if example.facts]
    assert labelled
    for example in labelled:
        topic = store.topic_of_intent(example.intent)
        assert topic is not None, example
        assert [fact for fact in example.facts if not store.has_fact(fact)] == [], example
        given = {*topic.facts, *(fact.id for fact in store.facts_of_topic(topic.id))}
        assert set(example.facts) <= given, example
        assert len(set(example.facts)) == len(example.facts), example


def test_every_fact_can_be_asked_for_alone(store: FactStore, examples: List[Example]) -> None:
    labels = {example.facts for example in [*examples, *read_questions(store)]}
    assert [fact.id for fact in store.facts if (fact.id,) not in labels] == []


def test_every_topic_has_an_intent(store: FactStore, intents: Set[str]) -> None:
    assert {topic.intent for topic in store.topics} <= intents


def test_every_topic_intent_has_a_rule_that_answers_it(store: FactStore) -> None:
    rules = yaml.safe_load((ROOT / "data" / "stories" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    answered = {
        steps[0]["intent"]: steps[1]["action"] for steps in (rule["steps"] for rule in rules) if len(steps) == 2
    }
    for topic in store.topics:
        assert answered.get(topic.intent) == "action_answer", topic.id


def test_every_intent_has_examples_and_every_example_an_intent(examples: List[Example], intents: Set[str]) -> None:
    assert {example.intent for example in examples} == intents - WITHOUT_EXAMPLES
    assert intents >= WITHOUT_EXAMPLES


def test_no_example_is_empty_or_longer_than_a_message(examples: List[Example]) -> None:
    assert [example for example in examples if not 0 < len(example.text) <= 500] == []


def test_the_importer_gives_the_files_and_the_store_alike(store: FactStore, examples: List[Example]) -> None:
    importer = FactStoreImporter(training_data_paths=[str(path) for path in NLU_FILES])
    imported = set()
    for each in importer.get_nlu_data().intent_examples:
        label = (each.get("metadata") or {}).get("intent", {})
        labels = tuple(label.get("facts", ())), label.get(MISCONCEPTION, ""), label.get(BACKGROUND, "")
        imported.add((each.get("text"), each.get("intent"), *labels))
    expected = [*examples, *read_questions(store), *read_claims(store), *read_background()]
    assert imported == {(each.text, each.intent, each.facts, each.misconception, each.background) for each in expected}


def test_the_importer_gives_no_spellings_of_names(store: FactStore) -> None:
    imported = FactStoreImporter(training_data_paths=[]).get_nlu_data()
    assert imported.entity_synonyms == {}
    assert len(imported.intent_examples) == len({*read_questions(store), *read_claims(store), *read_background()})


def test_a_topic_that_the_domain_does_not_know_gets_an_intent_and_a_rule(
    store: FactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {"domain_path": str(ROOT / "domain.yml"), "training_data_paths": [str(ROOT / "data" / "stories")]}
    shipped = set(FactStoreImporter(**paths).get_domain().intents)
    topic = store.topic("goals").copy(update={"id": "press-reports"})
    extended = FactStore(store.facts, [*store.topics, topic], store.names, store.documents)
    monkeypatch.setattr("bot.nlu.importer.shipped_store", lambda: extended)
    importer = FactStoreImporter(**paths)
    assert set(importer.get_domain().intents) - shipped == {"ask_press_reports"}
    rule = importer.get_stories().story_steps[-1]
    user, action = rule.events[-2:]
    assert (rule.block_name, user.intent_name) == ("ask_press_reports", "ask_press_reports")
    assert action.action_name == "action_answer"


def test_the_domain_as_it_ships_knows_every_topic(intents: Set[str]) -> None:
    importer = FactStoreImporter(domain_path=str(ROOT / "domain.yml"), training_data_paths=[])
    assert intents <= set(importer.get_domain().intents)
    assert importer.get_stories().story_steps == []
