"""How many of our own 220 questions, which no training example was made from, are answered rightly."""

import json
from pathlib import Path
from typing import Any, Dict, List

from bot.processes import Assistant
from tests.channels.client import Client

QUESTIONS = Path(__file__).parents[1] / "questions.jsonl"
# Measured: 0.880 of the answerable ones and 0.782 of the refusals (2026-11-23). Less than this is a step back.
ANSWERED = 0.85
REFUSED = 0.75


def test_questions_that_were_never_trained_on(assistant: Assistant) -> None:
    items = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    right: Dict[str, List[bool]] = {"answer": [], "refusal": [], "chat": []}
    for start in range(0, len(items), 35):
        conversation = Client(assistant.port).begin()
        for item in items[start : start + 35]:
            right[item["kind"][0]].append(is_right(item, conversation.say(item["turns"][0])))
    shares = {kind: sum(judged) / len(judged) for kind, judged in right.items()}
    assert shares["answer"] >= ANSWERED and shares["refusal"] >= REFUSED and shares["chat"] >= 0.8, shares


def is_right(item: Dict[str, Any], reply: Dict[str, Any]) -> bool:
    cited = {fact["id"] for fact in reply["facts"]}
    some = set(item.get("facts_any", ()))
    return (
        reply["kind"] in item["kind"]
        and not set(item.get("facts_none", ())) & cited
        and (
            reply["kind"] != "answer" or (set(item.get("facts_all", ())) <= cited and (not some or bool(some & cited)))
        )
    )
