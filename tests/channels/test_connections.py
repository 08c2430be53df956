"""What comes over a connection and is no proper request: it is refused as JSON, and disturbs nobody."""

import re
import socket
import time
from typing import List

import pytest

from bot.processes import Assistant
from tests.channels.client import Client
from tests.channels.wire import exchange, received

HOST = b"Host: x\r\n"
JSON = HOST + b"Content-Type: application/json\r\n"


def post(*headers: bytes, body: bytes = b"{}") -> bytes:
    return b"POST /chat/session HTTP/1.1\r\n" + JSON + b"".join(each + b"\r\n" for each in headers) + b"\r\n" + body


def get(address: bytes, *headers: bytes) -> bytes:
    return b"GET " + address + b" HTTP/1.1\r\n" + HOST + b"".join(each + b"\r\n" for each in headers) + b"\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        post(b"Content-Length: -5"),
        post(b"Content-Length: abc"),
        post(b"Content-Length: +2"),
        post(b"Content-Length: 0_2"),
        post(b"Content-Length:"),
        post(b"Content-Length: 2", b"Content-Length: 5"),
        post(b"Content-Length: 12", b"Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"),
        post(b"Transfer-Encoding: gzip"),
        post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
        post(b"Transfer-Encoding: chunked", body=b"-5\r\n{}\r\n0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"),
        get(b"/chat/\xff\xfe"),
        get("/chat/é".encode()),
        get(b"chat/"),
        get(b"http://[::1"),
        get(b""),
        get(b"/chat/\0"),
        get(b"/chat/ x"),
        get(b"/chat/", b"Host: y"),
        get(b"/chat/", b"no colon"),
        get(b"/chat/", b" Folded: x"),
        get(b"/chat/", b"Name : x"),
        get(b"/chat/", b"Name: \0"),
        get(b"/chat/", b"Name: x\nOther: y"),
        get(b"/chat/", *[b"A: b"] * 200),
        b"G\xff /chat/ HTTP/1.1\r\n" + HOST + b"\r\n",
        b"get /chat/ HTTP/1.1\r\n" + HOST + b"\r\n",
        b"CONNECT x:80 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /chat/ HTTP/1.2\r\n" + HOST + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /chat/\r\n\r\n",
        bytes(range(256)) * 4 + b"\r\n\r\n",
    ],
    ids=range(32),
)
def test_what_is_no_request_is_refused_and_the_connection_closed(assistant: Assistant, sent: bytes) -> None:
    (answer,) = exchange(assistant.port, sent)[:1]
    assert (answer.status, answer.code, answer.headers["connection"]) == (400, "bad_request", "close")
    assert exchange(assistant.port, get(b"/chat/embed.js"))[0].status == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (get(b"/nowhere/strawberry"), 404, "not_found"),
        (get(b"/nowhere/strawberry", b"Accept: text/html"), 404, "not_found"),
        (get(b"//strawberry:99999999/"), 404, "not_found"),
        (get(b"/chat/%ff%00%zz-strawberry"), 404, "not_found"),
        (b"STRAWBERRY /chat/ HTTP/1.1\r\n" + HOST + b"\r\n", 405, "method_not_allowed"),
        (b"POST / HTTP/1.1\r\n" + HOST + b"\r\n", 405, "method_not_allowed"),
        (post(b"Expect: strawberry", b"Content-Length: 2"), 417, "bad_request"),
        (post(b"Content-Length: 9999999999999999999999999999"), 413, "too_large"),
        (get(b"/chat/", b"X: " + b"strawberry" * 2_000), 413, "too_large"),
        (post(b"Origin: http://[strawberry", b"Content-Length: 2"), 403, "forbidden"),
        (post("Origin: http://strawberry℀x".encode(), b"Content-Length: 2"), 403, "forbidden"),
        (post(b"Origin: http://\xff", b"Content-Length: 2"), 403, "forbidden"),
    ],
    ids=range(12),
)
def test_what_is_refused_is_told_as_json_without_an_echo(
    assistant: Assistant, sent: bytes, status: int, code: str
) -> None:
    (answer,) = exchange(assistant.port, sent)
    assert (answer.status, answer.code) == (status, code)
    assert b"strawberry" not in answer.body.lower()
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "sent",
    [
        get(b"http://chat.example/chat/embed.js"),
        get(b"/chat/embed.js?a=%20&b"),
        get(b"/chat/embed.js", "X: ü".encode(), b"X:", b"x-y: \xff"),
        b"GET /chat/embed.js HTTP/1.0\r\n\r\n",
    ],
    ids=range(4),
)
def test_what_is_unusual_but_proper_is_answered(assistant: Assistant, sent: bytes) -> None:
    assert exchange(assistant.port, sent)[0].status == 200


def test_requests_sent_at_once_are_answered_in_order(assistant: Assistant) -> None:
    answers = exchange(assistant.port, get(b"/chat/health") + get(b"/chat/nowhere") + get(b"/chat/embed.js"))
    assert [answer.status for answer in answers] == [200, 404, 200]


def test_what_follows_a_refusal_is_not_read_for_ever(assistant: Assistant) -> None:
    """The answer is sent before the body has come; the rest is neither believed nor waited for."""
    for rest in (b"zz\r\n", b"-1\r\n{}\r\n", b"fffffffffffffff\r\n", b"1;" + b"x" * 200):
        with socket.create_connection(("127.0.0.1", assistant.port), timeout=20) as connection:
            connection.sendall(b"POST /chat/message HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n")
            (answer,) = received(connection)
            assert answer.status == 401
            connection.sendall(rest)
    assert Client(assistant.port).request("GET", "/chat/health")[0] == 200


def test_who_takes_for_ever_is_told_so(assistant: Assistant) -> None:
    slow = {
        "head": b"GET /chat/embed.js HTTP/1.1\r\nX: ",
        "body": post(b"Content-Length: 2000", body=b"{"),
        "chunks": post(b"Transfer-Encoding: chunked", body=b"800\r\n{"),
    }
    connections: List[socket.socket] = []
    try:
        for sent in slow.values():
            connections.append(socket.create_connection(("127.0.0.1", assistant.port), timeout=20))
            connections[-1].sendall(sent)
        for _ in range(12):  # a byte now and then does not help
            time.sleep(1)
            for connection in connections:
                connection.sendall(b"x")
        for connection in connections:
            (answer,) = received(connection)
            assert (answer.status, answer.code, answer.headers["connection"]) == (408, "too_slow", "close")
    finally:
        for connection in connections:
            connection.close()


def test_none_of_it_leaves_a_trace_in_the_log(assistant: Assistant, log: List[str]) -> None:
    for address in (b"/chat/\xff", b"/nowhere/strawberry", b"/chat/static/strawberry"):
        exchange(assistant.port, get(address, b"Authorization: Bearer strawberry"))
    exchange(assistant.port, post(b"Content-Length: strawberry"))
    assert not [line for line in log if re.search("Traceback|strawberry", line)]
