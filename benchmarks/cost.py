"""What understanding costs: a message's time in the encoder and the intent model, and the training of the assistant.

    python -m benchmarks.cost --out benchmarks/cost.md

Takes about ten minutes. Run it on a machine that does nothing else.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List, NamedTuple

import numpy as np
import yaml

from benchmarks.datasets import OUTSIDE, QUESTIONS, own_examples
from benchmarks.machine import machine
from bot import ROOT
from bot.environment import child_environment
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.intent_model import IntentModel

_ROUNDS = 3


class Times(NamedTuple):
    """Milliseconds that each message took: arrays of shape (messages,)."""

    encoder: np.ndarray
    model: np.ndarray


def times_of(texts: List[str]) -> Times:
    """Read each text by itself, as messages come, with a model that is trained on all our examples."""
    encoder, model = SentenceEncoder(), IntentModel([OUTSIDE])
    examples = own_examples()
    model.fit(examples.texts, encoder.encode(examples.texts), examples.intents)
    took: List[List[float]] = []
    for text in texts[:20] + texts:  # the first ones warm the caches
        start = time.perf_counter()
        vector = encoder.encode([text])
        encoded = time.perf_counter()
        model.read([text], vector)
        took.append([1000 * (encoded - start), 1000 * (time.perf_counter() - encoded)])
    return Times(*np.array(took[-len(texts) :]).T)


def training_seconds(remembered: bool) -> float:
    """How long `rasa train` takes for the whole assistant, its start included.

    Args:
        remembered: whether the vectors of the examples are those of the training before, as after a small change; else
            nothing is kept from earlier.
    """
    if not remembered:
        pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        (ROOT / next(each["remember"] for each in pipeline if "remember" in each)).unlink(missing_ok=True)
    with TemporaryDirectory() as folder:
        environment = {**child_environment(), "RASA_MAX_CACHE_SIZE": "0"}
        command = [sys.executable, "-m", "bot.rasa", "train", "--force", "--out", folder]
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        return time.perf_counter() - start


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    options = parser.parse_args()
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    times = times_of([json.loads(line)["turns"][0] for line in lines] * _ROUNDS)
    rows = [("sentence encoder", times.encoder), ("intent model", times.model), ("both", times.encoder + times.model)]
    page = ["# What understanding costs", ""]
    page += [f"Our {len(lines)} questions, {_ROUNDS} times each, one at a time; milliseconds.", ""]
    page += ["| part | median | 95th percentile |", "|---|---|---|"]
    page += [f"| {name} | {np.median(took):.1f} | {np.quantile(took, 0.95):.1f} |" for name, took in rows]
    first, again = training_seconds(remembered=False), training_seconds(remembered=True)
    page += ["", f"Training the whole assistant: {first:.0f} s the first time, {again:.0f} s after a small change.", ""]
    page += [f"`python -m benchmarks.cost --out benchmarks/cost.md`, {date.today().isoformat()}, {machine()}.", ""]
    options.out.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
