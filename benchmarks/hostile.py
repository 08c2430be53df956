"""Requests that nobody should send: made from the contract's schema, and broken at every level, from a seed."""

import hashlib
import hmac
import random
import time
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import urlencode

from benchmarks.hostile_values import MARKER, Body, any_value, as_json, body_of, broken, hostile_text
from bot.environment import LOOPBACK


class Route(NamedTuple):
    """An address of the contract: its method, the fields of its body, and whether it needs a conversation."""

    method: str
    path: str
    fields: Optional[Body] = None
    needs_token: bool = False


CONTRACT = (
    Route("GET", "/chat/"),
    Route("GET", "/chat/embed.js"),
    Route("GET", "/chat/health"),
    Route("POST", "/chat/session", {}),
    Route("DELETE", "/chat/session", None, True),
    Route("POST", "/chat/message", {"text": "text"}, True),
    Route("POST", "/chat/feedback", {"reply_id": "text", "useful": "bool"}, True),
)


class Attack(NamedTuple):
    """What is sent over a connection of its own.

    `answers`: how many are expected; 0 where the server rightly waits for more, and the connection is given up.
    """

    kind: str
    sent: bytes
    answers: int = 1


class Webhooks(NamedTuple):
    """What makes a delivery believed: Telegram's secret, Slack's signing secret."""

    telegram: str
    slack: str


def attack(dice: random.Random, token: str, webhooks: Optional[Webhooks] = None) -> Attack:
    """A request, or what looks like one.

    Args:
        dice: decides.
        token: of a conversation, for requests that are to get that far.
        webhooks: deliveries are made too, where it is given.
    """
    makers = _ATTACKS if webhooks is None else (*_ATTACKS, _telegram, _slack)
    weights = _WEIGHTS if webhooks is None else (*_WEIGHTS, 4, 4)
    (maker,) = dice.choices(makers, weights)
    return maker(dice, token, webhooks)


def message(dice: random.Random, token: str) -> Attack:
    """A proper request with a message that may be anything."""
    return Attack("message", _request("POST", "/chat/message", as_json({"text": hostile_text(dice)}), token))


def _request(
    method: str,
    path: str,
    body: Optional[bytes],
    token: str = "",
    headers: Sequence[Tuple[bytes, bytes]] = (),
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1".encode("utf-8", "surrogateescape"), b"Host: " + LOOPBACK.encode()]
    named = {name.lower() for name, _ in headers}
    if body is not None:
        if b"content-type" not in named:
            lines.append(b"Content-Type: application/json")
        if not named & {b"content-length", b"transfer-encoding"}:
            lines.append(b"Content-Length: %d" % len(body))
    if token:
        lines.append(b"Authorization: Bearer " + token.encode())
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def _of_the_contract(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    route = dice.choice([each for each in CONTRACT if each.method != "DELETE" and each.path != "/chat/session"])
    token = dice.choice([token, token, "", MARKER, token[:-1]]) if route.needs_token else ""
    body = None if route.fields is None else body_of(route.fields, dice)
    return Attack("contract", _request(route.method, route.path, body, token))


def _odd_method(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    method = dice.choice(
        ["PUT", "PATCH", "OPTIONS", "TRACE", "HEAD", "FOO", "get", "G\udcffT", "X" * 100, "", "CONNECT"]
    )
    return Attack("method", _request(method, dice.choice(CONTRACT).path, None, token))


def _odd_path(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    path = dice.choice(
        [
            *("", "*", "//", "/..", "/chat/../..", "/chat/static/%2e%2e/credentials.yml", "/chat/%00", "/chat/%ff%fe"),
            *(f"/{MARKER}", f"/chat/{MARKER}?{MARKER}", "/webhooks/rest/webhook", "/conversations/x/tracker", "/model"),
            *(
                "/chat/\udcff",
                "/chat/é",
                "/chat/ x",
                "/" + "a" * 7_000,
                "/" + "a/" * 3_000,
                "http://[::1",
                "http://x/chat/",
            ),
            *(
                f"/{''.join(chr(dice.randrange(33, 127)) for _ in range(40))}",
                "/chat//message",
                "/CHAT/",
                "/chat/session/",
            ),
        ]
    )
    return Attack("path", _request("GET", path, None, token))


def _odd_headers(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    headers: List[Tuple[bytes, bytes]] = dice.choice(
        [
            [
                (b"Content-Type", each)
                for each in (dice.choice([b"text/plain", b"", b"\xff", b"application/json;" * 50]),)
            ],
            [
                (
                    b"Authorization",
                    dice.choice([b"Bearer \xff\xfe", b"Basic eA==", b"Bearer " + b"x" * 5_000, b"", b"Bearer"]),
                )
            ],
            [
                (
                    b"Origin",
                    dice.choice([b"http://[", b"null", b"https://evil.example", b"\xff", b"http://a\xe2\x84\x80b"]),
                )
            ],
            [(b"Host", b"\xff:::")],
            [(b"X-Forwarded-For", dice.choice([b"\xff", b"1.2.3.4, " * 300, b"'"])), (b"Forwarded", b'for="[::')],
            [(b"Idempotency-Key", dice.choice([b"x", b"\xff" * 20, b"a" * 65, b"with space 1234"]))],
            [(b"Cookie", b"\xff=\x01;;;=" * 20)],
            [(b"Expect", dice.choice([b"100-continue", MARKER.encode()]))],
            [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade"), (b"Sec-WebSocket-Version", b"13")],
            [(b"A%d" % number, b"b") for number in range(dice.choice([99, 150, 900]))],
            [(b"X", b"x" * dice.choice([7_000, 9_000, 40_000]))],
            [(dice.choice([b"", b" X", b"X ", b"X\0", b"\xff", b"X\nY"]), b"y")],
            [(b"X", dice.choice([b"a\0b", b"a\nb", b"\r", b"\t" * 100, b"\xff" * 100]))],
            [(b"If-None-Match", b'"' * 500), (b"Accept-Encoding", b"gzip;q=\xff"), (b"Range", b"bytes=0-,-1")],
        ]
    )
    return Attack("headers", _request("POST", "/chat/message", b"{}", "", headers))


def _odd_framing(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    def framed(*headers: Tuple[bytes, bytes], body: bytes = b"{}") -> bytes:
        return _request("POST", "/chat/message", body, token, headers)

    chunked = (b"Transfer-Encoding", b"chunked")
    sent = dice.choice(
        [
            *(
                framed((b"Content-Length", each))
                for each in (b"-5", b"-0", b"abc", b"+2", b"2, 2", b"0x2", b"", b"9" * 30)
            ),
            framed((b"Content-Length", b"2"), (b"Content-Length", b"3")),
            framed((b"Content-Length", b"12"), chunked, body=b"2\r\n{}\r\n0\r\n\r\n"),
            *(framed((b"Transfer-Encoding", each)) for each in (b"gzip", b"chunked, gzip", b"identity", b"\xff", b"")),
            *(
                framed(chunked, body=body)
                for body in (
                    b"-5\r\n{}\r\n0\r\n\r\n",
                    b"zz\r\n{}\r\n",
                    b"2;" + b"x" * 90 + b"\r\n{}\r\n0\r\n\r\n",
                    b"2" * 90,
                )
            ),
            framed(chunked, body=b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
            bytes(dice.randrange(256) for _ in range(200)) + b"\r\n\r\n",
            b"GET /chat/ HTTP/2.0\r\n\r\n",
            b"GET /chat/\r\n\r\n",
            b"\r\n\r\n",
            b"\x16\x03\x01" + b"a" * 9_000,
        ]
    )
    return Attack("framing", sent)


def _pipelined(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    number = dice.randint(2, 6)
    parts = [
        _request("GET", dice.choice(["/chat/embed.js", "/chat/nowhere", "/chat/health"]), None) for _ in range(number)
    ]
    return Attack("pipelined", b"".join(parts), number)


def _given_up(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    """The client goes away in the middle of a request, or right after it."""
    whole = _request("POST", "/chat/message", as_json({"text": 1, "pad": MARKER * 100}), token)
    return Attack("given up", whole[: dice.randrange(1, len(whole))], 0)


def _telegram(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    assert webhooks is not None
    chat = {"id": dice.randrange(1, 10**9), "type": dice.choice(["private", "group", "channel", None, 1])}
    content: Dict[str, Any] = {
        "message_id": any_value(dice),
        "from": dice.choice(
            [{"id": chat["id"], "is_bot": True}, {"id": any_value(dice), "is_bot": False}, any_value(dice)]
        ),
        "chat": dice.choice([chat, chat, {"id": any_value(dice), "type": "private"}, any_value(dice)]),
        "text": dice.choice([any_value(dice), hostile_text(dice)]),
        "entities": dice.choice(
            [any_value(dice), [{"type": "bot_command", "offset": any_value(dice), "length": 5}], [any_value(dice)]]
        ),
        "reply_to_message": dice.choice([any_value(dice), {"from": any_value(dice)}]),
        "media_group_id": any_value(dice),
    }
    if isinstance(content["from"], dict) and content["from"].get("is_bot") is False:
        content.pop(dice.choice(["chat", "text", "from"]))  # a proper message is work
    kind = dice.choice(["message", "callback_query", "my_chat_member", "edited_message", MARKER])
    update = {
        "update_id": dice.choice([dice.randrange(10**9, 10**12), any_value(dice)]),
        kind: dice.choice([content, any_value(dice)]),
    }
    secret = dice.choice([webhooks.telegram] * 9 + [MARKER, ""]).encode()
    body = broken(as_json(update), dice)
    return Attack(
        "telegram",
        _request("POST", "/webhooks/telegram/webhook", body, "", [(b"X-Telegram-Bot-Api-Secret-Token", secret)]),
    )


def _slack(dice: random.Random, token: str, webhooks: Optional[Webhooks]) -> Attack:
    assert webhooks is not None
    event = {
        "type": dice.choice(["message", "app_mention", "reaction_added", any_value(dice)]),
        "channel_type": dice.choice(["im", "channel", any_value(dice)]),
        "channel": dice.choice(["D1", any_value(dice)]),
        "bot_id": "B1",  # a proper message is work
        "user": any_value(dice),
        "ts": any_value(dice),
        "text": hostile_text(dice),
        "files": any_value(dice),
        "thread_ts": any_value(dice),
    }
    envelope = {
        "type": dice.choice(["event_callback", "url_verification", any_value(dice)]),
        "event": dice.choice([event, event, any_value(dice)]),
        "event_id": any_value(dice),
        "authorizations": dice.choice([[{"user_id": "U1"}], any_value(dice)]),
    }
    press = {"type": "block_actions", "actions": [any_value(dice)], "channel": any_value(dice), "user": any_value(dice)}
    is_form = dice.random() < 0.4
    form = {dice.choice(["payload", "payload", "x"]): as_json(press)} if is_form else {}
    body = urlencode(form).encode() if is_form else as_json(envelope)
    body = broken(body or b"{}", dice)
    at = str(int(time.time()) - dice.choice([0] * 10 + [400, -400])).encode()
    at = dice.choice([at] * 20 + [b"x", b"-1", b"9" * 40, b"\xff"])
    signature = (
        b"v0=" + hmac.new(webhooks.slack.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest().encode()
    )
    signature = dice.choice([signature] * 12 + [b"v0=" + b"0" * 64, b"\xff", b""])
    kind = b"application/x-www-form-urlencoded" if is_form else b"application/json"
    headers = [(b"Content-Type", kind), (b"X-Slack-Request-Timestamp", at), (b"X-Slack-Signature", signature)]
    return Attack("slack", _request("POST", "/webhooks/slack/webhook", body, "", headers))


_ATTACKS = (_of_the_contract, _odd_method, _odd_path, _odd_headers, _odd_framing, _pipelined, _given_up)
_WEIGHTS = (12, 3, 4, 5, 5, 1, 2)
