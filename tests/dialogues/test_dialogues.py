"""The conversations of this folder, held with the running assistant as `python -m bot ask` holds them."""

from pathlib import Path

import pytest

from bot.dialogues import judge, read_dialogues
from bot.processes import Assistant
from bot.shell import Conversation
from tests.dialogues.test_answers import leads_on

FILES = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialogue(assistant: Assistant, path: Path) -> None:
    (dialogue,) = read_dialogues([path])
    conversation = Conversation(assistant.url)
    for turn in dialogue.turns:
        replies = conversation.send(turn.visitor)
        findings = "; ".join(str(finding) for finding in judge(turn, replies))
        assert not findings, f"to “{turn.visitor}”: {findings}. It says: {replies[0].text}"
        for suggestion in replies[0].suggestions:
            assert leads_on(suggestion.text), suggestion.text
    conversation.end()


def test_there_are_no_two_turns_alike_in_a_row() -> None:
    for dialogue in read_dialogues([Path(__file__).parent]):
        for one, other in zip(dialogue.turns, dialogue.turns[1:]):
            assert one != other, f"{dialogue.path}: “{one.visitor}”"
