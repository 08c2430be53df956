"""Each turn is counted once, whatever channel it came by, and nothing fails."""

from datetime import date
from typing import Dict, Iterator

import pytest

from bot.usage import Counted, Usage
from bot.usage.counting import Numbers
from bot.usage.table import UsageTable
from bot.usage.watching import READ_FOR_HARM
from tests.clock import Clock
from tests.usage.turns import harm, parsed, reply, saved, tracker, utter

ANSWER = reply("answer", facts=["burke-first-used-phrase"])
ORIGIN = Counted("2026-11-25", "web", "origin", "answer", "")
SUPPORT = Counted("2026-11-23", "web", "support", "support", "")


@pytest.fixture
def usage(table: UsageTable, clock: Clock) -> Iterator[Usage]:
    usage = Usage(table, idle_seconds=60, timer=clock, today=lambda: date(2026, 11, 25))
    yield usage
    usage.close()


def written(usage: Usage, table: UsageTable) -> Dict[Counted, Numbers]:
    usage.close()
    return table.counts("2000-01-01")


def test_turns_are_counted_in_every_channel(usage: Usage, table: UsageTable) -> None:
    for number, channel in enumerate(("web", "web", "matrix", "cmdline")):
        usage.take(saved("Who?", parsed("ask_origin"), ANSWER, conversation_id=str(number), channel=channel))
    counts = written(usage, table)
    assert {(row.channel, numbers.asked) for row, numbers in counts.items()} == {
        ("web", 2),
        ("matrix", 1),
        ("cmdline", 1),
    }


def test_a_turn_that_is_saved_twice_is_counted_once(usage: Usage, table: UsageTable) -> None:
    conversation = saved("Who?", parsed("ask_origin"), ANSWER)
    usage.take(conversation)
    usage.take(conversation)
    utter(conversation, "Who?", parsed("ask_origin"), [ANSWER])
    usage.take(conversation)
    assert written(usage, table) == {ORIGIN: Numbers(asked=2)}


def test_a_greeting_or_an_empty_conversation_is_no_question(usage: Usage, table: UsageTable) -> None:
    usage.take(tracker())
    usage.take(saved("/greet", parsed("greet"), reply("chat")))
    usage.take(saved("", parsed("ask_origin"), ANSWER))
    assert written(usage, table) == {}


def test_a_message_without_a_reply_will_be_sent_again(usage: Usage, table: UsageTable) -> None:
    conversation = saved("Who?", parsed("ask_origin"), message_id="its-own-key")
    usage.take(conversation)
    utter(conversation, "Who?", parsed("ask_origin"), [ANSWER], message_id="its-own-key")
    usage.take(conversation)
    assert written(usage, table) == {ORIGIN: Numbers(asked=1)}


def test_support_with_an_answer_is_support(usage: Usage, table: UsageTable) -> None:
    usage.take(saved("It happened to me. Who?", harm(), reply("support"), ANSWER))
    assert written(usage, table) == {SUPPORT: Numbers(asked=1)}


def test_what_is_read_for_harm_alone_counts_only_as_support(usage: Usage, table: UsageTable) -> None:
    usage.take(saved("long", parsed("ask_origin"), ANSWER, metadata={READ_FOR_HARM: True}))
    usage.take(saved("long", harm(), reply("support"), conversation_id="two", metadata={READ_FOR_HARM: True}))
    assert written(usage, table) == {SUPPORT: Numbers(asked=1)}


def test_thumbs_go_to_the_reply_that_they_are_about(usage: Usage, table: UsageTable) -> None:
    usage.take(saved("It happened to me. Who?", harm(), reply("support"), ANSWER))
    support, answer = usage.counted("one")
    assert support == SUPPORT and (answer.kind, answer.topic) == ("answer", "origin")
    usage.thumb(support, False)
    usage.thumb(answer, True)
    assert written(usage, table) == {SUPPORT: Numbers(asked=1, thumbs_down=1), ORIGIN: Numbers(thumbs_up=1)}


def test_that_is_not_what_i_meant_counts_against_the_reply_before(usage: Usage, table: UsageTable) -> None:
    conversation = saved("Who?", parsed("ask_origin"), ANSWER)
    usage.take(conversation)
    utter(conversation, "That's not what I meant", parsed("wrong_answer"), [reply("clarify")])
    usage.take(conversation)
    assert written(usage, table)[ORIGIN] == Numbers(asked=1, disputed=1)


@pytest.mark.parametrize("intent", ["wrong_answer", "feedback_on_support"])
def test_support_that_was_not_wanted(usage: Usage, table: UsageTable, intent: str) -> None:
    conversation = saved("It happened to me", harm(), reply("support"))
    usage.take(conversation)
    utter(conversation, "No", parsed(intent), [reply("clarify")])
    usage.take(conversation)
    assert written(usage, table)[SUPPORT] == Numbers(asked=1, disputed=1)


def test_feedback_on_a_line_says_nothing_of_an_answer(usage: Usage, table: UsageTable) -> None:
    conversation = saved("Who?", parsed("ask_origin"), ANSWER)
    usage.take(conversation)
    utter(conversation, "Is the line free?", parsed("feedback_on_support"), [reply("support")])
    usage.take(conversation)
    assert written(usage, table)[ORIGIN] == Numbers(asked=1)


def test_nothing_of_an_erased_or_ended_conversation_is_remembered(usage: Usage, clock: Clock) -> None:
    usage.take(saved("Who?", parsed("ask_origin"), ANSWER))
    usage.take(saved("Who?", parsed("ask_origin"), ANSWER, conversation_id="two"))
    usage.forget("one")
    usage.forget("unknown")
    assert usage.counted("one") == [] and usage.counted("two") == [ORIGIN]
    clock.now += 61
    assert usage.counted("two") == []


def test_what_can_not_be_counted_breaks_no_answer(
    usage: Usage, table: UsageTable, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = saved("a secret word", parsed("ask_origin"), ANSWER)
    conversation.events[-2].metadata["kind"] = "no kind"
    usage.take(conversation)
    (record,) = caplog.records
    assert "A turn was not counted: ValueError at" in record.message and "secret" not in record.message
    assert written(usage, table) == {}


def test_off_means_that_nothing_is_counted() -> None:
    usage = Usage()
    usage.take(saved("Who?", parsed("ask_origin"), ANSWER))
    usage.thumb(ORIGIN, True)
    usage.forget("one")
    usage.close()
    assert usage.counted("one") == []
