"""The conversations of this folder, held with the running assistant as `python -m bot ask` holds them."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Dict, Iterator

import pytest

from bot.dialogues import Held, hold, read_dialogues
from bot.dialogues.reporting import as_lines
from bot.processes import Assistant
from tests.dialogues.test_answers import leads_on

FILES = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.fixture(scope="module")
def held(request: pytest.FixtureRequest, assistant: Assistant) -> "Iterator[Dict[Path, Future[Held]]]":
    """How the dialogues go whose tests were selected: held side by side; each test waits for its own."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    paths = [test.callspec.params["path"] for test in tests if test.originalname == test_dialogue.__name__]
    with ThreadPoolExecutor(4) as pool:
        yield {dialogue.path: pool.submit(hold, dialogue, assistant.url) for dialogue in read_dialogues(paths)}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialogue(held: "Dict[Path, Future[Held]]", path: Path) -> None:
    dialogue = held[path].result()
    if dialogue.failures:
        pytest.fail("\n".join(as_lines(dialogue)), pytrace=False)
    for suggestion in (suggestion for reply in dialogue.replies for suggestion in reply.suggestions):
        assert leads_on(suggestion.text), suggestion.text


def test_there_are_no_two_turns_alike_in_a_row() -> None:
    for dialogue in read_dialogues([Path(__file__).parent]):
        for one, other in zip(dialogue.turns, dialogue.turns[1:]):
            assert one != other, f"{dialogue.path}: “{one.visitor}”"
