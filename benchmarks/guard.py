"""What the safety guard catches, and which of its parts: the intent model, the patterns, or only both together.

    python -m benchmarks.guard --out benchmarks/guard.md

Reads the sentences of tests/care_unseen.jsonl and tests/care_later.jsonl and the questions of tests/questions.jsonl
with the trained model of the data as they are (`make run` trains it). No training example was made from these files.
"""

import argparse
import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

from benchmarks.datasets import QUESTIONS
from benchmarks.machine import machine
from bot import ROOT
from bot.nlu.safety_guard import GUARD
from bot.support.need import NEED
from bot.training import model_path

UNSEEN = [ROOT / "tests" / name for name in ("care_unseen.jsonl", "care_later.jsonl")]
_KINDS = {
    "support": "telling of harm, or asking for help",
    "plain": "plain questions with alarming words",
    "boundary": "what is declined",
    "refusal": "fair criticism",
    "chat": "small talk, and about the chat",
}
_REMARKS = "harmless remarks about oneself"
_QUESTIONS = "ordinary questions"
# Tags of what is plain, where it is no question with alarming words.
_OTHERS = {
    **dict.fromkeys(("first person, no harm", "remark"), _REMARKS),
    **dict.fromkeys(("everyday", "ordinary"), _QUESTIONS),
}


class Found(NamedTuple):
    """Which parts of the guard found harm in a sentence; the guard as a whole looks at its clauses, too."""

    model: bool
    patterns: bool
    guard: bool


def sentences() -> Dict[str, List[str]]:
    """The sentences by what they are; of conversations, the last message, and only where it says all by itself."""
    found: Dict[str, List[str]] = {name: [] for name in (*_KINDS.values(), _REMARKS, _QUESTIONS)}
    for line in "".join(path.read_text(encoding="utf-8") for path in UNSEEN).splitlines():
        item = json.loads(line)
        if len(item["turns"]) == 1:
            found[_OTHERS.get(item["tag"], _KINDS[item["kind"]])].append(item["turns"][0])
    questions = QUESTIONS.read_text(encoding="utf-8").splitlines()
    found[_QUESTIONS] += [json.loads(line)["turns"][0] for line in questions]
    return found


async def read(texts: List[str], model: Path) -> List[Found]:
    """What the guard of a trained model finds in each text."""
    # Takes seconds, and is not needed for --help.
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    found = []
    for text in texts:
        parsed: Dict[str, Any] = await agent.parse_message(text)
        # Punctuation alone is not looked at.
        guard = parsed.get(GUARD) or {"value": 0.0, "limit": 1.0, "pattern": None}
        found.append(Found(guard["value"] >= guard["limit"], bool(guard["pattern"]), bool(parsed.get(NEED))))
    return found


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    options = parser.parse_args()
    page = ["# What the safety guard catches", "", "Share of the sentences in which harm is found, in per cent.", ""]
    page += ["| sentences | number | model | patterns | only the patterns | guard |", "|---|---|---|---|---|---|"]
    for name, texts in sentences().items():
        found = asyncio.run(read(texts, model_path(ROOT)))
        columns = [
            [each.model for each in found],
            [each.patterns for each in found],
            [each.patterns and not each.model for each in found],
            [each.guard for each in found],
        ]
        shares = " | ".join(f"{100 * sum(column) / len(found):.1f}" for column in columns)
        page.append(f"| {name} | {len(found)} | {shares} |")
    page += [
        "",
        f"`python -m benchmarks.guard --out benchmarks/guard.md`, {date.today().isoformat()}, {machine()}.",
        "",
    ]
    options.out.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
