"""What a turn is counted as."""

from datetime import date
from typing import Any, Dict, Optional

import pytest

from bot.reply import Reply
from bot.usage.counting import Counted, Turn, monday
from tests.usage.turns import GUARD, harm, parsed, reply

WEDNESDAY = date(2026, 11, 25)
MONDAY = "2026-11-23"


def counted(understood: Dict[str, Any], *replies: Reply) -> Counted:
    return Turn("web", understood, replies).counted(WEDNESDAY)[0]


def test_an_answer_is_counted_under_its_topic() -> None:
    row = counted(parsed("ask_origin"), reply("answer", facts=["burke-first-used-phrase"]))
    assert row == Counted("2026-11-25", "web", "origin", "answer", "")


def test_a_follow_up_is_counted_under_the_topic_of_what_it_was_told() -> None:
    assert counted(parsed("ask_when"), reply("answer", facts=["momentum-2017"])).topic == "popularisation"


def test_an_answer_from_elsewhere_says_so() -> None:
    row = counted(parsed("not_in_documents"), reply("answer", facts=["x-law"], url="https://example.org"))
    assert (row.kind, row.gate, row.topic) == ("answer", "elsewhere", "none")


@pytest.mark.parametrize(
    ("intent", "kind", "gate"),
    [
        ("nlu_fallback", "refusal", "near"),
        ("out_of_scope", "refusal", "inside"),
        ("not_in_documents", "refusal", "silence"),
        ("criticism", "refusal", "silence"),
        ("ambiguous", "clarify", "ahead"),
        ("ask_who_is", "refusal", "person"),
        ("ask_region", "refusal", "place"),
        ("ask_achievements", "refusal", "place"),
        ("other_language", "refusal", "language"),
        ("ask_more", "clarify", "context"),
        ("hostile", "boundary", "boundary"),
        ("thank", "chat", ""),
    ],
)
def test_the_gate_that_refused(intent: str, kind: str, gate: str) -> None:
    assert counted(parsed(intent), reply(kind)).gate == gate


def test_a_failure_is_no_silence_of_the_document() -> None:
    assert counted(parsed("ask_origin"), Reply.worded("trouble")).gate == "trouble"


@pytest.mark.parametrize(("score", "topic"), [(0.3, "times-up"), (0.1, "none")])
def test_what_the_document_does_not_say_is_counted_near_the_likeliest_topic(score: float, topic: str) -> None:
    ranking = [{"name": "not_in_documents", "confidence": 0.7}, {"name": "ask_times_up", "confidence": score}]
    assert counted(parsed("not_in_documents", intent_ranking=ranking), reply("refusal")).topic == topic


def test_of_two_readings_the_first_counts() -> None:
    readings = [{"intent": "ask_goals", "facts": []}, {"intent": "ask_achievements", "facts": []}]
    assert counted(parsed("ambiguous", readings=readings), reply("clarify")).topic == "goals"


def test_support_is_counted_by_the_week_and_without_what_it_was_about() -> None:
    kinds = ("danger", "self_harm", "disclosure", "disclosure_of_minor", "ask_support_line")
    rows = {counted(harm(kind=kind), reply("support"), reply("answer", facts=["burke-who"])) for kind in kinds}
    assert rows == {Counted(MONDAY, "web", "support", "support", "")}


@pytest.mark.parametrize("intent", ["ask_legal", "ask_medical"])
def test_who_asks_what_is_near_to_it_is_counted_by_the_week_too(intent: str) -> None:
    assert counted(parsed(intent), reply("boundary")).day == MONDAY


def test_small_talk_is_not_told_apart() -> None:
    rows = {counted(parsed(intent), reply("chat")) for intent in ("thank", "leave_quickly", "delete_chat")}
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("value", "pattern", "kind", "gate"),
    [
        (0.81, None, "disclosure", "barely"),
        (0.89, None, "disclosure", "barely"),
        (0.91, None, "disclosure", ""),
        (0.1, "disclosure", "disclosure", ""),
        (0.1, None, "tell_country", ""),
    ],
)
def test_support_on_a_probability_barely_over_the_limit(
    value: float, pattern: Optional[str], kind: str, gate: str
) -> None:
    assert GUARD["limit"] == 0.8
    assert counted(harm(value, pattern, kind), reply("support")).gate == gate


def test_that_is_not_what_i_meant() -> None:
    assert Turn("web", parsed("wrong_answer")).says_it_was_wrong
    # "I didn't ask about the tweet, I asked who began": taken for the question
    assert Turn("web", parsed("ask_origin", questions=[{"intent": "ask_origin"}])).says_it_was_wrong
    assert not Turn("web", parsed("ask_origin")).says_it_was_wrong
    assert not Turn("web", {**harm(), "questions": [{"intent": "ask_origin"}]}).says_it_was_wrong


def test_weeks_begin_on_monday() -> None:
    assert [str(monday(date(2026, 11, day))) for day in (22, 23, 29)] == ["2026-11-16", MONDAY, MONDAY]
