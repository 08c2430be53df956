"""Faults under load: two Rasa processes, two action servers, Redis and nginx, of which one after another is taken away.

    python -m benchmarks.soak --minutes 10 --out benchmarks/soak.md

Sixteen visitors at a time hold conversations of tests/dialogues, in which an answer depends on the messages before
it. Each message has a key; a visitor who is asked to wait (503) sends it again, and every tenth message is sent again
though it was answered, as if its answer had been lost. Needs redis-server and nginx, and root for a small disk that
is filled.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import List, Sequence

from benchmarks.cluster import Cluster, ClusterError
from benchmarks.faults import (
    FULL_DISK,
    KILL_ACTIONS,
    KILL_RASA,
    RESTART_REDIS,
    Fault,
    fill,
    is_full,
    kill_actions,
    kill_rasa,
    restart_redis,
    small_disk,
)
from benchmarks.machine import machine
from benchmarks.soaking import VISITORS, Result, Soak, Window
from bot import ROOT
from bot.dialogues import Dialogue, read_dialogues

# Conversations in which "when?" or "and the other two?" is answered rightly only after what was asked before.
DIALOGUES = (
    "asks_when_where_who_why_of_different_topics",
    "returns_after_ten_turns",
    "follows_burke_back_to_myspace",
    "switches_people",
    "returns_to_an_earlier_topic",
    "goes_on_with_pronouns",
    "tells_the_country_two_messages_later",
    "follows_the_tweet_step_by_step",
    "follows_the_money_of_times_up",
    "corrects_the_question",
)


def main() -> None:
    """Run the soak, and write or print how it went; the exit code is 1 if something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
    with ExitStack() as stack:
        place = str(memory) if memory.is_dir() else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="metoo-soak-", dir=place)))
        try:
            logs = stack.enter_context(small_disk(folder / "logs"))
            cluster = stack.enter_context(Cluster(folder, logs))
            cluster.wait_until_ready()
            faults = [
                Fault(KILL_RASA, 0.2, kill_rasa, Cluster.is_ready),
                Fault(KILL_ACTIONS, 0.4, kill_actions, Cluster.is_ready),
                Fault(RESTART_REDIS, 0.6, restart_redis, Cluster.is_ready),
                Fault(FULL_DISK, 0.8, lambda cluster: fill(logs), lambda cluster: is_full(logs) and cluster.is_ready()),
            ]
            dialogues = scripts()
            result = Soak(cluster, dialogues).run(options.minutes * 60, faults)
        except ClusterError as error:
            sys.exit(str(error))
        was_full = is_full(logs)
        result.traces += traces(folder, dialogues)
    told = report(result, options.minutes, was_full)
    if options.out:
        options.out.write_text(told, encoding="utf-8")
    else:
        print(told)
    sys.exit(1 if any(result.faults.values()) else 0)


def scripts() -> List[Dialogue]:
    """The dialogues that visitors hold."""
    return read_dialogues([ROOT / "tests" / "dialogues" / f"{name}.yml" for name in DIALOGUES])


def traces(folder: Path, dialogues: Sequence[Dialogue]) -> List[str]:
    """What visitors wrote that stands in a file below a folder: the longer sentences, which no log has by itself."""
    sentences = {turn.visitor for dialogue in dialogues for turn in dialogue.turns if len(turn.visitor) > 25}
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path.name}: “{text}”" for text in sentences if text.encode() in content]
    return found


def report(result: Result, minutes: float, was_full: bool) -> str:
    """The result as a page."""
    times = sorted(result.times) or [0.0]

    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))]

    kinds = {
        "wrong": "wrong answers",
        "mixed": "answers of another conversation",
        "out_of_order": "out of order",
        "twice": "answered twice",
        "not_erased": "conversations that were not erased",
        "unclear": "answers that were neither right nor a clear 503",
        "unanswered": "not answered within 90 s",
        "traces": "files with a visitor's words",
    }
    lines = [
        "# Faults under load",
        "",
        f"`python -m benchmarks.soak --minutes {minutes:g}`, {date.today()}, {machine()}.",
        f"Two Rasa processes, two action servers, Redis and nginx on one machine, {VISITORS} visitors at a time for",
        f"{result.seconds:.0f} s. Their conversations are those of tests/dialogues in which an answer depends on the",
        "messages before it.",
        "",
        "| | |",
        "|---|---|",
        f"| conversations, from greeting to erasing | {result.conversations} |",
        f"| messages | {result.messages} |",
        f"| requests that were answered, with beginning and erasing | {result.answers} |",
        f"| tries | {result.tries} |",
        f"| clear 503 or 429, all sent again | {result.asked_to_wait} |",
        f"| erasings that had been done when they were sent again (401) | {result.erased_before} |",
        f"| messages sent again although answered | {result.repeated} |",
        (
            "| seconds until a request's answer, waits included: median, 95th and 99th percentile, longest "
            f"| {at(0.5):.2f}, {at(0.95):.2f}, {at(0.99):.2f}, {times[-1]:.2f} |"
        ),
        *(f"| {name} | {len(getattr(result, kind))} |" for kind, name in kinds.items()),
        "",
        (
            "| fault | answered until the next | 503 | last 503, after | longest wait for an answer "
            "| every process well, after |"
        ),
        "|---|---|---|---|---|---|",
        *(_row(window) for window in result.windows),
        "",
        "Times are seconds after the fault. A process that was killed is started again at once, and loads its model",
        (
            "while the other answers everything. The log disk was "
            f"{'full to its last byte' if was_full else 'not full'} until the end."
        ),
    ]
    told = [f"- {kind}: {each}" for kind, list_ in result.faults.items() for each in list_[:10]]
    if told:
        lines += ["", "What went wrong, the first ten of each kind:", "", *told]
    return "\n".join(lines) + "\n"


def _row(window: Window) -> str:
    shown = [f"{each:.1f}" if each is not None else "–" for each in (window.last_wait, window.longest, window.whole)]
    return f"| {window.name} | {window.answered} | {window.waits} | {' | '.join(shown)} |"


if __name__ == "__main__":
    main()
