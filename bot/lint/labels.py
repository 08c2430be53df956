"""Labels that name what is not there: training would fail, or teach what nothing answers."""

from pathlib import Path
from typing import Any, Dict, Iterator, Sequence, Tuple, Union

from bot import ROOT
from bot.facts import FactStore, Problem
from bot.facts.background import load_background
from bot.facts.problems import Check
from bot.facts.sources import read_tree
from bot.lint.phrases import Phrase


def check_labels(phrases: Sequence[Phrase], store: FactStore, root: Path = ROOT) -> Check:
    """Whether the intent, the facts and the background fact of every phrase exist. Each mistake is told once a file."""
    check = Check("labels of phrases known", len(phrases))
    intents = set(map(intent_name, read_tree(root / "domain.yml")["intents"]))
    known = {*load_background(root).facts, *(each.id for each in store.misconceptions)}
    found: Dict[Tuple[str, str], Problem] = {}
    for phrase in phrases:
        for message in _mistakes(phrase, store, intents, known):
            found.setdefault((phrase.file, message), phrase.problem(message))
    check.problems += found.values()
    return check


def intent_name(listed: Union[str, Dict[str, Any]]) -> str:
    """The name of an intent as domain.yml lists it: by itself, or with settings below it."""
    return listed if isinstance(listed, str) else next(iter(listed))


def _mistakes(phrase: Phrase, store: FactStore, intents: "set[str]", known: "set[str]") -> Iterator[str]:
    if phrase.intent not in intents:
        yield f"'{phrase.intent}' is no intent of domain.yml: add it there, with a rule, or correct it"
    for fact in phrase.facts:
        if not store.has_fact(fact):
            yield f"asks for the fact '{fact}', which does not exist: correct the id"
    if phrase.about and phrase.about not in known:
        yield f"asks for '{phrase.about}', which data/background does not have: correct the id"
