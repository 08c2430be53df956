"""The Telegram channel of the running assistant, against a server that stands in for Telegram's."""

import asyncio
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator

import pytest
from rasa.shared.exceptions import RasaException

from bot.channels.telegram import TelegramChannel
from tests.channels.conftest import Messengers
from tests.channels.stand_in import Failure
from tests.channels.telegram_server import (
    BOT_ID,
    TOKEN,
    USERNAME,
    TelegramServer,
    TelegramUser,
    buttons_of,
    flood,
    refusal,
    shown,
)

GROUP = {"id": -1001234567890, "type": "supergroup", "title": "A group"}


@pytest.fixture
def telegram(messengers: Messengers) -> Iterator[TelegramServer]:
    """The service; whatever the assistant sent it was valid."""
    messengers.telegram.faults.clear()
    yield messengers.telegram
    assert messengers.telegram.faults == []


@pytest.fixture
def user(messengers: Messengers, telegram: TelegramServer) -> TelegramUser:
    """Somebody who has not written before."""
    return TelegramUser(messengers.assistant.port, telegram)


def assert_unanswered(user: TelegramUser, server: TelegramServer, since: int) -> None:
    """Nothing was sent to anyone since, up to the answer to a question that is asked now."""
    user.say("What is MeToo?")
    assert len(server.called("sendMessage", since)) == 1


def in_group(user: TelegramUser, text: str, *entities: Dict[str, Any], **more: Any) -> Dict[str, Any]:
    """A message of the user in a group."""
    return user.message(text, chat=GROUP, entities=list(entities), **more)


def entity(text: str, words: str, kind: str, **more: Any) -> Dict[str, Any]:
    """The entity of words in a text, counted as Telegram counts."""
    before = text[: text.index(words)].encode("utf-16-le")
    return {"type": kind, "offset": len(before) // 2, "length": len(words.encode("utf-16-le")) // 2, **more}


def test_the_webhook_is_set_with_a_secret(telegram: TelegramServer) -> None:
    hook = telegram.webhook
    assert hook["url"] == "https://bot.example/webhooks/telegram/webhook"
    assert len(hook["secret_token"]) >= 32
    assert hook["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert hook["drop_pending_updates"] == "false"
    assert 1 <= int(hook["max_connections"]) <= 100
    (call,) = telegram.called("setMyCommands")
    assert {"start", "help"} <= {command["command"] for command in json.loads(call.fields["commands"])}


def test_a_question_is_answered_with_quote_and_source(user: TelegramUser) -> None:
    (reply,) = user.replies(user.message("When was the phrase first used?"))
    assert "2006" in reply.text
    assert "first used the phrase “Me Too” in 2006 on Myspace." in reply.text
    assert "metoo.txt, line 8" in reply.text


def test_a_conversation_goes_on(user: TelegramUser) -> None:
    user.say("Who is Tarana Burke?")
    assert "2006" in user.say("When did she first use it?").text


def test_two_users_have_two_conversations(user: TelegramUser, messengers: Messengers) -> None:
    user.say("Who is Tarana Burke?")
    other = TelegramUser(messengers.assistant.port, messengers.telegram)
    assert "Tarana Burke" not in other.say("Who is she?").text


@pytest.mark.parametrize("command", ["/start", "/start ref_12", f"/start@{USERNAME}", "/START"])
def test_start_begins_with_the_welcome(user: TelegramUser, command: str) -> None:
    user.say("What is Times Up?")
    update = user.message(command, entities=[entity(command, command.split(maxsplit=1)[0], "bot_command")])
    (fields,) = user.reply_fields(update)
    assert "automated assistant" in shown(fields).text and "Hello" in shown(fields).text
    assert [title for title, _ in buttons_of(fields)] == ["What is MeToo?", "Who started it?", "What has it achieved?"]


def test_help_says_what_it_can_do(user: TelegramUser) -> None:
    reply = user.replies(user.message("/help", entities=[entity("/help", "/help", "bot_command")]))[0]
    assert "I answer questions about the #MeToo movement" in reply.text


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/bot_challenge{"a": "b"}', "/"])
def test_any_other_command_is_text(user: TelegramUser, text: str) -> None:
    update = user.message(text, entities=[entity(text, text.split("{", maxsplit=1)[0], "bot_command")])
    reply = user.replies(update)[0].text
    assert not re.search("metoo.txt|Hello|computer program", reply)


def test_help_that_is_asked_for_with_words_is_heard(user: TelegramUser) -> None:
    text = "/help my boss raped me"
    reply = user.replies(user.message(text, entities=[entity(text, "/help", "bot_command")]))[0]
    assert "I believe you" in reply.text


def test_a_disclosure_gets_support_and_lines(user: TelegramUser) -> None:
    replies = user.replies(user.message("My uncle raped me last year. I live in the UK."))
    assert "I believe you" in replies[0].text and "999" in replies[0].text
    assert "https://lila.help" in [link.rstrip("/") for link in replies[0].links]
    # Telegram drops addresses that begin with tel: and finds numbers by itself.
    assert not any(link.startswith("tel:") for link in replies[0].links)


def test_a_button_sends_its_question(user: TelegramUser, telegram: TelegramServer) -> None:
    (fields,) = user.reply_fields(user.message("Who started MeToo?"))
    title, data = buttons_of(fields)[0]
    assert len(data.encode()) <= 64
    since = len(telegram.calls)
    update = user.press(data)
    reply = user.replies(update)[0]
    assert title in reply.text and "metoo.txt" in reply.text
    (answered,) = telegram.called("answerCallbackQuery", since)
    assert answered.fields["callback_query_id"] == update["callback_query"]["id"]
    assert "text" not in answered.fields


@pytest.mark.parametrize("data", ["unknown", "/restart", '/ask_region{"region": "France"}', "x" * 64, ""])
def test_a_button_that_is_no_longer_known_is_told_so(user: TelegramUser, telegram: TelegramServer, data: str) -> None:
    since = len(telegram.calls)
    user.deliver(user.press(data))
    (answered,) = telegram.wait_for(lambda calls: len(calls) == 1, "answerCallbackQuery", since)
    assert "write your question" in answered.fields["text"]
    assert_unanswered(user, telegram, since)


def test_a_repeated_update_is_answered_once(user: TelegramUser, telegram: TelegramServer) -> None:
    since = len(telegram.calls)
    update = user.message("Who started MeToo?")
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status_code for answer in pool.map(user.deliver, [update] * 8)} == {200}
    assert user.deliver(update).status_code == 200
    assert_unanswered(user, telegram, since + len(telegram.called("sendMessage", since)))
    assert len(telegram.called("sendMessage", since)) == 2


def test_a_repeated_press_is_answered_once(user: TelegramUser, telegram: TelegramServer) -> None:
    (fields,) = user.reply_fields(user.message("Who started MeToo?"))
    since = len(telegram.calls)
    update = user.press(buttons_of(fields)[0][1])
    for _ in range(3):
        assert user.deliver(update).status_code == 200
    user.say("What is MeToo?")
    assert len(telegram.called("sendMessage", since)) == 2


def test_an_update_that_comes_late_is_still_answered(user: TelegramUser) -> None:
    first, second = user.message("What is Times Up?"), user.message("Who is Alyssa Milano?")
    assert "Alyssa Milano" in user.replies(second)[0].text
    assert "Time" in user.replies(first)[0].text


def test_a_burst_is_answered_in_order(user: TelegramUser, telegram: TelegramServer) -> None:
    """The first answer is held up while the other messages come."""
    questions = {"Who started MeToo?": "first used", "What is Times Up?": "Times Up", "MeToo in France?": "France"}
    since = len(telegram.calls)
    telegram.fail_next("sendMessage", flood(1))
    with ThreadPoolExecutor(3) as pool:
        waiting = []
        for question in questions:
            waiting.append(pool.submit(user.deliver, user.message(question)))
            time.sleep(0.4)  # so that they come in this order
        assert {answer.result().status_code for answer in waiting} == {200}
    _held_up, *sent = telegram.wait_for(lambda calls: len(calls) == 4, "sendMessage", since)
    texts = [shown(call.fields).text for call in sent]
    assert [expected in text for text, expected in zip(texts, questions.values())] == [True] * 3


def test_many_users_at_once(messengers: Messengers, telegram: TelegramServer) -> None:
    users = [TelegramUser(messengers.assistant.port, telegram) for _ in range(20)]
    since = len(telegram.calls)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda user: user.deliver(user.message("Who started MeToo?")), users))
    assert {answer.status_code for answer in answers} == {200}
    telegram.wait_for(lambda calls: len(calls) == 20, "sendMessage", since)
    assert [len(telegram.sent(user.id, since)) for user in users] == [1] * 20


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
        {"X-Telegram-Bot-Api-Secret-Token": TOKEN},
        {"X-Telegram-Bot-Api-Secret-Token": "é".encode().decode("latin-1")},
        {"Authorization": f"Bearer {TOKEN}"},
    ],
)
def test_a_forged_update_gets_no_reply(user: TelegramUser, telegram: TelegramServer, headers: Dict[str, str]) -> None:
    since = len(telegram.calls)
    for update in (user.message("What is MeToo?"), user.press("x"), b"{", b""):
        answer = user.deliver(update, headers)
        assert answer.status_code == 401 and "MeToo" not in answer.text
    assert_unanswered(user, telegram, since)
    assert telegram.called("answerCallbackQuery", since) == []


def test_a_forged_body_is_not_read(messengers: Messengers) -> None:
    """The answer is there while the body is not."""
    with socket.create_connection(("127.0.0.1", messengers.assistant.port), timeout=5) as connection:
        head = "POST /webhooks/telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 100000\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"{}", 400),
        (b'{"update_id": "x"}', 400),
        (b'{"update_id": true}', 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b" " * 300_001, 413),
    ],
)
def test_what_is_no_update(user: TelegramUser, telegram: TelegramServer, body: bytes, status: int) -> None:
    since = len(telegram.calls)
    assert user.deliver(body).status_code == status
    assert_unanswered(user, telegram, since)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods(user: TelegramUser, method: str) -> None:
    assert user.deliver(user.message("What is MeToo?"), method=method).status_code == 405


def test_nobody_can_set_the_webhook(messengers: Messengers, telegram: TelegramServer) -> None:
    since = len(telegram.calls)
    for method in ("GET", "POST"):
        assert messengers.request(method, "/webhooks/telegram/set_webhook").status_code == 404
    assert telegram.called("setWebhook", since) == []


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        {"chat": 1},
        {"chat": {"id": 1, "type": "private"}, "from": None, "text": "What is MeToo?"},
        {"chat": {"id": "x", "type": "private"}, "from": {"id": 1, "is_bot": False}, "text": "What is MeToo?"},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": False}, "text": 7},
        {"chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": False}, "text": "a", "entities": [7]},
    ],
)
@pytest.mark.parametrize("kind", ["message", "callback_query", "my_chat_member", "something_new"])
def test_an_update_of_an_unknown_shape_is_not_sent_again(
    user: TelegramUser, telegram: TelegramServer, kind: str, content: Any
) -> None:
    since = len(telegram.calls)
    assert user.deliver(user.update(kind, content)).status_code == 200
    assert telegram.called("sendMessage", since) == []


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post"])
def test_what_is_no_new_message_gets_no_reply(user: TelegramUser, telegram: TelegramServer, kind: str) -> None:
    since = len(telegram.calls)
    user.deliver(user.update(kind, user.message("Who started MeToo?")["message"]))
    assert_unanswered(user, telegram, since)


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 90, "height": 51}]},
        {"voice": {"file_id": "a", "duration": 3}},
        {"sticker": {"file_id": "a", "type": "regular", "emoji": "👍"}},
        {"location": {"latitude": 48.2, "longitude": 16.4}},
        {"contact": {"phone_number": "+43 1", "first_name": "A"}},
    ],
)
def test_what_can_not_be_read_is_told_so(user: TelegramUser, content: Dict[str, Any]) -> None:
    (reply,) = user.replies(user.message(**content))
    assert "I can only read text" in reply.text


def test_an_album_is_answered_once(user: TelegramUser, telegram: TelegramServer) -> None:
    since = len(telegram.calls)
    for _ in range(3):
        user.deliver(user.message(photo=[{"file_id": "a"}], media_group_id="1342"))
    assert_unanswered(user, telegram, since + 1)
    assert len(telegram.called("sendMessage", since)) == 2


def test_the_words_under_a_picture_are_read(user: TelegramUser) -> None:
    update = user.message(photo=[{"file_id": "a"}], caption="Who started MeToo?")
    assert "Tarana Burke" in user.replies(update)[0].text


@pytest.mark.parametrize("content", [{"new_chat_members": [{"id": 1}]}, {"pinned_message": {}}, {"pinned": 1}])
def test_notices_get_no_reply(user: TelegramUser, telegram: TelegramServer, content: Dict[str, Any]) -> None:
    since = len(telegram.calls)
    user.deliver(user.message(**content))
    assert_unanswered(user, telegram, since)


def test_another_bot_gets_no_reply(user: TelegramUser, telegram: TelegramServer) -> None:
    since = len(telegram.calls)
    user.deliver(user.message("What is MeToo?", **{"from": {"id": 5, "is_bot": True, "first_name": "x"}}))
    assert_unanswered(user, telegram, since)


def test_a_long_text_is_told_so(user: TelegramUser) -> None:
    assert "500 characters" in user.say("What is MeToo? " * 100).text


def test_who_tells_of_harm_at_length_gets_support(user: TelegramUser) -> None:
    told = "I don't really know how to begin, and I have never said this to anybody before. " * 8
    assert "I believe you" in user.say(told + "My uncle raped me when I was a child.").text


@pytest.mark.parametrize("text", ["<b>hello", "a & b < c", "</blockquote>", "🤔", "\u202e\u200b", "{facts} %s"])
def test_odd_text_gets_a_valid_reply(user: TelegramUser, text: str) -> None:
    assert user.say(text).text


class TestInAGroup:
    def test_others_are_left_alone(self, user: TelegramUser, telegram: TelegramServer) -> None:
        since = len(telegram.calls)
        user.deliver(in_group(user, "What is MeToo?"))
        other = "@SomebodyElse what is MeToo?"
        user.deliver(in_group(user, other, entity(other, "@SomebodyElse", "mention")))
        answered = {"message_id": 5, "from": {"id": 12, "is_bot": False}, "chat": GROUP, "text": "x"}
        user.deliver(in_group(user, "What is MeToo?", reply_to_message=answered))
        for command in ("/weather", "/help@SomebodyElseBot"):
            user.deliver(in_group(user, command, entity(command, command, "bot_command")))
        user.deliver(user.message(photo=[{"file_id": "a"}], chat=GROUP))
        assert_unanswered(user, telegram, since)

    @pytest.mark.parametrize("text", [f"@{USERNAME} who started MeToo?", f"🤔 Who started MeToo? @{USERNAME.lower()}"])
    def test_a_mention_is_answered_as_a_reply(self, user: TelegramUser, telegram: TelegramServer, text: str) -> None:
        mention = re.search("@[A-Za-z]+", text)[0]
        update = in_group(user, text, entity(text, mention, "mention"))
        fields = self.answered(user, telegram, update)
        assert "Tarana Burke" in shown(fields).text
        assert json.loads(fields["reply_parameters"])["message_id"] == update["message"]["message_id"]

    def test_a_reply_to_the_bot_is_answered(self, user: TelegramUser, telegram: TelegramServer) -> None:
        own = {"message_id": 5, "from": {"id": BOT_ID, "is_bot": True}, "chat": GROUP, "text": "an answer"}
        fields = self.answered(user, telegram, in_group(user, "Who started MeToo?", reply_to_message=own))
        assert "Tarana Burke" in shown(fields).text

    def test_a_command_is_answered(self, user: TelegramUser, telegram: TelegramServer) -> None:
        command = f"/help@{USERNAME}"
        fields = self.answered(user, telegram, in_group(user, command, entity(command, command, "bot_command")))
        assert "I answer questions" in shown(fields).text

    def test_a_mention_alone_gets_help(self, user: TelegramUser, telegram: TelegramServer) -> None:
        text = f"@{USERNAME}"
        fields = self.answered(user, telegram, in_group(user, text, entity(text, text, "mention")))
        assert "I answer questions" in shown(fields).text

    def test_a_topic_is_kept(self, user: TelegramUser, telegram: TelegramServer) -> None:
        text = f"@{USERNAME} who started MeToo?"
        update = in_group(
            user, text, entity(text, f"@{USERNAME}", "mention"), is_topic_message=True, message_thread_id=77
        )
        assert self.answered(user, telegram, update)["message_thread_id"] == "77"

    def test_what_is_said_alone_stays_alone(self, user: TelegramUser, telegram: TelegramServer) -> None:
        user.say("Who is Tarana Burke?")
        text = f"@{USERNAME} who is she?"
        fields = self.answered(user, telegram, in_group(user, text, entity(text, f"@{USERNAME}", "mention")))
        assert "Tarana Burke" not in shown(fields).text

    def answered(self, user: TelegramUser, telegram: TelegramServer, update: Dict[str, Any]) -> Dict[str, Any]:
        """The fields of the first message to the group that comes of an update."""
        since = len(telegram.calls)
        assert user.deliver(update).status_code == 200
        call = telegram.wait_for(bool, "sendMessage", since)[0]
        assert call.fields["chat_id"] == str(GROUP["id"])
        return call.fields


class TestWhenTheServiceSaysNo:
    def test_a_wait_is_respected(self, user: TelegramUser, telegram: TelegramServer) -> None:
        since = len(telegram.calls)
        telegram.fail_next("sendMessage", flood(2))
        assert user.deliver(user.message("Who started MeToo?")).status_code == 200
        first, again = telegram.wait_for(lambda calls: len(calls) == 2, "sendMessage", since)
        assert again.at - first.at >= 2 and again.fields == first.fields

    def test_one_wait_holds_nobody_else_up(
        self, user: TelegramUser, messengers: Messengers, telegram: TelegramServer
    ) -> None:
        telegram.fail_next("sendMessage", flood(5))
        since = len(telegram.calls)
        user.deliver(user.message("Who started MeToo?"))
        other = TelegramUser(messengers.assistant.port, telegram)
        other.say("What is MeToo?")
        calls = telegram.wait_for(lambda calls: len(calls) == 3, "sendMessage", since)
        assert [call.fields["chat_id"] for call in calls] == [str(user.id), str(other.id), str(user.id)]

    def test_an_error_of_the_service_passes(self, user: TelegramUser, telegram: TelegramServer) -> None:
        telegram.fail_next("sendMessage", refusal(502, "Bad Gateway"))
        since = len(telegram.calls)
        user.deliver(user.message("Who started MeToo?"))
        telegram.wait_for(lambda calls: len(calls) == 2, "sendMessage", since)

    def test_who_blocks_the_bot_hears_nothing_and_the_log_too(
        self, user: TelegramUser, messengers: Messengers, telegram: TelegramServer
    ) -> None:
        lines = len(messengers.log)
        since = len(telegram.calls)
        telegram.fail_next("sendMessage", refusal(403, "Forbidden: bot was blocked by the user"))
        user.deliver(user.message("Who started MeToo?"))
        telegram.wait_for(lambda calls: len(calls) == 1, "sendMessage", since)
        assert_unanswered(user, telegram, since + 1)
        assert not any("bot.channels" in line for line in messengers.log[lines:])

    def test_markup_that_is_refused_is_sent_without(self, user: TelegramUser, telegram: TelegramServer) -> None:
        telegram.fail_next("sendMessage", refusal(400, "Bad Request: can't parse entities: unsupported start tag"))
        since = len(telegram.calls)
        user.deliver(user.message("Who started MeToo?"))
        calls = telegram.wait_for(lambda calls: len(calls) == 2, "sendMessage", since)
        assert "parse_mode" in calls[0].fields and "parse_mode" not in calls[1].fields
        assert shown(calls[1].fields).text == shown(calls[0].fields).text

    def test_an_error_is_logged_without_words(
        self, user: TelegramUser, messengers: Messengers, telegram: TelegramServer
    ) -> None:
        lines = len(messengers.log)
        telegram.fail_next("sendMessage", refusal(400, "Bad Request: chat not found"))
        user.deliver(user.message("Who started MeToo numbatvexillum?"))
        user.say("What is MeToo?")
        told = [line for line in messengers.log[lines:] if "bot.channels" in line]
        assert len(told) == 1
        assert not any("numbatvexillum" in line or TOKEN in line for line in messengers.log)

    def test_a_group_that_moved_is_followed(self, user: TelegramUser, telegram: TelegramServer) -> None:
        body = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
        telegram.fail_next("sendMessage", Failure(400, {**body, "parameters": {"migrate_to_chat_id": -100777}}))
        since = len(telegram.calls)
        text = f"@{USERNAME} who started MeToo?"
        user.deliver(in_group(user, text, entity(text, f"@{USERNAME}", "mention")))
        calls = telegram.wait_for(lambda calls: len(calls) == 2, "sendMessage", since)
        assert calls[1].fields["chat_id"] == "-100777"


def test_nothing_of_a_message_is_logged(user: TelegramUser, messengers: Messengers, telegram: TelegramServer) -> None:
    """The assistant logs as much as it can here, and the service sends back what is replied to."""
    word = "numbatvexillum"
    text = f"@{USERNAME} {word}"
    for update in (
        in_group(user, text, entity(text, f"@{USERNAME}", "mention")),
        user.message(f"/{word} {word}"),
        user.message(f"my uncle raped me, {word}"),
        user.message(f"{word} " * 100),
        user.message(photo=[{"file_id": word}], caption=word),
        user.message(voice={"file_id": word}),
        user.press(word),
        user.update("edited_message", {"text": word}),
        user.update(word, {"text": word}),
    ):
        assert user.deliver(update).status_code == 200
    assert user.deliver(f'{{"update_id": 1, "{word}"'.encode()).status_code == 400
    assert user.deliver({"update_id": word}).status_code == 400
    assert user.deliver(user.message(word), {}).status_code == 401
    user.say("What is MeToo?")
    log = "\n".join(messengers.log)
    assert "DEBUG" in log
    assert word not in log
    assert str(user.id) not in log and TOKEN not in log and telegram.webhook["secret_token"] not in log


def test_blocking_the_bot_erases_the_conversation(user: TelegramUser, telegram: TelegramServer) -> None:
    user.say("Who is Tarana Burke?")
    member = {"user": {"id": BOT_ID, "is_bot": True}, "status": "kicked", "until_date": 0}
    chat = {"id": user.id, "type": "private"}
    content = {"chat": chat, "from": {"id": user.id, "is_bot": False}, "date": 1, "new_chat_member": member}
    since = len(telegram.calls)
    assert user.deliver(user.update("my_chat_member", content)).status_code == 200
    assert telegram.called("sendMessage", since) == []
    assert "Tarana Burke" not in user.say("Who is she?").text


def test_delete_my_chat_erases_the_conversation(user: TelegramUser) -> None:
    user.say("Who is Tarana Burke?")
    assert "erased our conversation" in user.say("delete my chat").text
    assert "Tarana Burke" not in user.say("Who is she?").text


class TestSettingTheWebhook:
    """What the assistant does when it has started, here without the rest of it."""

    @pytest.fixture
    def service(self) -> Iterator[TelegramServer]:
        with TelegramServer() as server:
            yield server

    def set_webhook(self, service: TelegramServer, token: str = TOKEN) -> None:
        async def begin() -> None:
            channel = TelegramChannel(token, "https://bot.example/x", service.url)
            await channel.set_webhook()
            await channel.get_output_channel().end()

        asyncio.run(begin())

    def test_a_failure_is_told_and_tried_again(self, service: TelegramServer, caplog: pytest.LogCaptureFixture) -> None:
        service.fail_next("setWebhook", refusal(400, "Bad Request: bad webhook: Failed to resolve host"))
        self.set_webhook(service)
        first, second = service.called("setWebhook")
        assert second.at - first.at >= 1
        assert service.webhook["url"] == "https://bot.example/x"
        (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert "failed to resolve host" in line.lower() and "Trying again in 1 s" in line and TOKEN not in line

    def test_a_token_that_is_refused_is_told_once(
        self, service: TelegramServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.set_webhook(service, "110201543:wrong")
        (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
        assert "copy the token from @BotFather" in line and "110201543:wrong" not in line
        assert service.webhook == {}

    def test_the_secret_stays_and_belongs_to_the_token(self, service: TelegramServer) -> None:
        self.set_webhook(service)
        secret = service.webhook["secret_token"]
        self.set_webhook(service)
        assert service.webhook["secret_token"] == secret and TOKEN.split(":")[1] not in secret


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "METOO_TELEGRAM_TOKEN"),
        ({"token": TOKEN}, "METOO_TELEGRAM_WEBHOOK_URL"),
        ({"token": "12:", "webhook_url": "https://bot.example/x"}, "copy it from @BotFather"),
        ({"token": "abc", "webhook_url": "https://bot.example/x"}, "copy it from @BotFather"),
        ({"token": TOKEN, "webhook_url": "http://bot.example/x"}, "is no https address"),
        ({"token": TOKEN, "webhook_url": "bot.example"}, "is no https address"),
        ({"token": TOKEN, "webhook_url": "https://bot.example/x", "api_url": "ftp://x"}, "api_url"),
        ({"acces_token": TOKEN}, "no setting acces_token"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(settings: Dict[str, str], told: str) -> None:
    with pytest.raises(RasaException) as raised:
        TelegramChannel.from_credentials(settings)
    message = str(raised.value)
    assert told in message and "\n" not in message and TOKEN not in message


def test_a_variable_that_is_unknown_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METOO_TELEGRAM_TOKENS", "x")
    with pytest.raises(RasaException, match="METOO_TELEGRAM_TOKENS is unknown"):
        TelegramChannel.from_credentials({"token": TOKEN, "webhook_url": "https://bot.example/x"})
