"""Whether cost grows: with a conversation, with the number of conversations, with the store.

    python -m benchmarks.flat --out benchmarks/flat.md

Takes about half an hour; `--conversations 500 --turns 60 --facts 1000` a minute or two.
"""

import argparse
import sys
import time
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List, NamedTuple, Sequence

import numpy as np
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from benchmarks.assistants import OursStarted, running_with
from benchmarks.clients import run_all
from benchmarks.generated import write_store
from benchmarks.machine import machine
from bot import ROOT
from bot.facts import FactStore, load_store
from bot.training import model_path

_SHORT = ("What is MeToo?", "Who started it?", "When?", "And in France?", "Tell me more", "Who is she?", "Thanks!")
_EARLY = 5
_OF_CONVERSATION = 3
_CLIENTS = 4
_STORE_ROUNDS = 200


class Growth(NamedTuple):
    """Memory of all processes in MB after so many conversations, beginning with none."""

    conversations: List[int]
    memory: List[float]
    limit: int

    def after_limit(self) -> float:
        """MB by which it grew from when the store was full to the end."""
        full = next(index for index, number in enumerate(self.conversations) if number >= self.limit)
        return self.memory[-1] - self.memory[full]


def by_turn(started: OursStarted, turns: int, conversations: int) -> np.ndarray:
    """Milliseconds of each turn, of the same question: of shape (turns,), the median of conversations held by turns."""
    took = np.empty((conversations, turns))
    senders = [started.conversation() for _ in range(conversations)]
    for turn in range(turns):
        for number, send in enumerate(senders):
            start = time.perf_counter()
            send(_SHORT[0])
            took[number, turn] = 1000 * (time.perf_counter() - start)
    return np.median(took, axis=0)


def growth(started: OursStarted, conversations: int, limit: int) -> Growth:
    """Hold so many conversations of three messages, several at a time, and look at the memory every so often."""
    found = Growth([0], [started.memory()], limit)
    step = max(1, conversations // 40)
    for first in range(0, conversations, step):
        _hold(started, min(step, conversations - first), first)
        found.conversations.append(min(first + step, conversations))
        found.memory.append(started.memory())
        print(f"{found.conversations[-1]} conversations, {found.memory[-1]:.0f} MB", file=sys.stderr, flush=True)
    return found


def _hold(started: OursStarted, number: int, first: int) -> None:
    def client(of_all: int) -> None:
        for each in range(first + of_all, first + number, _CLIENTS):
            send = started.conversation()
            for turn in range(_OF_CONVERSATION):
                send(_SHORT[(each + turn) % len(_SHORT)])

    run_all([partial(client, of_all) for of_all in range(_CLIENTS)])


def loading_seconds(folder: Path) -> float:
    """How long a store takes to be loaded and checked."""
    start = time.perf_counter()
    load_store(folder)
    return time.perf_counter() - start


def answer_milliseconds(stores: Sequence[FactStore], rounds: int = _STORE_ROUNDS) -> List[float]:
    """What the action takes for the shipped topics' questions, with each store by turns: medians."""
    trackers = [_asked(intent) for intent in (topic.intent for topic in load_store().topics)]
    actions = [Answer(store) for store in stores]
    took: List[List[float]] = [[] for _ in stores]
    for _ in range(rounds):
        for action, own in zip(actions, took, strict=True):
            start = time.perf_counter()
            for tracker in trackers:
                action.run(CollectingDispatcher(), tracker, {})
            own.append(1000 * (time.perf_counter() - start) / len(trackers))
    return [float(np.median(own)) for own in took]


def _asked(intent: str) -> Tracker:
    entities = [{"entity": "region", "value": "France"}, {"entity": "person", "value": "Tarana Burke"}]
    message = {
        "text": "",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": entities[: intent == "ask_region"],
    }
    return Tracker.from_dict({"sender_id": "one", "latest_message": message})


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flat", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--conversations", type=int, default=20_000)
    parser.add_argument("--limit", type=int, default=10_000, help="conversations that the store holds")
    parser.add_argument("--facts", type=int, default=10_000)
    options = parser.parse_args()
    page = ["# Whether cost grows", ""]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        started = stack.enter_context(running_with(model_path(), folder, max_conversations=options.limit))
        turns = by_turn(started, options.turns, conversations=9)
        early, late = float(np.median(turns[2:7])), float(np.median(turns[-_EARLY:]))
        page += [
            (
                f"The 5th message of a conversation (3rd to 7th): {early:.1f} ms; the {options.turns}th (the last "
                f"{_EARLY}): {late:.1f} ms; {late / early:.2f} times. Medians of 9 conversations, held by turns."
            ),
            "",
        ]
        grown = growth(started, options.conversations, options.limit)
        page += ["| conversations of 3 messages | memory of all processes, MB |", "|---|---|"]
        shown = range(0, len(grown.memory), max(1, len(grown.memory) // 10))
        page += [f"| {grown.conversations[index]} | {grown.memory[index]:.0f} |" for index in shown]
        page += ["", f"The store holds {options.limit}; growth after that: {grown.after_limit():.1f} MB.", ""]
        write_store(folder / "large", options.facts)
        seconds = loading_seconds(folder / "large")
        small, large = answer_milliseconds([load_store(), load_store(folder / "large")])
        page += [
            (
                f"A store of {options.facts} generated facts beside ours: loads and is checked in {seconds:.1f} s "
                f"(ours: {loading_seconds(ROOT):.2f} s); an answer takes the action {large:.2f} ms (ours: {small:.2f} "
                f"ms), {large / small:.2f} times."
            ),
            "",
        ]
    page += [f"`python -m benchmarks.flat --out {options.out}`, {date.today().isoformat()}, {machine()}.", ""]
    options.out.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
