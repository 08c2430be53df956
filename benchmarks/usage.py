"""What counting costs: a message's time with counting off, on, and with wordings kept as well.

    python -m benchmarks.usage --out benchmarks/usage.md

Three assistants run beside each other and get each question in turn, so that whatever else the machine does slows all
three alike.
"""

import argparse
import json
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Dict, List

import numpy as np

from benchmarks.datasets import QUESTIONS
from benchmarks.machine import machine
from bot import ROOT
from bot.processes import Assistant
from bot.shell import Conversation
from bot.training import model_path

_MESSAGES = 200
_WARM = 10
# One conversation may send 40 messages a minute.
_OF_CONVERSATION = 35
_SETTINGS = {
    "off": {"METOO_USAGE": "off"},
    "on": {"METOO_USAGE_WORDINGS": "off"},
    "on, with wordings": {"METOO_USAGE_WORDINGS": "on"},
}


def times_of(texts: List[str]) -> Dict[str, np.ndarray]:
    """Milliseconds that each message took, by setting: arrays of shape (messages,)."""
    took: Dict[str, List[float]] = {name: [] for name in _SETTINGS}
    with ExitStack() as stack:
        assistants = {}
        for name, variables in _SETTINGS.items():
            folder = stack.enter_context(TemporaryDirectory())
            started = Assistant(model_path(ROOT), variables={"METOO_STATE": folder, **variables})
            assistants[name] = stack.enter_context(started)
        for assistant in assistants.values():
            assistant.wait_until_ready()
        conversations: Dict[str, Conversation] = {}
        for number, text in enumerate(texts):
            for name, assistant in assistants.items():
                if number % _OF_CONVERSATION == 0:
                    conversations[name] = Conversation(assistant.url)
                start = time.perf_counter()
                conversations[name].send(text)
                took[name].append(1000 * (time.perf_counter() - start))
    return {name: np.array(each[_WARM:]) for name, each in took.items()}


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    options = parser.parse_args()
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()[: _MESSAGES + _WARM]
    page = ["# What counting costs", ""]
    page += [f"{_MESSAGES} of our questions over HTTP, one at a time, to each in turn; milliseconds.", ""]
    page += ["| METOO_USAGE | median | 95th percentile |", "|---|---|---|"]
    for name, took in times_of([json.loads(line)["turns"][0] for line in lines]).items():
        page.append(f"| {name} | {np.median(took):.1f} | {np.quantile(took, 0.95):.1f} |")
    page += [
        "",
        f"`python -m benchmarks.usage --out benchmarks/usage.md`, {date.today().isoformat()}, {machine()}.",
        "",
    ]
    options.out.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
