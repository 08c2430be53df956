"""Wordings: held until the conversation is over, and none of one that tells of harm at any time."""

from datetime import date
from typing import Any, Dict

import pytest

from bot.usage.counting import Turn
from bot.usage.table import Wording
from bot.usage.wordings import HeldWordings
from tests.clock import Clock
from tests.usage.turns import GUARD, harm, parsed, reply

DAY = date(2026, 11, 25)
SILENT = Wording("2026-11-23", "silence", "masked: what does it cost")


class Capitals:
    """A mask that can be recognised."""

    def mask(self, text: str) -> str:
        return f"masked: {text}"


@pytest.fixture
def held(clock: Clock) -> HeldWordings:
    return HeldWordings(Capitals(), idle_seconds=120, max_conversations=3, timer=clock)


def say(held: HeldWordings, text: str, understood: Dict[str, Any], kind: str, conversation_id: str = "one") -> None:
    turn = Turn("web", understood, [reply(kind)])
    held.take(conversation_id, turn, turn.counted(DAY)[0], text, DAY)


def refused(held: HeldWordings, conversation_id: str = "one", text: str = "what does it cost") -> None:
    say(held, text, parsed("not_in_documents"), "refusal", conversation_id)


def test_a_refused_wording_is_kept_when_the_conversation_is_over(held: HeldWordings, clock: Clock) -> None:
    refused(held)
    assert held.take_over() == {}
    clock.now += 100
    refused(held, "two")
    say(held, "thanks", parsed("thank"), "chat")  # the conversation goes on
    clock.now += 120
    assert held.take_over() == {}
    clock.now += 5
    assert held.take_over() == {SILENT: 2}
    assert held.take_over() == {}


@pytest.mark.parametrize(("intent", "kind"), [("ask_origin", "answer"), ("thank", "chat"), ("hostile", "boundary")])
def test_other_messages_are_not_kept(held: HeldWordings, clock: Clock, intent: str, kind: str) -> None:
    say(held, "something", parsed(intent), kind)
    clock.now += 1_000
    assert held.take_over() == {}


DELICATE = {
    "a disclosure": (harm(), "support"),
    "feedback on a line": (parsed("feedback_on_support"), "support"),
    "legal advice": (parsed("ask_legal"), "boundary"),
    "a therapist": (parsed("ask_therapist"), "chat"),
    "a quick way out": (parsed("leave_quickly"), "chat"),
    "what the guard nearly took for harm": (parsed("not_in_documents", guard={**GUARD, "value": 0.3}), "refusal"),
}


@pytest.mark.parametrize("name", DELICATE)
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_kept_of_a_conversation_that_comes_near_to_harm(
    held: HeldWordings, clock: Clock, name: str, when: str
) -> None:
    understood, kind = DELICATE[name]
    if when == "after":
        refused(held)
        clock.now += 100
    say(held, "my words", understood, kind)
    for _ in range(3):
        clock.now += 100
        refused(held)
    refused(held, "two")
    clock.now += 1_000
    assert held.take_over() == {SILENT: 1}


def test_nothing_is_kept_of_an_erased_conversation(held: HeldWordings, clock: Clock) -> None:
    refused(held)
    held.forget("one")
    held.forget("unknown")
    clock.now += 1_000
    assert held.take_over() == {}


def test_the_longest_idle_conversation_is_dropped_where_there_are_too_many(held: HeldWordings, clock: Clock) -> None:
    for number in range(5):
        refused(held, str(number), f"question {number}")
    clock.now += 1_000
    assert sorted(each.wording for each in held.take_over()) == [
        "masked: question 2",
        "masked: question 3",
        "masked: question 4",
    ]
