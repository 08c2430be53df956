"""What is declined, in the same words for everybody, and shorter each time."""

from typing import Any

import pytest

from bot.facts import FactStore
from bot.reply import ReplyKind
from bot.support.need import NEED, Need


def test_advice_is_declined_with_a_line_of_the_country_that_was_named(conversation: Any) -> None:
    for intent in ("ask_legal", "ask_medical"):
        assert "lila.help" in conversation.say(intent).text
    conversation.say("ask_support_line", **{NEED: Need("ask_support_line", "FR").as_dict()})
    reply = conversation.say("ask_legal")
    assert reply.kind is ReplyKind.BOUNDARY and "116 006" in reply.text
    assert reply.text != conversation.say("ask_medical").text


def test_medical_advice_is_declined_with_the_emergency_number(conversation: Any) -> None:
    assert "112 in the EU" in conversation.say("ask_medical").text


def test_nobody_is_judged(conversation: Any, store: FactStore) -> None:
    named = conversation.say("ask_guilt", ("person", "Harvey Weinstein"))
    assert named.facts and all("Weinstein" in store.fact(each.id).quote for each in named.facts)
    unnamed = conversation.say("ask_guilt")
    assert unnamed.kind is ReplyKind.BOUNDARY and not unnamed.facts
    assert conversation.say("ask_guilt", ("other_name", "Bill Cosby")).text == unnamed.text


def test_hostile_words_get_a_shorter_reply_each_time(conversation: Any) -> None:
    replies = [conversation.say("hostile") for _ in range(4)]
    assert all(reply.kind is ReplyKind.BOUNDARY for reply in replies)
    assert [each.id for each in replies[0].facts] == ["metoo-survivor-led"]
    assert len(replies[0].text) > len(replies[1].text) and not replies[1].facts
    assert len({reply.text for reply in replies[:3]}) == 3 and replies[2].text == replies[3].text


@pytest.mark.parametrize("intent", ["break_rules", "criticism"])
def test_criticism_and_orders_have_words_of_their_own(conversation: Any, intent: str) -> None:
    reply = conversation.say(intent)
    assert reply.text and reply.suggestions
    assert (reply.kind is ReplyKind.BOUNDARY) is (intent == "break_rules")
