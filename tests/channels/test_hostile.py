"""What nobody should send: to readers of messages, property by property; to an assistant, some thousand at a time.

`make fuzz` sends a hundred thousand.
"""

import json
import random
import re
from typing import Any, Dict, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sanic.exceptions import InvalidUsage, PayloadTooLarge

from benchmarks.fuzz import Fuzz
from benchmarks.hostile import Webhooks
from benchmarks.hostile_values import hostile_text
from bot.channels.connections import _check
from bot.channels.http import WebError, parsed_object
from bot.channels.incoming import MAX_TEXT, as_text
from bot.channels.matrix.events import Account, Written, is_join, is_membership, own_joins, read_message
from bot.channels.messaging import Messaging
from bot.channels.slack import events as slack_events
from bot.channels.telegram import updates as telegram_updates
from tests.channels.client import Client
from tests.channels.conftest import Messengers
from tests.channels.slack_server import SECRET

# What a part of a message may be in place of what it should be.
ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**400, float("inf"), "", "x", "\ud800", [], {}, [[]], {"id": []}, [{}]]
)
settings.register_profile("short", max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("short")
ACCOUNT = Account("@metoo:example.org", "MeToo")


def shaped(shape: Any) -> st.SearchStrategy[Any]:
    """JSON of a shape in which each part may be something else, or not be there."""
    if isinstance(shape, dict):
        return ODD | st.fixed_dictionaries({}, optional={name: shaped(part) for name, part in shape.items()})
    if isinstance(shape, list):
        return ODD | st.lists(shaped(shape[0]), max_size=2)
    return ODD | st.sampled_from(shape)


TEXT = ("", "who?", "/start", "@MeTooFactsBot hi", "<@U1> x", "\ud800", "> a\n> b\n\nc", "MeToo: who?", "x" * 600)
TELEGRAM_MESSAGE = {
    "message_id": (1, -1),
    "chat": {"id": (1, -5, "1", 1e400), "type": ("private", "group", "channel")},
    "from": {"id": (1, 110201543), "is_bot": (False, True)},
    "text": TEXT,
    "caption": TEXT,
    "entities": [
        {"type": ("bot_command", "mention", "text_mention"), "offset": (0, -1, 10**30), "length": (6, -1, 10**30)}
    ],
    "reply_to_message": {"from": {"id": (110201543, 2)}},
    "media_group_id": ("1",),
    "message_thread_id": (7,),
    "is_topic_message": (True,),
    "photo": ([],),
}
SLACK_EVENT = {
    "event_id": ("Ev1", ""),
    "authorizations": [{"user_id": ("U1",)}],
    "event": {
        "type": ("message", "app_mention"),
        "channel_type": ("im", "channel"),
        "subtype": ("file_share", "bot_message"),
        "channel": ("D1",),
        "user": ("U2", "U1"),
        "ts": ("1.2",),
        "text": TEXT,
        "files": ([1],),
        "thread_ts": ("1.1",),
    },
}
SLACK_PRESS = {
    "type": ("block_actions",),
    "actions": [{"action_id": ("suggestion-1",), "value": TEXT, "text": {"text": TEXT}}],
    "channel": {"id": ("D1",)},
    "user": {"id": ("U2",)},
    "message": {"thread_ts": ("1.1",)},
    "trigger_id": ("1",),
}
MATRIX_EVENT = {
    "type": ("m.room.message", "m.sticker", "m.room.member"),
    "state_key": (ACCOUNT.user_id,),
    "content": {
        "msgtype": ("m.text", "m.image"),
        "body": TEXT,
        "formatted_body": TEXT,
        "filename": TEXT,
        "membership": ("join", "leave"),
        "m.mentions": {"user_ids": [(ACCOUNT.user_id,)]},
        "m.relates_to": {"rel_type": ("m.thread", "m.replace"), "event_id": ("$1",), "m.in_reply_to": ("$2",)},
    },
    "unsigned": {"prev_content": {"membership": ("join",)}},
}


@given(
    shaped(TELEGRAM_MESSAGE), shaped({"id": ("1",), "data": ("x",), "from": {"id": (1,)}, "message": TELEGRAM_MESSAGE})
)
def test_any_update_of_telegram_is_read_or_left(message: Any, query: Any) -> None:
    written = telegram_updates.read_message(message, 110201543, "MeTooFactsBot")
    assert written is None or (isinstance(written.text, str) and isinstance(written.user_id, int))
    pressed = telegram_updates.read_press(query)
    assert pressed is None or isinstance(pressed.data, str)
    telegram_updates.read_leaving(message)


@given(shaped(SLACK_EVENT), shaped(SLACK_PRESS))
def test_any_event_of_slack_is_read_or_left(envelope: Any, payload: Any) -> None:
    for read, given_ in (
        (lambda each: slack_events.read_event(each, "U1"), envelope),
        (slack_events.read_press, payload),
    ):
        if isinstance(given_, dict):  # parsed_object gives nothing else
            delivery_id, written = read(given_)
            assert written is None or (isinstance(written.text, str) and isinstance(delivery_id, str))


@given(shaped(MATRIX_EVENT))
def test_any_event_of_matrix_is_read_or_left(event: Any) -> None:
    if isinstance(event, dict):  # the channel takes nothing else
        written = read_message(event, ACCOUNT)
        assert written is None or (isinstance(written, Written) and isinstance(written.text, (str, type(None))))
        is_join(event, ACCOUNT.user_id)
        is_membership(event, "join")
        own_joins([event], ACCOUNT)


@given(st.text(st.characters()) | st.randoms(use_true_random=False).map(hostile_text))
def test_no_text_is_a_command(text: str) -> None:
    assert not as_text(text).lstrip().startswith("/")


@given(
    st.binary() | ODD.map(lambda value: json.dumps(value).encode()) | st.integers(1, 9999).map(lambda deep: b"[" * deep)
)
def test_a_body_is_an_object_or_a_bad_request(body: bytes) -> None:
    try:
        given: Any = parsed_object(body)
    except WebError as error:
        given = error.status
    assert isinstance(given, dict) or given == 400


@given(
    st.binary()
    | st.lists(
        st.sampled_from([b"GET ", b"/", b" HTTP/1.1", b"\r\n", b"a", b": ", b"\xff", b"content-length", b"-1"])
    ).map(b"".join)
)
def test_the_head_of_a_request_is_sound_or_refused(head: bytes) -> None:
    try:
        _check(head)
    except (InvalidUsage, PayloadTooLarge):
        return
    assert re.match(rb"[A-Z]+ [\x21-\x7e]+ HTTP/1\.[01](\r\n|\Z)", head) and b"\0" not in head


@given(st.lists(st.one_of(st.text(), st.integers(), st.none(), st.just("\ud800"))))
def test_a_sender_is_known_by_a_hash_whatever_names_it(identifiers: List[Any]) -> None:
    messaging = Messaging("matrix", lambda message: None, key=b"k" * 32)  # type: ignore[arg-type, return-value]
    assert re.fullmatch("matrix-[0-9a-f]{64}", messaging.sender_id(*identifiers))


@pytest.fixture(scope="module")
def conversations(messengers: Messengers) -> Dict[str, Any]:
    """A conversation of the running assistant, another as soon as it has had its messages of the minute."""
    return {"client": Client(messengers.assistant.port, "127.0.0.4").begin(), "said": 0}


@settings(max_examples=60)
@given(body=shaped({"text": TEXT, "sender": TEXT, "metadata": TEXT}))
def test_a_message_is_answered_as_the_contract_says(
    messengers: Messengers, conversations: Dict[str, Any], body: Any
) -> None:
    conversations["said"] += 1
    if conversations["said"] % 40 == 0:
        conversations["client"] = Client(messengers.assistant.port, "127.0.0.4").begin()
    status, headers, answer = conversations["client"].request("POST", "/chat/message", json.dumps(body).encode())
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or re.search("[\ud800-\udfff]", text):
        assert status == 400
    elif not text.strip() or len(text) > MAX_TEXT:
        assert status == 422
    else:
        assert status == 200
        assert answer["replies"] and all(reply["text"] for reply in answer["replies"])
    assert headers["content-type"] == "application/json"


def test_hostile_requests_are_refused_and_leave_nothing(messengers: Messengers) -> None:
    seed = random.randrange(10**6)
    for text in ("hello", "qui a commencé?", "he hit me"):  # what is loaded at the first message is loaded
        Client(messengers.assistant.port, "127.0.0.4").begin().say(text)
    webhooks = Webhooks(messengers.telegram.webhook["secret_token"], SECRET)
    found = Fuzz(messengers.assistant, messengers.log, 2_500, seed, 0.02, webhooks).run()
    assert found.faults == [], f"seed {seed}"
    # Each standstill shows in one wait. The machine may have other work once; what a request causes comes again.
    assert found.waits[-2] < 1.0, f"the event loop stood still; seed {seed}"
    for warm, end in found.memory:
        assert end - warm < 30
