"""How answers look in Telegram and Slack, where they are longer or odder than any that the store gives today."""

import asyncio
import re
from typing import List

import pytest

from bot.channels.rendering import for_slack, for_telegram
from bot.channels.slack import SlackChannel
from bot.reply import Citation, Link, Reply, ReplyKind, Suggestion
from tests.channels import slack_server, telegram_server
from tests.channels.slack_server import SlackServer

FACT = Citation("f", "A & B < C", "metoo.txt", 3)
PAGE = Citation(
    "p", "quoted", "A & B", 0, "background", "https://example.org/?a=1&b=2", "A & B", "2026-11-23", as_of="2026-11-20"
)
LINKS = (Link("Childline: 0800 1111", "tel:08001111"), Link("lila.help", "https://lila.help"))


def words(text: str) -> List[str]:
    return text.split()


def telegram(*replies: Reply) -> List[telegram_server.Shown]:
    return [telegram_server.shown({"text": part.markup, "parse_mode": "HTML"}) for part in for_telegram(replies)]


@pytest.mark.parametrize("text", ["a <b>& c", "🤔 “quoted” > x", "x < y & z; &amp; </b>"])
def test_what_looks_like_markup_is_text(text: str) -> None:
    reply = Reply(ReplyKind.ANSWER, text, (FACT, PAGE), links=LINKS)
    (message,) = telegram(reply)
    assert text in message.text and "“A & B < C”\n— metoo.txt, line 3" in message.text
    assert message.links == ["https://example.org/?a=1&b=2", "https://lila.help"]
    sections = for_slack([reply])
    assert slack_server.shown(sections[0]) == text
    assert slack_server.shown(sections[1]) == "“A & B < C”\n— metoo.txt, line 3"
    assert "<https://example.org/?a=1&amp;b=2|" in sections[2]
    assert sections[3] == "<tel:08001111|Childline: 0800 1111>\n<https://lila.help|lila.help>"


def test_what_is_shown_is_what_the_markup_says() -> None:
    reply = Reply(ReplyKind.ANSWER, "a & b\n\n<c>", (FACT, PAGE), links=LINKS)
    (part,) = for_telegram([reply], "A <question>")
    assert telegram_server.shown({"text": part.markup, "parse_mode": "HTML"}).text == part.shown
    assert part.shown.startswith("A <question>\n\na & b\n\n<c>\n\n“A & B < C”")


def test_a_number_that_the_text_has_is_not_repeated_in_telegram() -> None:
    (message,) = telegram(Reply(ReplyKind.SUPPORT, "• Childline: 0800 1111: free", links=LINKS))
    assert message.text.count("0800 1111") == 1


def test_a_long_answer_is_cut_at_the_end_of_paragraphs() -> None:
    paragraphs = [f"{number} " + "word & " * 200 for number in range(8)]
    messages = telegram(Reply(ReplyKind.ANSWER, "\n\n".join(paragraphs)))
    assert len(messages) == 4  # two paragraphs each: with a third it were more than 4,096 characters
    assert words(" ".join(message.text for message in messages)) == words(" ".join(paragraphs))
    assert [re.match(r"\d", message.text)[0] for message in messages] == ["0", "2", "4", "6"]


@pytest.mark.parametrize("unit", ["A sentence of some words. ", "🤔🤔 & <x> ", "word\n", "&"])
def test_a_paragraph_that_is_too_long_is_cut_and_complete(unit: str) -> None:
    text = unit * (12_000 // len(unit))
    reply = Reply(ReplyKind.ANSWER, text)
    sections = for_slack([reply])
    assert max(len(section) for section in sections) <= 3000
    for shown in (
        [message.text for message in telegram(reply)],
        [slack_server.shown(section) for section in sections],
    ):
        assert len(shown) < 30
        assert "".join(words("".join(shown))) == "".join(words(text))


def test_slack_gets_five_buttons_and_many_sections_in_messages_of_fifty_blocks() -> None:
    suggestions = tuple(Suggestion(f"{number} " + "title " * 20, f"question {number}") for number in range(7))
    reply = Reply(ReplyKind.ANSWER, "\n\n".join(["paragraph"] * 120), suggestions=suggestions)

    async def post(server: SlackServer) -> None:
        channel = SlackChannel(slack_server.TOKEN, slack_server.SECRET, server.url)
        await channel.get_output_channel("D00000001").post([reply, reply])

    with SlackServer() as server:
        asyncio.run(post(server))
        assert server.faults == []
        posted = server.posted("D00000001")
    assert sum(len(slack_server.text_of(fields).split()) for fields in posted) == 240
    assert [len(slack_server.buttons_of(fields)) for fields in posted] == [0] * (len(posted) - 1) + [5]


def test_what_rasa_posts_by_itself_goes_without_as_user() -> None:
    async def post(server: SlackServer) -> None:
        output = SlackChannel(slack_server.TOKEN, slack_server.SECRET, server.url).get_output_channel("D00000001")
        await output.send_text_message("someone", "a text")
        await output.send_custom_json("someone", {"text": "another"})

    with SlackServer() as server:
        asyncio.run(post(server))
        assert server.faults == []
        assert [fields["text"] for fields in server.posted("D00000001")] == ["a text", "another"]
