"""The conversations of this folder, held with the running assistant.

A file is a list of turns:

    - visitor: what the visitor writes
      kind: the kind of the first reply
      facts: [ids that are cited, among others]
      only_facts: [ids that are cited, and no others]
      says: [texts that stand in the reply]
      never_says: [regular expressions that match nowhere in it]
"""

import re
from pathlib import Path
from typing import Any, Dict

import pytest
import yaml

from bot.processes import Assistant
from tests.channels.client import Client
from tests.dialogues.test_answers import leads_on

FILES = sorted(Path(__file__).parent.glob("*.yml"))
FIELDS = {"visitor", "kind", "facts", "only_facts", "says", "never_says"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialogue(assistant: Assistant, path: Path) -> None:
    conversation = Client(assistant.port).begin()
    for turn in yaml.safe_load(path.read_text(encoding="utf-8")):
        judge(turn, conversation.say(turn["visitor"]))


def judge(turn: Dict[str, Any], reply: Dict[str, Any]) -> None:
    unknown = set(turn) - FIELDS
    assert not unknown, f"unknown fields {unknown}"
    cited = {fact["id"] for fact in reply["facts"]}
    shown = f"to “{turn['visitor']}”: {reply['kind']} {sorted(cited)} {reply['text']}"
    assert reply["kind"] == turn["kind"], shown
    assert set(turn.get("facts", ())) <= cited, shown
    assert cited == set(turn.get("only_facts", cited)), shown
    for suggestion in reply["suggestions"]:
        assert leads_on(suggestion["text"]), shown
    for text in turn.get("says", ()):
        assert text in reply["text"], shown
    for pattern in turn.get("never_says", ()):
        assert not re.search(pattern, reply["text"], re.IGNORECASE), shown
