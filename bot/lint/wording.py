"""Wording and names that nothing uses, and wording that the code asks for and that is not there."""

import string
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple

from bot import ROOT
from bot.facts import FactStore, Kind, Problem
from bot.facts.background import load_background
from bot.facts.loading import NAMES
from bot.facts.problems import Check
from bot.lint.code import Asked, Code, by_name
from bot.lint.labels import intent_name
from bot.lint.phrases import Phrase, normalised
from bot.lint.stories import read_stories
from bot.lint.trees import Keys, Tree, read_located

_WORDING = "data/wording.yml"
_SUPPORT = "data/support/wording.yml"
_LANGUAGES = "data/languages.yml"
_UNUSED = "nothing uses it: remove it, or correct its name"


def check_asked(code: Code, store: FactStore, root: Path = ROOT) -> Check:
    """Whether every reply that the code asks for is worded with what it fills in, and every topic translated."""
    check = Check("wording there that the code asks for", problems=list(code.broken))
    tree = read_located(root, root / _WORDING)
    for name, calls in by_name(code.asked).items():
        for call in calls:
            check.checked += 1
            check.problems += _missing(tree, name, call)
    languages = read_located(root, root / _LANGUAGES)
    for language, wording in languages.values["languages"].items():
        for topic in store.topics:
            check.checked += 1
            if topic.id not in wording["topics"]:
                message = f"has no title for the topic '{topic.id}': add it"
                keys: Keys = ("languages", language, "topics")
                check.problems.append(languages.problem(keys, f"language {language}", "topics", message))
    return check


def check_unused(code: Code, phrases: List[Phrase], store: FactStore, root: Path = ROOT) -> Check:
    """Whether something uses every reply, word, response, intent, slot, action, entity and name."""
    check = Check("wording and names that something uses")
    asked = set(by_name(code.asked))
    found: List[Tuple[Problem, bool]] = [
        *_of_wording(root, asked, code.texts),
        *_of_languages(root, code.texts, store),
        *_of_domain(root, code.texts, phrases),
        *_of_names(root, phrases, store),
    ]
    check.checked = len(found)
    check.problems += [problem for problem, is_used in found if not is_used]
    return check


def _missing(tree: Tree, name: str, call: Asked) -> Iterator[Problem]:
    reply = tree.values["replies"].get(name)
    if reply is None:
        message = f"asks for the reply '{name}', which {_WORDING} does not have: add it there"
        yield Problem(call.file, call.line, "", "", message)
        return
    for field in (field for field in ("text", "several") if field in reply):
        places = {place for _, place, _, _ in string.Formatter().parse(reply[field]) if place}
        if call.values is not None and places - call.values:
            listed = _listed(places - call.values)
            message = f"has a place for {listed}, which {call.file}:{call.line} does not fill in: remove it"
            yield tree.problem(("replies", name, field), f"reply {name}", field, message)


def _of_wording(root: Path, asked: Set[str], texts: Set[str]) -> Iterator[Tuple[Problem, bool]]:
    tree = read_located(root, root / _WORDING)
    yield from _keys(tree, (), "wording", texts)
    for section in tree.values:
        if section != "replies":
            yield from _keys(tree, (section,), section, texts)
    yield from _keys(tree, ("replies",), "replies", asked)
    support = read_located(root, root / _SUPPORT)
    for keys in ((), ("heading",), ("details",), ("kinds",)):
        yield from _keys(support, keys, "support", texts)


def _of_languages(root: Path, texts: Set[str], store: FactStore) -> Iterator[Tuple[Problem, bool]]:
    """A language without words is told by its script, which the code names."""
    tree = read_located(root, root / _LANGUAGES)
    languages: Dict[str, Any] = tree.values["languages"]
    recognised = texts | {code for code, language in languages.items() if "words" in language}
    yield from _keys(tree, ("languages",), "languages", recognised)
    for code in languages:
        yield from _keys(tree, ("languages", code, "topics"), f"language {code}", {topic.id for topic in store.topics})


def _of_domain(root: Path, texts: Set[str], phrases: List[Phrase]) -> Iterator[Tuple[Problem, bool]]:
    tree = read_located(root, root / "domain.yml")
    intents, actions = _steps(root)
    for number, intent in enumerate(tree.values["intents"]):
        name = intent_name(intent)
        is_set = name in texts or any(phrase.intent == name for phrase in phrases)
        yield tree.problem(("intents", number), f"intent {name}", "", _UNUSED), is_set and name in intents
    yield from _keys(tree, ("responses",), "responses", actions | texts)
    yield from _keys(tree, ("slots",), "slots", texts)
    for number, name in enumerate(tree.values["actions"]):
        yield tree.problem(("actions", number), f"action {name}", "", _UNUSED), name in actions and name in texts
    for number, name in enumerate(tree.values["entities"]):
        is_kind = name in {kind.value for kind in Kind}
        yield tree.problem(("entities", number), f"entity {name}", "", _UNUSED), is_kind


def _of_names(root: Path, phrases: List[Phrase], store: FactStore) -> Iterator[Tuple[Problem, bool]]:
    tree = read_located(root, root / "data" / "facts" / NAMES)
    abouts = [fact.about for fact in store.facts]
    abouts += [fact.about for fact in load_background(root).facts.values()]
    named = {name for about in abouts for name in (*about.people, *about.organisations, *about.places)}
    named |= {name for each in store.misconceptions for name in each.mentions}
    named |= {name.nearest for name in store.names if name.nearest}
    told = [text for fact in store.facts for text in (fact.quote, fact.answer)]
    words = " ".join(f" {normalised(text)} " for text in [*told, *(phrase.text for phrase in phrases)])
    for number, name in enumerate(store.names):
        # Of any place it may be asked: with another name for it, or what comes nearest, its entry is of use by itself.
        is_used = name.name in named or (name.kind is Kind.REGION and bool(name.aliases or name.nearest))
        is_used = is_used or any(f" {normalised(spelling)} " in words for spelling in (name.name, *name.aliases))
        message = "no fact is about it, and no question names it: remove it, or write a question that does"
        yield tree.problem((number,), f"name {name.name}", "", message), is_used


def _steps(root: Path) -> Tuple[Set[str], Set[str]]:
    """The intents and the actions of all rules and stories."""
    intents: Set[str] = set()
    actions: Set[str] = set()
    for story in (*read_stories(root, "rules"), *read_stories(root, "stories")):
        intents |= {step["intent"] for step in story["steps"] if "intent" in step}
        actions |= {step["action"] for step in story["steps"] if "action" in step}
    return intents, actions


def _keys(tree: Tree, keys: Keys, entry: str, used: Set[str]) -> Iterator[Tuple[Problem, bool]]:
    """The fields of a mapping, and whether each is among those that are used."""
    values = tree.values
    for key in keys:
        values = values[key]
    for name in values if isinstance(values, dict) else ():
        yield tree.problem((*keys, name), entry, name, _UNUSED), name in used


def _listed(names: Set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
