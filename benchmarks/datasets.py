"""The public intent data sets, read from a folder that holds clinc150, banking77 and hint3, and our own data."""

import csv
import json
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from rasa.shared.nlu.constants import INTENT, TEXT

from bot import ROOT
from bot.facts import shipped_store
from bot.nlu.importer import FactStoreImporter
from bot.nlu.intent_classifier import OUTSIDE as OUR_OUTSIDE

# The intent of every text that is out of scope, whatever the set calls it.
OUTSIDE = "out_of_scope"
_HINT3_OUTSIDE = "NO_NODES_DETECTED"
DRAWS = 3
FOLDS = 5
QUESTIONS = ROOT / "tests" / "questions.jsonl"


class Examples(NamedTuple):
    """Texts and, as many, their intents."""

    texts: List[str]
    intents: List[str]

    def __add__(self, other: "Examples") -> "Examples":  # type: ignore[override]
        """Both, one after the other."""
        return Examples(self.texts + other.texts, self.intents + other.intents)


class Dataset(NamedTuple):
    """One task. `test` and `validation` hold texts out of scope, where the set has any; `train` may."""

    train: Examples
    validation: Optional[Examples]
    test: Examples


def _clinc150(folder: Path, size: str, known_outside: bool) -> List[Dataset]:
    splits = json.loads((folder / "clinc150" / f"data_{size}.json").read_text(encoding="utf-8"))

    def inside(split: str) -> Examples:
        return Examples([text for text, _ in splits[split]], [intent for _, intent in splits[split]])

    def outside(split: str) -> Examples:
        texts = [text for text, _ in splits[f"oos_{split}"]]
        return Examples(texts, [OUTSIDE] * len(texts))

    train, validation = inside("train"), inside("val") + outside("val")
    # Texts out of scope that are not trained on are validated on: they are few.
    if known_outside:
        train += outside("train")
    else:
        validation += outside("train")
    return [Dataset(train, validation, inside("test") + outside("test"))]


def _banking77(folder: Path, per_intent: Optional[int]) -> List[Dataset]:
    train = _csv(folder / "banking77" / "train.csv", "text", "category")
    test = _csv(folder / "banking77" / "test.csv", "text", "category")
    if per_intent is None:
        return [Dataset(train, None, test)]
    return [Dataset(draw(train, per_intent, seed), None, test) for seed in range(DRAWS)]


def _hint3(folder: Path, bot: str) -> List[Dataset]:
    train, test = (_csv(folder / "hint3" / f"{bot}_{split}.csv", "sentence", "label") for split in ("train", "test"))
    intents = [OUTSIDE if intent == _HINT3_OUTSIDE else intent for intent in test.intents]
    return [Dataset(train, None, Examples(test.texts, intents))]


def own_examples() -> Examples:
    """Every training example of the assistant, of data/nlu and of the store."""
    files = [str(path) for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))]
    messages = FactStoreImporter(training_data_paths=files).get_nlu_data().intent_examples
    intents = [OUTSIDE if message.get(INTENT) in OUR_OUTSIDE else message.get(INTENT) for message in messages]
    return Examples([message.get(TEXT) for message in messages], intents)


def _own_folds(folder: Path) -> List[Dataset]:
    examples = own_examples()
    fold = np.random.RandomState(0).permutation(len(examples.texts)) % FOLDS
    return [Dataset(_part(examples, fold != number), None, _part(examples, fold == number)) for number in range(FOLDS)]


def _own_questions(folder: Path) -> List[Dataset]:
    return [Dataset(own_examples(), None, questions(QUESTIONS))]


def questions(path: Path) -> Examples:
    """The questions of a file that are a conversation's only message, and ask for one topic or are to be refused.

    Args:
        path: a JSON object a line, with "turns", "kind" and "facts_all" or "facts_any".
    """
    store = shipped_store()
    texts: List[str] = []
    intents: List[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        facts = question.get("facts_all", []) + question.get("facts_any", [])
        topics = {store.topic(store.fact(fact).topic).intent for fact in facts}
        if len(question["turns"]) == 1 and question["kind"] in (["answer"], ["refusal"]):
            intent = OUTSIDE if question["kind"] == ["refusal"] else topics.pop() if len(topics) == 1 else None
            if intent:
                texts.append(question["turns"][0])
                intents.append(intent)
    return Examples(texts, intents)


def _part(examples: Examples, chosen: np.ndarray) -> Examples:
    return Examples(
        [text for text, is_in in zip(examples.texts, chosen, strict=True) if is_in],
        [intent for intent, is_in in zip(examples.intents, chosen, strict=True) if is_in],
    )


_LOADERS: Dict[str, Callable[[Path], List[Dataset]]] = {
    "clinc150-small": lambda folder: _clinc150(folder, "small", known_outside=False),
    "clinc150-small-oos": lambda folder: _clinc150(folder, "small", known_outside=True),
    "clinc150-full": lambda folder: _clinc150(folder, "full", known_outside=True),
    "banking77-10": lambda folder: _banking77(folder, 10),
    "banking77-full": lambda folder: _banking77(folder, None),
    "hint3-curekart": lambda folder: _hint3(folder, "curekart"),
    "hint3-sofmattress": lambda folder: _hint3(folder, "sofmattress"),
    "hint3-powerplay11": lambda folder: _hint3(folder, "powerplay11"),
    "own-folds": _own_folds,
    "own-questions": _own_questions,
}
# Questions of a file that is given; not of the folder.
OTHER_QUESTIONS = "other-questions"
NAMES: Tuple[str, ...] = (*_LOADERS, OTHER_QUESTIONS)

DESCRIPTIONS: Dict[str, str] = {
    "clinc150-small": "150 intents, 50 examples each; the 200 out-of-scope texts beside the test split only validate",
    "clinc150-small-oos": "150 intents, 50 examples each, and 100 out-of-scope texts",
    "clinc150-full": "150 intents, 100 examples each, and 100 out-of-scope texts",
    "banking77-10": "77 intents, 10 examples each; mean of three draws (seeds 0, 1 and 2), nothing out of scope",
    "banking77-full": "77 intents, all 10,003 examples; nothing out of scope",
    "hint3-curekart": "A shop's bot, 28 intents, 600 examples; messages of real users",
    "hint3-sofmattress": "A mattress seller's bot, 21 intents, 328 examples; messages of real users",
    "hint3-powerplay11": "A gaming bot, 59 intents, 471 examples; messages of real users",
    "own-folds": "The assistant's own training data, mean of five folds. Near copies of an example may be in another "
    "fold, so this compares the methods and says little about visitors",
    "own-questions": "tests/questions.jsonl: the questions that ask for one topic or for what is to be refused, none "
    "of which an example was made from; trained on all our data. Names are as written: no part of the pipeline but the "
    "intent model is at work",
    OTHER_QUESTIONS: "The same with another file of questions",
}


def load(folder: Path, name: str, other: Optional[Path] = None) -> List[Dataset]:
    """Load a data set by one of NAMES; several draws of it where its training examples are drawn.

    Args:
        folder: the folder of the public sets.
        name: the set.
        other: the file of other-questions.
    """
    if name == OTHER_QUESTIONS and other:
        return [Dataset(own_examples(), None, questions(other))]
    return _LOADERS[name](folder)


def draw(examples: Examples, per_intent: int, seed: int) -> Examples:
    """As many random examples of each intent."""
    random = np.random.RandomState(seed)
    intents = np.array(examples.intents)
    chosen: List[int] = []
    for intent in np.unique(intents):
        chosen += list(random.permutation(np.flatnonzero(intents == intent))[:per_intent])
    return Examples([examples.texts[i] for i in chosen], [examples.intents[i] for i in chosen])


def is_outside(intents: Sequence[str]) -> np.ndarray:
    """Which are out of scope: bool array of shape (intents,)."""
    return np.array([intent == OUTSIDE for intent in intents], dtype=bool)


def _csv(path: Path, text: str, intent: str) -> Examples:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Examples([row[text] for row in rows], [row[intent] for row in rows])
