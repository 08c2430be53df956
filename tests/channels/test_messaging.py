"""What all messaging channels share: who is asking, how much, in what order, and what a number means."""

import asyncio
import os
import re
import stat
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.exceptions import RasaException

from bot.channels.incoming import MAX_TEXT, MESSAGES_PER_MINUTE
from bot.channels.messaging import Messaging, sender_key, write_private
from bot.reply import Reply, ReplyKind, Suggestion
from tests.clock import Clock

KEY = b"k" * 32
SUGGESTIONS = (Suggestion("Who started it?", "Who started MeToo?"), Suggestion("Where?", "Where did it begin?"))


class Rasa:
    """Answers each message with its own text, and takes the longer the shorter the text is."""

    def __init__(self, *replies: Reply) -> None:
        self.messages: List[UserMessage] = []
        self.replies = replies
        self.running: Dict[str, int] = {}

    async def __call__(self, message: UserMessage) -> None:
        self.messages.append(message)
        self.running[message.sender_id] = self.running.get(message.sender_id, 0) + 1
        assert self.running[message.sender_id] == 1
        await asyncio.sleep(0.02 / (1 + len(message.text)))
        self.running[message.sender_id] -= 1
        for reply in self.replies or (Reply(ReplyKind.ANSWER, f"on {message.text}", suggestions=SUGGESTIONS),):
            await message.output_channel.send_response(message.sender_id, reply.as_message())

    @property
    def texts(self) -> List[str]:
        return [message.text for message in self.messages]


def messaging(rasa: Optional[Callable[..., Any]] = None, **more: Any) -> Messaging:
    return Messaging("matrix", rasa or Rasa(), key=KEY, **more)


def test_nothing_can_be_read_from_a_sender_id() -> None:
    one = messaging()
    sender_id = one.sender_id("!room:example.org", "@ann:example.org")
    assert re.fullmatch(r"matrix-[0-9a-f]{64}", sender_id)
    assert sender_id == messaging().sender_id("!room:example.org", "@ann:example.org")
    others = {
        one.sender_id("!room:example.org", "@bob:example.org"),
        one.sender_id("!room:example.org@ann:example.org"),
        one.sender_id("!room:example.org@", "ann:example.org"),
        Messaging("telegram", Rasa(), key=KEY).sender_id("!room:example.org", "@ann:example.org"),
        Messaging("matrix", Rasa(), key=b"other" * 8).sender_id("!room:example.org", "@ann:example.org"),
    }
    assert len(others) == 5 and sender_id not in others


def test_a_message_is_new_once() -> None:
    clock = Clock()
    one = messaging(timer=clock)
    assert [one.is_new(each) for each in ("a", "b", "a", 1, 1)] == [True, True, False, True, False]
    clock.now += 86_401
    assert one.is_new("a")


@pytest.mark.asyncio
async def test_all_replies_to_a_message_are_one_answer() -> None:
    first, second = Reply(ReplyKind.SUPPORT, "first"), Reply(ReplyKind.ANSWER, "second")
    assert await messaging(Rasa(first, second)).answer("a", "hello") == [first, second]


@pytest.mark.asyncio
async def test_messages_of_one_sender_are_answered_in_order_and_those_of_several_at_once() -> None:
    rasa = Rasa()
    one = messaging(rasa)
    texts = ["a", "a message", "ab", "a longer message"]
    answers = await asyncio.gather(*(one.answer(sender, text) for text in texts for sender in ("x", "y")))
    assert [answer[0].text for answer in answers[::2]] == [f"on {text}" for text in texts]
    assert [message.text for message in rasa.messages if message.sender_id == "x"] == texts
    assert rasa.texts[:2] == ["a", "a"]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["/restart", '/ask_region{"region": "France"}'])
async def test_what_looks_like_a_command_is_text(text: str) -> None:
    rasa = Rasa()
    await messaging(rasa).answer("a", text)
    assert not rasa.texts[0].startswith("/") and rasa.texts[0].endswith(text)


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["2", " 2. ", "[2]", "(2)", "#2", "2)", "Where?", "where", "WHERE ?!"])
async def test_a_number_or_the_words_of_a_suggestion_ask_it(text: str) -> None:
    rasa = Rasa()
    one = messaging(rasa)
    await one.answer("a", "hello")
    await one.answer("a", text)
    assert rasa.texts[-1] == "Where did it begin?"


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["0", "3", "2017", "2 things", "-", "?"])
async def test_any_other_number_is_text(text: str) -> None:
    rasa = Rasa()
    one = messaging(rasa)
    await one.answer("a", "hello")
    await one.answer("a", text)
    assert rasa.texts[-1] == text


@pytest.mark.asyncio
async def test_a_number_goes_by_the_latest_answer_of_the_same_sender_and_expires() -> None:
    rasa, clock = Rasa(), Clock()
    one = messaging(rasa, timer=clock)
    await one.answer("a", "hello")
    await one.answer("b", "1")
    assert rasa.texts[-1] == "1"
    one.offer("a", [Reply(ReplyKind.CHAT, "x", suggestions=(Suggestion("New", "something new"),))])
    assert one.meant("a", "1") == "something new" and one.meant("a", "2") == "2"
    clock.now += 1_801
    assert one.meant("a", "1") == "1"
    one.offer("a", [Reply(ReplyKind.CHAT, "without suggestions")])
    assert one.meant("a", "1") == "1"


@pytest.mark.asyncio
async def test_what_two_replies_suggest_alike_has_one_number() -> None:
    one = messaging()
    replies = [
        Reply(ReplyKind.CHAT, "x", suggestions=SUGGESTIONS[:1]),
        Reply(ReplyKind.CHAT, "y", suggestions=SUGGESTIONS),
    ]
    one.offer("a", replies)
    assert [one.meant("a", number) for number in "123"] == ["Who started MeToo?", "Where did it begin?", "3"]


@pytest.mark.asyncio
async def test_who_is_too_fast_is_told_once_and_others_are_not_held_up() -> None:
    rasa = Rasa()
    one = messaging(rasa, messages_per_minute=3)
    answers = [await one.answer("a", f"message {number}") for number in range(6)]
    assert [len(answer) for answer in answers] == [1, 1, 1, 1, 0, 0]
    assert answers[3] == [Reply.worded("too_fast")] and len(rasa.texts) == 3
    assert (await one.answer("b", "hello"))[0].text == "on hello"
    assert MESSAGES_PER_MINUTE == 40


@pytest.mark.asyncio
async def test_what_is_too_long_is_not_answered_and_a_support_line_is_offered() -> None:
    rasa = Rasa()
    one = messaging(rasa)
    assert (await one.answer("a", "x" * MAX_TEXT))[0].text.startswith("on x")
    (reply,) = await one.answer("a", "x" * (MAX_TEXT + 1))
    assert reply == Reply.worded("too_long", longest=str(MAX_TEXT))
    await one.answer("a", "1")
    assert "helpline" in rasa.texts[-1]


@pytest.mark.asyncio
@pytest.mark.parametrize("place", [0, 600])
async def test_harm_is_found_in_what_is_too_long(place: int) -> None:
    support = Reply(ReplyKind.SUPPORT, "I believe you.")

    async def rasa(message: UserMessage) -> None:
        assert len(message.text) <= MAX_TEXT
        reply = support if "HARM" in message.text else Reply(ReplyKind.ANSWER, "something")
        await message.output_channel.send_response(message.sender_id, reply.as_message())

    assert await messaging(rasa).answer("a", "x" * place + "HARM" + "x" * (700 - place)) == [support]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "  \n "])
async def test_nothing_is_answered_to_nothing(text: str) -> None:
    assert await messaging().answer("a", text) == []


@pytest.mark.asyncio
async def test_half_a_character_does_no_harm() -> None:
    rasa = Rasa()
    assert len(await messaging(rasa).answer("a", "who \ud800 is it")) == 1
    rasa.texts[0].encode("utf-8")


@pytest.mark.asyncio
async def test_pictures_are_answered_once_until_there_is_text() -> None:
    one = messaging()
    answers = [await one.answer_unreadable("a") for _ in range(3)]
    assert answers == [[Reply.worded("text_only")], [], []]
    await one.answer("a", "hello")
    assert len(await one.answer_unreadable("a")) == 1


@pytest.mark.asyncio
async def test_what_goes_wrong_is_a_reply_and_nothing_of_the_message_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(message: UserMessage) -> None:
        raise ValueError(message.text)

    async def silent(message: UserMessage) -> None:
        pass

    for rasa in (broken, silent):
        assert await messaging(rasa).answer("a", "quollvexillum") == [Reply.worded("trouble")]
    assert "ValueError" in caplog.text and "quollvexillum" not in caplog.text


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    environment = {"METOO_STATE": str(tmp_path / "state")}
    key = sender_key(environment)
    assert len(key) == 64 and sender_key(environment) == key
    path = tmp_path / "state" / "sender-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert sender_key({"METOO_STATE": str(tmp_path / "other")}) != key
    assert sender_key({**environment, "METOO_SENDER_KEY": "x" * 32}) == b"x" * 32


def test_a_key_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(RasaException, match="METOO_SENDER_KEY must have 32 characters or more"):
        sender_key({"METOO_SENDER_KEY": "short"})
    (tmp_path / "file").write_text("")
    with pytest.raises(RasaException, match="name another folder with METOO_STATE"):
        sender_key({"METOO_STATE": str(tmp_path / "file")})
    (tmp_path / "sender-key").write_text("half")
    with pytest.raises(RasaException, match="is damaged: delete it"):
        sender_key({"METOO_STATE": str(tmp_path)})


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "file"
    write_private(path, b"first")
    write_private(path, b"second", replace=False)
    assert path.read_bytes() == b"first"

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, b"third")
    assert path.read_bytes() == b"first" and list(path.parent.iterdir()) == [path]


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(RasaException, match="messages_per_minute of matrix must be 1 or more"):
        messaging(messages_per_minute=0)
