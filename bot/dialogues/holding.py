"""Holding dialogues with a running assistant, several at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Callable, List, Sequence, TypeVar

from bot.dialogues.judging import Finding, judge
from bot.dialogues.turns import Dialogue, Turn
from bot.reply import Reply
from bot.shell import Conversation, ShellError, TooMany

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Failure:
    """A turn that was not answered as it should be; `reply` is the text of the first reply, empty if none came."""

    turn: Turn
    line: int
    findings: Sequence[Finding]
    reply: str = ""


@dataclass
class Held:
    """How a dialogue went: what came (all replies to all turns), and how long it took in `seconds`.

    It ends at a turn that gets no answer at all.
    """

    dialogue: Dialogue
    failures: List[Failure] = field(default_factory=list)
    replies: List[Reply] = field(default_factory=list)
    turns: int = 0
    seconds: float = 0.0


def hold_all(
    dialogues: Sequence[Dialogue], url: str, jobs: int = 4, on_held: Callable[[Held], None] = lambda held: None
) -> List[Held]:
    """Hold each dialogue in a conversation of its own.

    Args:
        dialogues: what to hold.
        url: the web channel's address, such as http://127.0.0.1:5005/chat.
        jobs: how many are held at a time.
        on_held: told of each as it ends.

    Returns:
        How each went, in the order of the dialogues.
    """
    return side_by_side(lambda dialogue: hold(dialogue, url), dialogues, jobs, on_held)


def side_by_side(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int = 4,
    on_done: Callable[[Result], None] = lambda result: None,
) -> List[Result]:
    """What `work` returns for each item, in their order; so many `jobs` at a time, and `on_done` is told of each."""

    def done(item: Item) -> Result:
        result = work(item)
        on_done(result)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(done, items))


def hold(dialogue: Dialogue, url: str) -> Held:
    """Hold one dialogue."""
    held = Held(dialogue)
    started = time.monotonic()
    try:
        conversation = patiently(lambda: Conversation(url))
        for turn, line in zip(dialogue.turns, dialogue.lines, strict=True):
            replies = patiently(partial(conversation.send, turn.visitor))
            held.turns += 1
            held.replies += replies
            findings = judge(turn, replies)
            if findings:
                held.failures.append(Failure(turn, line, findings, replies[0].text))
        conversation.end()
    except ShellError as error:
        at = min(held.turns, len(dialogue.turns) - 1)
        unanswered = [Finding("visitor", "an answer", str(error))]
        held.failures.append(Failure(dialogue.turns[at], dialogue.lines[at], unanswered))
    held.seconds = time.monotonic() - started
    return held


def patiently(call: Callable[[], Result]) -> Result:
    """Call, and again after as long as the server asks to wait: all conversations come from one address."""
    while True:
        try:
            return call()
        except TooMany as error:
            time.sleep(error.seconds)
