"""Rasa's own intent classifier, DIET, in the pipeline that `rasa init` suggests, trained by Rasa itself."""

import asyncio
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Sequence

import numpy as np

from benchmarks.datasets import Examples

# The beginning of what `rasa init` writes.
BEGINNING = """\
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
"""
# And the rest, without the parts that change neither the intent nor its confidence.
CONFIG = f"""\
recipe: default.v1
language: en
assistant_id: benchmark
{BEGINNING}\
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
"""


class Parsed(NamedTuple):
    """What a trained model says of texts: `intents` and `confidences` of shape (texts,), and how long it trained."""

    intents: np.ndarray
    confidences: np.ndarray
    training_seconds: float


def train_and_parse(train: Examples, texts: Sequence[str]) -> Parsed:
    """Train stock Rasa in a temporary folder, and let it parse texts."""
    # Importing Rasa takes seconds; a run without it need not wait. The variables have to be set before.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # What was trained before would be taken from Rasa's cache, and the time with it.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    from rasa.core.agent import Agent
    from rasa.core.channels import UserMessage
    from rasa.model_training import train_nlu

    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
        (folder / "nlu.yml").write_text(nlu_yaml(train), encoding="utf-8")
        start = time.perf_counter()
        model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
        seconds = time.perf_counter() - start
        processor = Agent.load(model).processor if model else None
    if processor is None:
        raise RuntimeError("Rasa trained no model.")

    async def parse() -> List[Dict[str, Any]]:
        return [(await processor.parse_message(UserMessage(text)))["intent"] for text in texts]

    parsed = asyncio.run(parse())
    names = np.array([str(intent["name"]) for intent in parsed])
    return Parsed(names, np.array([float(intent["confidence"]) for intent in parsed]), seconds)


def nlu_yaml(train: Examples) -> str:
    """The examples in Rasa's training data format; a bracket, which would mark an entity, becomes a parenthesis."""
    lines: List[str] = ['version: "3.1"', "nlu:"]
    for intent in sorted(set(train.intents)):
        lines += [f'  - intent: "{intent}"', "    examples: |"]
        for text, label in zip(train.texts, train.intents, strict=True):
            if label == intent:
                lines.append("      - " + " ".join(text.replace("[", "(").replace("]", ")").split()))
    return "\n".join(lines) + "\n"
