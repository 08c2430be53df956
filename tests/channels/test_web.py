"""The web channel's contract, over real HTTP against the running pair of processes: each status, each header."""

import gzip
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, Mapping, Tuple

import pytest
import requests

from bot.processes import Assistant
from tests.channels.client import Client

Answer = Tuple[int, Mapping[str, str], Any]


@pytest.fixture
def client(assistant: Assistant) -> Iterator[Client]:
    conversation = Client(assistant.port).begin()
    yield conversation
    conversation.request("DELETE", "/chat/session")


def assert_error(answer: Answer, status: int, code: str) -> None:
    got, headers, body = answer
    assert (got, body["error"]["code"]) == (status, code)
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    assert headers["content-type"] == "application/json"


def test_a_conversation_begins_with_a_greeting(assistant: Assistant) -> None:
    status, headers, body = Client(assistant.port).request("POST", "/chat/session", {})
    assert status == 201
    assert len(body["token"]) >= 43  # 256 bits in base64
    assert body["expires_in"] == 1800
    assert [reply["kind"] for reply in body["replies"]] == ["chat"]
    assert "automated" in body["replies"][0]["text"]
    assert headers["cache-control"] == "no-store"


def test_a_reply_has_every_field_of_the_contract(client: Client) -> None:
    reply = client.say("When was the phrase first used?")
    assert set(reply) == {"id", "kind", "text", "facts", "suggestions", "links"}
    assert reply["kind"] == "answer"
    (fact,) = reply["facts"]
    assert fact == {
        "id": "burke-first-used-phrase",
        "quote": "Tarana Burke, a sexual assault survivor and activist, "
        "first used the phrase “Me Too” in 2006 on Myspace.",
        "document": "metoo.txt",
        "line": 8,
        "collection": "document",
    }
    assert all(set(suggestion) == {"title", "text"} for suggestion in reply["suggestions"])


def test_tokens_and_replies_are_never_the_same(assistant: Assistant) -> None:
    one, other = Client(assistant.port).begin(), Client(assistant.port).begin()
    assert one.token != other.token
    assert one.say("What is MeToo?")["id"] != other.say("What is MeToo?")["id"]


def test_an_erased_conversation_is_gone(client: Client) -> None:
    assert client.request("DELETE", "/chat/session")[0] == 204
    assert_error(client.request("POST", "/chat/message", {"text": "hello"}), 401, "unauthorized")
    assert_error(client.request("DELETE", "/chat/session"), 401, "unauthorized")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dTpw", "Bearer web-0", "bearer \u00e9"]
)
@pytest.mark.parametrize("path", ["/chat/message", "/chat/feedback"])
def test_without_a_valid_token(assistant: Assistant, path: str, authorization: str) -> None:
    answer = Client(assistant.port).request("POST", path, {"text": "hi"}, {"Authorization": authorization})
    assert_error(answer, 401, "unauthorized")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"text": 1}',
        b'{"text": null}',
        b"\xff\xfe",
        b'{"text": "\\ud800"}',
    ],
)
def test_not_an_object_of_the_right_shape(client: Client, body: bytes) -> None:
    assert_error(
        client.request("POST", "/chat/message", body, {"Content-Type": "application/json"}), 400, "bad_request"
    )


def test_deep_nesting_is_a_bad_request(client: Client) -> None:
    assert_error(client.request("POST", "/chat/message", b"[" * 19_000), 400, "bad_request")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type(client: Client, content_type: str) -> None:
    answer = client.request("POST", "/chat/message", b'{"text": "hi"}', {"Content-Type": content_type})
    assert_error(answer, 415, "unsupported_type")


def test_the_content_type_may_have_a_character_set(client: Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert client.request("POST", "/chat/message", b'{"text": "What is MeToo?"}', headers)[0] == 200


def test_a_body_over_the_limit(client: Client) -> None:
    allowed = json.dumps({"text": "What is MeToo?", "pad": ""}).encode()
    padded = allowed[:-2] + b"x" * (20_000 - len(allowed)) + allowed[-2:]
    assert client.request("POST", "/chat/message", padded)[0] == 200
    assert_error(client.request("POST", "/chat/message", padded[:-2] + b"x" + padded[-2:]), 413, "too_large")


def test_a_body_without_a_length_is_cut_at_the_limit(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as connection:
        head = (
            "POST /chat/message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        )
        connection.sendall(f"{head}Authorization: Bearer {client.token}\r\n\r\n".encode())
        for _ in range(6):
            connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        assert connection.recv(200).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("text", ["", " ", "\n\t \u2003"])
def test_an_empty_text(client: Client, text: str) -> None:
    assert_error(client.request("POST", "/chat/message", {"text": text}), 422, "empty_text")


def test_a_text_over_500_characters(client: Client) -> None:
    assert client.request("POST", "/chat/message", {"text": "é" * 500})[0] == 200
    assert_error(client.request("POST", "/chat/message", {"text": "é" * 501}), 422, "text_too_long")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/chat/session"), ("POST", "/chat/message"), ("DELETE", "/chat/session")]
)
def test_an_origin_that_is_not_allowed(client: Client, origin: str, method: str, path: str) -> None:
    assert_error(client.request(method, path, {"text": "hi"}, {"Origin": origin}), 403, "forbidden")


def test_the_page_of_the_assistant_itself_is_allowed(client: Client) -> None:
    own = {"Origin": f"http://127.0.0.1:{client.port}"}
    assert client.request("POST", "/chat/message", {"text": "What is MeToo?"}, own)[0] == 200


def test_too_many_messages(client: Client) -> None:
    answers = [client.request("POST", "/chat/message", {"text": "hi"}) for _ in range(42)]
    assert [status for status, _, _ in answers].count(200) == 40
    assert_error(answers[-1], 429, "too_many")
    assert 1 <= int(answers[-1][1]["retry-after"]) <= 60
    assert Client(client.port).begin().say("hi")["kind"] == "chat"  # nobody else has to wait


def test_feedback(client: Client) -> None:
    reply = client.say("What is MeToo?")
    assert client.request("POST", "/chat/feedback", {"reply_id": reply["id"], "useful": True})[0] == 204
    assert client.request("POST", "/chat/feedback", {"reply_id": "unknown", "useful": False})[0] == 204


@pytest.mark.parametrize(
    "body", [{}, {"reply_id": 1, "useful": True}, {"reply_id": "x"}, {"reply_id": "x", "useful": 1}]
)
def test_feedback_of_the_wrong_shape(client: Client, body: Any) -> None:
    assert_error(client.request("POST", "/chat/feedback", body), 400, "bad_request")


def test_health(assistant: Assistant) -> None:
    assert Client(assistant.port).request("GET", "/chat/health")[::2] == (200, {"status": "ok"})


@pytest.mark.parametrize(("path", "kind"), [("/chat/", "text/html"), ("/chat/embed.js", "text/javascript")])
def test_pages_have_strict_headers(assistant: Assistant, path: str, kind: str) -> None:
    status, headers, body = Client(assistant.port).request("GET", path)
    assert status == 200 and body
    assert headers["content-type"].startswith(kind)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_address_without_a_slash_leads_to_the_page(assistant: Assistant) -> None:
    status, headers, _ = Client(assistant.port).request("GET", "/chat")
    assert (status, headers["location"]) == (308, "/chat/")


def test_everything_that_the_page_refers_to_is_there(assistant: Assistant) -> None:
    page = Client(assistant.port).request("GET", "/chat/")[2].decode()
    paths = re.findall(r'(?:src|href)="\./([^"]+)"', page)
    assert len(paths) == 3
    for path in paths:
        status, headers, _ = Client(assistant.port).request("GET", f"/chat/{path}")
        assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize("path", ["/chat/", "/chat/embed.js"])
def test_a_page_is_sent_compressed_and_not_again_while_it_is_the_same(assistant: Assistant, path: str) -> None:
    client = Client(assistant.port)
    _, plain, content = client.request("GET", path)
    _, small, compressed = client.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
    assert (plain.get("content-encoding"), small["content-encoding"]) == (None, "gzip")
    assert gzip.decompress(compressed) == content
    assert plain["vary"] == "Accept-Encoding" and plain["cache-control"] == "no-cache"
    status, again, nothing = client.request("GET", path, headers={"If-None-Match": plain["etag"]})
    assert (status, nothing) == (304, b"") and again["content-security-policy"]


def test_the_page_knows_where_the_way_out_leads(assistant: Assistant) -> None:
    page = Client(assistant.port).request("GET", "/chat/")[2].decode()
    assert '<meta name="exit-page" content="https://www.bbc.co.uk/weather"' in page and "{{" not in page


def test_a_message_sent_again_is_answered_once(client: Client) -> None:
    """As a client does whose connection broke before the answer came."""
    message, key = {"text": "What is MeToo?"}, {"Idempotency-Key": "0123456789abcdef"}
    first = client.request("POST", "/chat/message", message, key)[2]["replies"]
    again = client.request("POST", "/chat/message", message, key)[2]["replies"]
    assert [each["text"] for each in again] == [each["text"] for each in first]
    assert [each["facts"] for each in again] == [each["facts"] for each in first]
    assert [each["suggestions"] for each in again] == [each["suggestions"] for each in first]
    # In the conversation it stands once: the message before "repeat that" is not the same one said twice.
    other = client.request("POST", "/chat/message", {"text": "Who is Tarana Burke?"}, {"Idempotency-Key": "fedcba98"})
    assert other[2]["replies"][0]["text"] != first[0]["text"]
    late = client.request("POST", "/chat/message", message, key)[2]["replies"]
    assert [each["text"] for each in late] == [each["text"] for each in first]


def test_a_message_that_comes_twice_at_once_is_answered_once(client: Client) -> None:
    message, key = {"text": "Women who complain are liars"}, {"Idempotency-Key": "at-the-same-time"}
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(client.request, "POST", "/chat/message", message, key) for _ in range(4)]
    answers = [each.result()[2]["replies"][0]["text"] for each in sent]
    assert len(set(answers)) == 1
    # Said a second time, it gets a shorter answer.
    assert client.say(message["text"])["text"] not in answers


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space 1234", "ümlaut-1234"])
def test_a_key_of_another_form_is_refused(client: Client, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    assert_error(client.request("POST", "/chat/message", {"text": "hello"}, headers), 400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/chat/nowhere", 404, "not_found"),
        ("GET", "/chat/static/../../credentials.yml", 404, "not_found"),
        ("GET", "/chat/static/%2e%2e/credentials.yml", 404, "not_found"),
        ("GET", "/chat/message", 405, "method_not_allowed"),
        ("PUT", "/chat/session", 405, "method_not_allowed"),
        ("POST", "/chat/health", 405, "method_not_allowed"),
    ],
)
def test_other_addresses_and_methods(assistant: Assistant, method: str, path: str, status: int, code: str) -> None:
    assert_error(Client(assistant.port).request(method, path), status, code)


@pytest.mark.parametrize("text", ["/restart", "/session_start", "/back", "/"])
def test_a_command_is_text(client: Client, text: str) -> None:
    """Rasa itself would answer none of these with words."""
    client.say("What is MeToo?")
    reply = client.say(text)
    assert reply["kind"] in ("refusal", "chat", "clarify", "boundary") and not reply["facts"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>hello</b><script>alert(1)</script>",
        "{facts} {0} %s",
        "🤔",
        "\u202e\u0000\u200b",
        "a" * 500,
        "' OR 1=1 --",
        "null",
        "\\n\\n",
    ],
)
def test_odd_text_gets_a_reply_and_no_echo(client: Client, text: str) -> None:
    reply = client.say(text)
    assert reply["kind"] in ("refusal", "chat")
    assert text not in reply["text"]


def test_messages_of_a_conversation_are_answered_in_order(client: Client) -> None:
    """Five messages sent at once over five connections: each next one waits, and the conversation stays whole."""
    questions = [
        "Who started MeToo?",
        "What is Times Up?",
        "MeToo in France?",
        "Who is Tarana Burke?",
        "What are its goals?",
    ]
    expected = ["burke-first-used-phrase", "inspired-times-up", "france-momentum", "burke-who", "goal-community"]
    with ThreadPoolExecutor(5) as pool:
        waiting = []
        for question in questions:
            waiting.append(pool.submit(client.say, question))
            time.sleep(0.02)  # so that they come in this order
        finished = []
        for position, future in enumerate(waiting):
            future.add_done_callback(lambda _, position=position: finished.append(position))
        replies = [future.result() for future in waiting]
    assert finished == sorted(finished)
    for reply, fact in zip(replies, expected):
        assert fact in [cited["id"] for cited in reply["facts"]]


def test_erasing_during_a_message_leaves_nothing_behind(client: Client) -> None:
    sending = threading.Thread(target=client.request, args=("POST", "/chat/message", {"text": "What is MeToo?"}))
    sending.start()
    time.sleep(0.01)
    assert client.request("DELETE", "/chat/session")[0] == 204
    sending.join()
    assert_error(client.request("POST", "/chat/message", {"text": "hi"}), 401, "unauthorized")


def test_a_client_that_goes_away_does_no_harm(client: Client) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"http://127.0.0.1:{client.port}/chat/message",
            json={"text": "What is MeToo?"},
            headers={"Authorization": f"Bearer {client.token}"},
            timeout=(1, 0.005),
        )
    assert client.say("Who started MeToo?")["kind"] == "answer"
