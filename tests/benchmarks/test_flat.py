"""Cost does not grow: the short form of benchmarks.flat, with an assistant of its own. A busy machine gets room."""

from pathlib import Path
from typing import Iterator

import numpy as np
import pytest

from benchmarks.assistants import OursStarted, running_with
from benchmarks.flat import Growth, answer_milliseconds, by_turn, growth, loading_seconds
from benchmarks.generated import write_store
from bot.facts import load_store

LIMIT = 30


@pytest.fixture(scope="module")
def started(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OursStarted]:
    with running_with(model, tmp_path_factory.mktemp("flat"), max_conversations=LIMIT) as running:
        yield running


def test_a_conversation_does_not_become_slower(started: OursStarted) -> None:
    ratios = []
    while len(ratios) < 3 and min(ratios, default=2.0) >= 1.3:  # another process may take the machine meanwhile
        took = by_turn(started, turns=40, conversations=5)
        ratios.append(np.median(took[-15:]) / np.median(took[2:7]))
    assert min(ratios) < 1.3, ratios


def test_memory_does_not_grow_with_conversations(started: OursStarted) -> None:
    growth(started, 2 * LIMIT, LIMIT)  # whatever is loaded when it is needed first
    grown = growth(started, 4 * LIMIT, LIMIT)
    assert grown.conversations[-1] == 4 * LIMIT and grown.memory[-1] > 100
    assert grown.after_limit() < 20


def test_growth_is_counted_from_where_the_store_is_full() -> None:
    assert Growth([0, 10, 20, 30], [100, 150, 160, 165], limit=20).after_limit() == 5


def test_a_large_store_is_loaded_and_answers_as_quickly(tmp_path: Path) -> None:
    write_store(tmp_path, 2_000)
    large = load_store(tmp_path)
    assert len(large.facts) == 2_000 + len(load_store().facts)
    assert len(large.facts_about(large.fact("generated-1999").about.people[0])) == 10
    small_took, large_took = answer_milliseconds([load_store(), large], rounds=100)
    assert large_took < 1.3 * small_took
    assert loading_seconds(tmp_path) < 10
