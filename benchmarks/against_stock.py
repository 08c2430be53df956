"""Our assistant beside the same data on Rasa's stock settings: training, start, memory, messages, and where they go.

    python -m benchmarks.against_stock --out benchmarks/against_stock.md

Writes a chart beside the table, as .png. Both are measured in one run and, wherever they can be, by turns. Stock Rasa's
networks take minutes for one of their 100 epochs with our data, so they get `--epochs` of them: that changes neither
what a message costs nor the memory, and makes its training look shorter than it is. `--keep FOLDER` keeps the trained
models, and trains nothing that is there. Run it on a machine that does nothing else.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import yaml

from benchmarks.assistants import Measured, Ours, Started, Stock
from benchmarks.charts import draw_comparison
from benchmarks.clients import run_all
from benchmarks.figures import AT_A_TIME, MESSAGES_A_ROUND, Figures
from benchmarks.machine import machine
from benchmarks.parts import WHOLE
from bot import ROOT
from bot.environment import LOOPBACK, child_environment, free_port

_STARTS = 3
_ROUNDS = 4
_WARM = 40
_OF_CONVERSATION = 8


def send_all(started: Started, texts: Sequence[str], at_a_time: int) -> Tuple[List[float], float]:
    """Send messages from so many clients, each with conversations of its own.

    Returns:
        The milliseconds of each message, and the seconds of all.
    """
    took: List[float] = []

    def client(number: int) -> None:
        for sent, text in enumerate(texts[number::at_a_time]):
            if sent % _OF_CONVERSATION == 0:
                send = started.conversation()
            start = time.perf_counter()
            send(text)
            took.append(1000 * (time.perf_counter() - start))

    seconds = run_all([partial(client, number) for number in range(at_a_time)])
    return took, seconds


def measure(sides: Sequence[Measured], texts: Sequence[str]) -> List[Figures]:
    """Start both several times, then talk with both by turns."""
    figures = [Figures() for _ in sides]
    for _ in range(_STARTS - 1):
        for side, own in zip(sides, figures, strict=True):
            with side.started() as started:
                own.start.append(started.ready_seconds)
    with ExitStack() as stack:
        running = []
        for side, own in zip(sides, figures, strict=True):
            running.append(stack.enter_context(side.started()))
            own.start.append(running[-1].ready_seconds)
        for started in running:
            send_all(started, texts[:_WARM], 1)
        for number in range(_ROUNDS):
            part = [texts[(number * MESSAGES_A_ROUND + index) % len(texts)] for index in range(MESSAGES_A_ROUND)]
            for at_a_time in AT_A_TIME:
                for started, own in zip(running, figures, strict=True):
                    took, seconds = send_all(started, part, at_a_time)
                    own.messages[at_a_time] += took
                    own.rounds[at_a_time].append(seconds)
            print(f"round {number + 1} of {_ROUNDS}", file=sys.stderr, flush=True)
        for started, own in zip(running, figures, strict=True):
            own.memory = started.memory()
    return figures


def parts_of(side: Measured) -> Dict[str, float]:
    """Where a message's time goes, in a process of its own with an action server of its own: milliseconds."""
    port = free_port()
    endpoints: Dict[str, Any] = {"action_endpoint": {"url": f"http://{LOOPBACK}:{port}/webhook"}}
    if isinstance(side, Ours):
        endpoints = {**yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8")), **endpoints}
    path = side.folder / "parts-endpoints.yml"
    path.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    environment = {**child_environment(), "METOO_USAGE": "off"}
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.parts", str(side.model), str(path)]
    command += ["--stock"] if isinstance(side, Stock) else []
    silent = subprocess.DEVNULL
    with subprocess.Popen(actions, cwd=ROOT, env=environment, stdout=silent, stderr=silent) as process:
        try:
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=silent, check=True)
        finally:
            process.kill()
    parts: Dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return parts


def page(ours: Figures, stock: Figures, epochs: int) -> str:
    """The table."""
    head = "| | ours | stock Rasa | ours / stock |"
    lines = ["# Our assistant beside stock Rasa", "", head, "|---|---|---|---|"]

    def add(what: str, our: float, its: float, form: str) -> None:
        lines.append(f"| {what} | {our:{form}} | {its:{form}} | {our / its:.2f} |")

    add(f"training, s (stock: {epochs} of its 100 epochs)", ours.training, stock.training, ".0f")
    add("start to ready, s", float(np.median(ours.start)), float(np.median(stock.start)), ".1f")
    add("memory of all processes, MB", ours.memory, stock.memory, ".0f")
    for number in AT_A_TIME:
        add(f"message, {number} at a time: median, ms", ours.median(number), stock.median(number), ".1f")
        add(f"message, {number} at a time: 95th percentile, ms", ours.high(number), stock.high(number), ".1f")
        add(f"messages a second, {number} at a time", ours.a_second(number), stock.a_second(number), ".1f")
    lines += ["", "Parts of a message inside Rasa's process, median ms; what takes less than 0.1 ms is left out:", ""]
    for name, figures in (("ours", ours), ("stock Rasa", stock)):
        own = sorted(figures.parts.items(), key=lambda each: -each[1])
        told = [f"{part} {took:.1f}" for part, took in own if took >= 0.1 and part != WHOLE]
        lines.append(f"- {name}, {figures.parts[WHOLE]:.1f} altogether: {', '.join(told)}")
    lines += [
        "",
        (
            f"{_ROUNDS} rounds of {MESSAGES_A_ROUND} of our questions for each number of clients, both assistants by "
            f"turns, the same examples, rules, stories and action server; {_STARTS} starts each. Memory: PSS after the "
            "messages."
        ),
        "",
        f"`python -m benchmarks.against_stock --epochs {epochs}`, {date.today().isoformat()}, {machine()}.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, write the table and the chart."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.against_stock", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write; a .png stands beside it")
    parser.add_argument("--epochs", type=int, default=100, help="how many epochs stock Rasa's networks train")
    parser.add_argument("--keep", type=Path, help="a folder for the trained models; what is there is not trained again")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(TemporaryDirectory()))
        sides: List[Measured] = []
        for name in ("ours", "stock"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        sides = [Ours(folder / "ours"), Stock(folder / "stock", options.epochs)]
        training = [_trained(side) for side in sides]
        lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        ours, stock = measure(sides, [json.loads(line)["turns"][0] for line in lines])
        for figures, side, seconds in zip((ours, stock), sides, training, strict=True):
            figures.parts, figures.training = parts_of(side), seconds
    options.out.write_text(page(ours, stock, options.epochs), encoding="utf-8")
    draw_comparison(options.out.with_suffix(".png"), ours, stock)
    print(options.out.read_text(encoding="utf-8"))


def _trained(side: Measured) -> float:
    """How long it trained, now or when the model that is kept was trained."""
    noted = side.folder / "training-seconds"
    if not side.model.is_file() or not noted.is_file():
        print(f"training {side.name}", file=sys.stderr, flush=True)
        noted.write_text(str(side.train()), encoding="utf-8")
    return float(noted.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
