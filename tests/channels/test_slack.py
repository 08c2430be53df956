"""The Slack channel of the running assistant, against a server that stands in for Slack's."""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator

import pytest
from rasa.shared.exceptions import RasaException

from bot.channels.slack import SlackChannel
from tests.channels.conftest import Messengers
from tests.channels.slack_server import (
    OWN_BOT,
    OWN_USER,
    SECRET,
    TOKEN,
    SlackServer,
    SlackUser,
    buttons_of,
    flood,
    links_of,
    text_of,
)
from tests.channels.stand_in import Failure

POST = "chat.postMessage"


@pytest.fixture
def slack(messengers: Messengers) -> Iterator[SlackServer]:
    """The service; whatever the assistant sent it was valid."""
    messengers.slack.faults.clear()
    yield messengers.slack
    assert messengers.slack.faults == []


@pytest.fixture
def user(messengers: Messengers, slack: SlackServer) -> SlackUser:
    """Somebody who has not written before."""
    return SlackUser(messengers.assistant.port, slack)


def assert_unanswered(user: SlackUser, server: SlackServer, since: int) -> None:
    """Nothing was posted since, up to the answer to a question that is asked now."""
    user.say("What is MeToo?")
    assert len(server.called(POST, since)) == 1


def test_the_token_is_tried_at_the_start(slack: SlackServer) -> None:
    assert len(slack.wait_for(bool, "auth.test")) == 1


def test_a_question_is_answered_with_quote_and_source(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("When was the phrase first used?"))
    assert "2006" in text_of(fields) and "2006" in fields["text"]
    assert "first used the phrase “Me Too” in 2006 on Myspace.”\n— metoo.txt, line 8" in text_of(fields)
    assert "thread_ts" not in fields


def test_a_conversation_goes_on(user: SlackUser) -> None:
    user.say("Who is Tarana Burke?")
    assert "2006" in user.say("When did she first use it?")


def test_two_users_have_two_conversations(user: SlackUser, messengers: Messengers) -> None:
    user.say("Who is Tarana Burke?")
    other = SlackUser(messengers.assistant.port, messengers.slack)
    assert "Tarana Burke" not in other.say("Who is she?")


def test_a_disclosure_gets_support_and_lines_as_links(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("My uncle raped me last year. I live in the UK."))
    assert "I believe you" in text_of(fields) and "999" in text_of(fields)
    links = links_of(fields)
    assert any(link.startswith("tel:") for link in links) and any("lila.help" in link for link in links)


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/bot_challenge{"a": "b"}', "/"])
def test_a_command_is_text(user: SlackUser, text: str) -> None:
    reply = user.say(text)
    assert "metoo.txt" not in reply and "Hello" not in reply and "computer program" not in reply


def test_a_button_sends_its_question(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("Who started MeToo?"))
    button = buttons_of(fields)[0]
    (reply,) = user.replies(user.press(button), form=True)
    assert text_of(reply).startswith(f"*{button['text']['text']}*")
    assert "metoo.txt" in text_of(reply)


def test_a_press_in_a_thread_is_answered_there(user: SlackUser) -> None:
    (fields,) = user.replies(user.mention("who started MeToo?"))
    channel = {"id": fields["channel"], "name": "general"}
    message = {"type": "message", "ts": "1700000000.000200", "thread_ts": fields["thread_ts"]}
    (reply,) = user.replies(user.press(buttons_of(fields)[0], channel=channel, message=message), form=True)
    assert (reply["channel"], reply["thread_ts"]) == (fields["channel"], fields["thread_ts"])


def test_a_repeated_press_is_answered_once(user: SlackUser, slack: SlackServer) -> None:
    (fields,) = user.replies(user.message("Who started MeToo?"))
    since = len(slack.calls)
    press = user.press(buttons_of(fields)[0])
    for _ in range(3):
        assert user.deliver(press, form=True).status_code == 200
    assert_unanswered(user, slack, since + 1)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "view_submission"},
        {"type": "shortcut", "actions": []},
        {"actions": [{"type": "button", "action_id": "other", "value": "x", "text": {"text": "x"}}]},
        {"actions": None},
        {"channel": None},
        {"message": 1},
        {"user": {}},
    ],
)
def test_another_interaction_is_acknowledged(user: SlackUser, slack: SlackServer, change: Dict[str, Any]) -> None:
    since = len(slack.calls)
    button = {"action_id": "suggestion-1", "text": {"type": "plain_text", "text": "x"}, "value": "What is MeToo?"}
    assert user.deliver({**user.press(button), **change}, form=True).status_code == 200
    assert_unanswered(user, slack, since)


def test_the_address_is_proved_to_slack(user: SlackUser) -> None:
    challenge = {"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWM", "type": "url_verification"}
    answer = user.deliver(challenge)
    assert (answer.status_code, answer.json()) == (200, {"challenge": challenge["challenge"]})
    assert user.deliver(challenge, secret="0" * 32).status_code == 401


def test_a_repeated_event_is_answered_once(user: SlackUser, slack: SlackServer) -> None:
    since = len(slack.calls)
    event = user.message("Who started MeToo?")
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status_code for answer in pool.map(user.deliver, [event] * 8)} == {200}
    for number in (1, 2, 3):
        headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        assert user.deliver(event, headers=headers).headers["x-slack-no-retry"] == "1"
    assert_unanswered(user, slack, since + len(slack.called(POST, since)))
    assert len(slack.called(POST, since)) == 2


def test_an_event_whose_first_delivery_was_lost_is_answered(user: SlackUser, slack: SlackServer) -> None:
    since = len(slack.calls)
    headers = {"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
    assert user.deliver(user.message("Who started MeToo?"), headers=headers).status_code == 200
    slack.wait_for(lambda calls: len(calls) == 1, POST, since)


def test_a_burst_is_answered_in_order(user: SlackUser, slack: SlackServer) -> None:
    """The first answer is held up while the other messages come."""
    questions = {"Who started MeToo?": "first used", "What is Times Up?": "Times Up", "MeToo in France?": "France"}
    since = len(slack.calls)
    slack.fail_next(POST, flood(1))
    with ThreadPoolExecutor(3) as pool:
        waiting = []
        for question in questions:
            waiting.append(pool.submit(user.deliver, user.message(question)))
            time.sleep(0.4)  # so that they come in this order
        assert {answer.result().status_code for answer in waiting} == {200}
    _held_up, *posted = slack.wait_for(lambda calls: len(calls) == 4, POST, since)
    texts = [text_of(call.fields) for call in posted]
    assert [expected in text for text, expected in zip(texts, questions.values())] == [True] * 3


def test_many_users_at_once(messengers: Messengers, slack: SlackServer) -> None:
    users = [SlackUser(messengers.assistant.port, slack) for _ in range(20)]
    since = len(slack.calls)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda user: user.deliver(user.message("Who started MeToo?")), users))
    assert {answer.status_code for answer in answers} == {200}
    slack.wait_for(lambda calls: len(calls) == 20, POST, since)
    assert [len(slack.posted(user.channel, since)) for user in users] == [1] * 20


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "0" * 32},
        {"secret": ""},
        {"age": 301},
        {"age": -301},
        {"headers": {"X-Slack-Signature": None}},
        {"headers": {"X-Slack-Signature": ""}},
        {"headers": {"X-Slack-Signature": "v0=" + "0" * 64}},
        {"headers": {"X-Slack-Signature": "v0=é".encode().decode("latin-1")}},
        {"headers": {"X-Slack-Request-Timestamp": None}},
        {"headers": {"X-Slack-Request-Timestamp": "now"}},
        {"headers": {"X-Slack-Request-Timestamp": "-1"}},
        {"headers": {"X-Slack-Request-Timestamp": "9" * 13}},
    ],
)
def test_a_forged_request_gets_no_reply(user: SlackUser, slack: SlackServer, forged: Dict[str, Any]) -> None:
    since = len(slack.calls)
    button = {"action_id": "suggestion-1", "text": {"type": "plain_text", "text": "x"}, "value": "What is MeToo?"}
    for content, form in ((user.message("What is MeToo?"), False), (user.press(button), True), (b"{", False)):
        answer = user.deliver(content, form=form, **forged)
        assert answer.status_code == 401 and "MeToo" not in answer.text
    assert_unanswered(user, slack, since)


def test_a_changed_body_gets_no_reply(user: SlackUser, slack: SlackServer) -> None:
    """A signature that was seen is of no use for another message."""
    since = len(slack.calls)
    sent = user.deliver(user.message("What is MeToo?")).request
    changed = sent.body.replace(b"What is MeToo?", b"Who started it?")
    kept = {name: sent.headers[name] for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp")}
    assert user.deliver(changed, headers=kept).status_code == 401
    assert_unanswered(user, slack, since + len(slack.called(POST, since)))


def test_a_request_that_is_too_old_is_not_read(messengers: Messengers) -> None:
    """The answer is there while the body is not."""
    with socket.create_connection(("127.0.0.1", messengers.assistant.port), timeout=5) as connection:
        head = "POST /webhooks/slack/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        signed = f"X-Slack-Request-Timestamp: 1531420618\r\nX-Slack-Signature: v0={'a' * 64}\r\n"
        connection.sendall(f"{head}{signed}Content-Length: 100000\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b" " * 600_001, 413),
        (b"{}", 200),
        (b'{"type": "app_rate_limited", "team_id": "T1"}', 200),
        (b'{"type": "event_callback", "event": 7}', 200),
        (b'{"type": "event_callback", "event": {"type": "message", "channel_type": "im"}}', 200),
    ],
)
def test_what_is_no_event(user: SlackUser, slack: SlackServer, body: bytes, status: int) -> None:
    since = len(slack.calls)
    assert user.deliver(body).status_code == status
    assert_unanswered(user, slack, since)


@pytest.mark.parametrize(
    ("body", "status"), [(b"payload={", 400), (b"payload=[]", 400), (b"x=1", 200), (b"command=/x", 200)]
)
def test_what_is_no_interaction(user: SlackUser, slack: SlackServer, body: bytes, status: int) -> None:
    since = len(slack.calls)
    assert user.deliver(body, form=True).status_code == status
    assert_unanswered(user, slack, since)


def test_an_event_without_an_id_is_refused(user: SlackUser, slack: SlackServer) -> None:
    since = len(slack.calls)
    event = user.message("What is MeToo?")
    del event["event_id"]
    assert user.deliver(event).status_code == 400
    assert_unanswered(user, slack, since)


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B012"},
        {"bot_id": OWN_BOT, "user": OWN_USER},
        {"user": OWN_USER},
        {"subtype": "bot_message", "bot_id": "B012"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed", "message": {"text": "What is MeToo?"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"user": None, "bot_profile": {"id": "B1"}},
        {"type": "reaction_added"},
        {"channel_type": "channel", "channel": "C0LAN2Q65"},
        {"channel_type": "group", "channel": "G0LAN2Q65"},
        {"channel_type": "mpim", "channel": "G0LAN2Q65"},
    ],
)
def test_what_is_not_for_the_app_gets_no_reply(user: SlackUser, slack: SlackServer, change: Dict[str, Any]) -> None:
    since = len(slack.calls)
    event = user.message("What is MeToo?")
    event["event"].update(change)
    assert user.deliver(event).status_code == 200
    assert_unanswered(user, slack, since)


def test_a_mention_in_a_channel_is_answered_in_its_thread(user: SlackUser) -> None:
    event = user.mention("who started MeToo?")
    (fields,) = user.replies(event)
    assert "Tarana Burke" in text_of(fields)
    assert fields["thread_ts"] == event["event"]["ts"]


def test_a_mention_in_a_thread_is_answered_there(user: SlackUser) -> None:
    (fields,) = user.replies(user.mention("who started MeToo?", thread_ts="1600000000.000100"))
    assert fields["thread_ts"] == "1600000000.000100"


def test_a_thread_of_a_direct_message_is_kept(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("Who started MeToo?", thread_ts="1600000000.000100"))
    assert fields["thread_ts"] == "1600000000.000100"


def test_a_mention_alone_gets_help(user: SlackUser) -> None:
    assert "I answer questions" in text_of(user.replies(user.mention(""))[0])


def test_what_is_said_alone_stays_alone(user: SlackUser) -> None:
    user.say("Who is Tarana Burke?")
    assert "Tarana Burke" not in text_of(user.replies(user.mention("who is she?"))[0])


def test_a_file_is_told_that_it_can_not_be_read(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("", subtype="file_share", files=[{"id": "F1"}]))
    assert "I can only read text" in text_of(fields)


def test_the_words_beside_a_file_are_read(user: SlackUser) -> None:
    (fields,) = user.replies(user.message("Who started MeToo?", subtype="file_share", files=[{"id": "F1"}]))
    assert "Tarana Burke" in text_of(fields)


@pytest.mark.parametrize(
    "text",
    ["Who is <@U123|Tarana Burke>?", "Who is <http://x.example|Tarana Burke>?", f"<@{OWN_USER}> who is Tarana Burke?"],
)
def test_slacks_marks_are_read(user: SlackUser, text: str) -> None:
    assert "survivor and activist" in user.say(text)


@pytest.mark.parametrize(
    "text", ["&lt;b&gt; &amp;amp;", "a < b > c", "🤔", "*x* _y_ ~z~", "{facts} %s", "<!everyone>?"]
)
def test_odd_text_gets_a_valid_reply(user: SlackUser, text: str) -> None:
    assert user.say(text)


def test_a_long_text_is_told_so(user: SlackUser) -> None:
    assert "500 characters" in user.say("What is MeToo? " * 100)


def test_there_are_at_most_five_buttons_with_all_that_slack_needs(user: SlackUser) -> None:
    """The stand-in holds the lengths; here: there are buttons at all, and they are the suggestions."""
    (fields,) = user.replies(user.message("hello"))
    titles = [button["text"]["text"] for button in buttons_of(fields)]
    assert titles == ["What is MeToo?", "Who started it?", "What has it achieved?"]


def test_a_wait_is_respected(user: SlackUser, slack: SlackServer) -> None:
    since = len(slack.calls)
    slack.fail_next(POST, flood(2))
    user.deliver(user.message("Who started MeToo?"))
    calls = slack.wait_for(lambda calls: len(calls) == 2, POST, since)
    assert calls[1].at - calls[0].at >= 2
    assert calls[0].fields == calls[1].fields


def test_an_answer_that_takes_long_is_acknowledged_before(user: SlackUser, slack: SlackServer) -> None:
    """Slack waits for three seconds, and would send the event again."""
    since = len(slack.calls)
    slack.fail_next(POST, flood(5))
    assert user.deliver(user.message("Who started MeToo?")).status_code == 200
    assert len(slack.called(POST, since)) == 1  # acknowledged, and not yet answered
    slack.wait_for(lambda calls: len(calls) == 2, POST, since)


def test_a_refusal_is_logged_without_words(user: SlackUser, messengers: Messengers, slack: SlackServer) -> None:
    lines = len(messengers.log)
    slack.fail_next(POST, Failure(200, {"ok": False, "error": "msg_too_long"}))
    user.deliver(user.message("Who started MeToo numbatvexillum?"))
    user.say("What is MeToo?")
    told = [line for line in messengers.log[lines:] if "bot.channels" in line]
    assert len(told) == 1 and "msg_too_long" in told[0]
    assert not any("numbatvexillum" in line or TOKEN in line for line in messengers.log)


def test_nothing_of_a_message_is_logged(user: SlackUser, messengers: Messengers) -> None:
    """The assistant logs as much as it can here."""
    word = "numbatvexillum"
    button = {"action_id": "suggestion-1", "text": {"type": "plain_text", "text": word}, "value": word}
    for content, form in (
        (user.message(word), False),
        (user.mention(f"my uncle raped me, {word}"), False),
        (user.message(f"{word} " * 100), False),
        (user.message(word, subtype="message_changed"), False),
        (user.press(button), True),
        ({word: word}, False),
        ({word: word}, True),
    ):
        assert user.deliver(content, form=form).status_code == 200
    assert user.deliver(f'{{"{word}"'.encode()).status_code == 400
    assert user.deliver(user.message(word), secret="0" * 32).status_code == 401
    user.say("What is MeToo?")
    log = "\n".join(messengers.log)
    assert "DEBUG" in log
    assert not [secret for secret in (word, user.id, TOKEN, SECRET) if secret in log]


def test_a_conversation_that_is_gone_is_erased_quietly(
    user: SlackUser, messengers: Messengers, slack: SlackServer
) -> None:
    lines = len(messengers.log)
    slack.fail_next(POST, Failure(200, {"ok": False, "error": "is_archived"}))
    user.deliver(user.message("Who is Tarana Burke?"))
    assert "Tarana Burke" not in user.say("Who is she?")
    assert not any("bot.channels" in line for line in messengers.log[lines:])


def test_delete_my_chat_erases_the_conversation(user: SlackUser) -> None:
    user.say("Who is Tarana Burke?")
    assert "erased our conversation" in user.say("delete my chat")
    assert "Tarana Burke" not in user.say("Who is she?")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods(messengers: Messengers, method: str) -> None:
    assert messengers.request(method, "/webhooks/slack/webhook").status_code == 405


class TestTryingTheToken:
    """What the assistant does when it has started, here without the rest of it."""

    @pytest.fixture
    def service(self) -> Iterator[SlackServer]:
        with SlackServer() as server:
            yield server

    def test_a_failure_is_told_and_tried_again(self, service: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
        service.fail_next("auth.test", Failure(200, {"ok": False, "error": "internal_error"}))
        asyncio.run(SlackChannel(TOKEN, SECRET, service.url).check_token())
        first, second = service.called("auth.test")
        assert second.at - first.at >= 1
        (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert "internal_error" in line and "Trying again in 1 s" in line

    def test_a_token_that_is_refused_is_told_once(self, service: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
        asyncio.run(SlackChannel("xoxb-wrong", SECRET, service.url).check_token())
        (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
        assert "invalid_auth" in line and "'OAuth & Permissions'" in line and "xoxb-wrong" not in line


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "METOO_SLACK_TOKEN"),
        ({"token": TOKEN}, "METOO_SLACK_SIGNING_SECRET"),
        ({"token": "xapp-1-A", "signing_secret": SECRET}, "begins with xoxb-"),
        ({"token": "xoxp-1-A", "signing_secret": SECRET}, "begins with xoxb-"),
        ({"token": TOKEN, "signing_secret": "xoxb-1-A"}, "'Basic Information'"),
        ({"token": TOKEN, "signing_secret": SECRET, "api_url": "slack.com"}, "api_url"),
        ({"slack_token": TOKEN}, "no setting slack_token"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(settings: Dict[str, str], told: str) -> None:
    with pytest.raises(RasaException) as raised:
        SlackChannel.from_credentials(settings)
    message = str(raised.value)
    assert told in message and "\n" not in message and TOKEN not in message
