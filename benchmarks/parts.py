"""Where the time of a message goes, inside Rasa's process: run by benchmarks.against_stock for each assistant.

    python -m benchmarks.parts MODEL ENDPOINTS [--stock]

Prints a JSON object: the median milliseconds of each part.
"""

import argparse
import asyncio
import json
import logging
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Callable, Dict, Iterator, List

from bot import ROOT
from bot.rasa.preparing import prepare

_WARM = 20
_MESSAGES = 150
_OF_CONVERSATION = 10
HOP, STORE, REST, WHOLE = "action hop", "store", "rest", "whole"


class Clock:
    """Milliseconds of each message by part: what runs inside another part counts for that one alone."""

    def __init__(self) -> None:
        self.messages: List[Dict[str, float]] = []
        self._inner = 0.0

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Count what runs within for a part of the latest message."""
        outer, self._inner = self._inner, 0.0
        start = time.perf_counter()
        try:
            yield
        finally:
            took = 1000 * (time.perf_counter() - start)
            if self.messages:
                self.messages[-1][part] += took - self._inner
            self._inner = outer + took

    def begin(self) -> None:
        """Begin a message."""
        self.messages.append(defaultdict(float))

    def medians(self) -> Dict[str, float]:
        """The median of each part, in milliseconds."""
        parts = {part for message in self.messages for part in message}
        return {part: median(each[part] for each in self.messages) for part in sorted(parts)}


def _watch(clock: Clock) -> None:
    from rasa.core.actions.action import RemoteAction
    from rasa.engine.graph import GraphNode

    call = GraphNode.__call__

    def timed(node: GraphNode, *arguments: Any) -> Any:
        # The same component stands in the graph as run_bot.nlu.names.NameExtractor2.
        name = node._component_class.__name__
        with clock.of(name):
            return call(node, *arguments)

    GraphNode.__call__ = timed
    _time(clock, RemoteAction, "run", HOP)


def _time(clock: Clock, owner: Any, method: str, part: str) -> None:
    inner: Callable[..., Any] = getattr(owner, method)

    async def timed(*arguments: Any, **options: Any) -> Any:
        with clock.of(part):
            return await inner(*arguments, **options)

    setattr(owner, method, timed)


async def _parts(model: Path, endpoints: Path, texts: List[str]) -> Dict[str, float]:
    from rasa.core.agent import load_agent
    from rasa.core.channels.channel import UserMessage
    from rasa.core.utils import AvailableEndpoints

    from bot.channels.output import CollectedReplies

    clock = Clock()
    _watch(clock)
    agent = await load_agent(str(model), endpoints=AvailableEndpoints.read_endpoints(str(endpoints)))
    for method in ("save", "retrieve"):
        _time(clock, agent.tracker_store, method, STORE)
    for number, text in enumerate(texts):
        sender = f"sender-{number // _OF_CONVERSATION}"
        clock.begin()
        with clock.of(REST):
            await agent.handle_message(UserMessage(text, CollectedReplies("web"), sender, input_channel="web"))
    clock.messages = clock.messages[_WARM:]
    whole = median(sum(each.values()) for each in clock.messages)
    return {**clock.medians(), WHOLE: whole}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("endpoints", type=Path)
    parser.add_argument("--stock", action="store_true", help="Rasa as it is installed")
    options = parser.parse_args()
    if not options.stock:
        prepare(serves=True)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["turns"][0] for line in lines][: _MESSAGES + _WARM]
    print(json.dumps(asyncio.run(_parts(options.model, options.endpoints, texts))))


if __name__ == "__main__":
    main()
