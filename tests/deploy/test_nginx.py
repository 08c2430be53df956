"""What nginx does before the assistant: where a request goes, what is refused, and what is never written down."""

import json
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Dict

import pytest

from bot.environment import LOOPBACK, free_port
from bot.reply import error_message
from tests.conftest import require_program
from tests.deploy.conftest import SECRET, Answer, Door, Servers, check, open_to_workers

WORD = "quoll" + "nginx"


def is_error(answer: Answer, status: HTTPStatus, code: str) -> bool:
    expected = {"error": {"code": code, "message": error_message(code)}}
    return (
        (answer.status, answer.json) == (status, expected)
        and answer.headers["content-type"] == "application/json"
        and answer.headers["cache-control"] == "no-store"
    )


def test_a_conversation_goes_to_one_process_and_conversations_to_all(door: Door) -> None:
    ports = {}
    for number in range(30):
        given = {door.post("/chat/message", token=f"token {number}").json["port"] for _ in range(3)}
        assert len(given) == 1
        ports[number] = given.pop()
    assert set(ports.values()) == {each.port for each in door.rasa}
    assert {door.post("/chat/session").json["port"] for _ in range(30)} == {each.port for each in door.rasa}


def test_what_was_not_sent_to_a_process_that_is_gone_goes_to_another(door: Door) -> None:
    gone, living = door.rasa
    gone.stop()
    answers = [door.post("/chat/message", token=f"token {number}") for number in range(20)]
    assert [answer.status for answer in answers] == [200] * 20
    assert {answer.json["port"] for answer in answers} == {living.port}


def test_a_process_that_dies_with_a_message_is_told_as_not_ready_and_the_message_is_sent_to_no_other(
    door: Door,
) -> None:
    answer = door.post("/chat/session", b'{"text": "break"}')
    assert is_error(answer, HTTPStatus.SERVICE_UNAVAILABLE, "not_ready")
    assert int(answer.headers["retry-after"]) > 0
    assert sum(len(each.called("/chat/session")) for each in door.rasa) == 1


def test_an_action_is_asked_again_of_another_server(door: Door) -> None:
    gone, living = door.actions
    gone.stop()
    for _ in range(10):
        body = json.dumps({"tracker": "x" * 300_000}).encode()
        answer = door.request("POST", "/webhook", body, port=door.inside)
        assert (answer.status, answer.json["length"]) == (200, len(body))
        assert answer.json["port"] == living.port


@pytest.mark.parametrize(
    "path",
    [
        *("/workshop/why", "/webhooks/rest/webhook", "/webhooks/telegram/webhook"),
        *("/status", "/version", "/webhook", "/alive"),
    ],
)
def test_nothing_else_can_be_reached(door: Door, path: str) -> None:
    for method in ("GET", "POST"):
        assert is_error(door.request(method, path), HTTPStatus.NOT_FOUND, "not_found")
    assert all(not each.calls for each in (*door.rasa, *door.actions))


def test_the_root_leads_to_the_page(door: Door) -> None:
    for path in ("/", "/chat"):
        answer = door.request("GET", path)
        assert (answer.status, answer.headers["location"]) == (308, "/chat/")


def test_a_body_is_as_large_as_the_contract_says(door: Door) -> None:
    assert door.post("/chat/message", b" " * 20_000, token="one").json["length"] == 20_000
    larger = door.post("/chat/message", b" " * 20_001, token="one")
    assert is_error(larger, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    assert sum(len(each.called("/chat/message")) for each in door.rasa) == 1


class TestLimits:
    """An address may do so much."""

    @pytest.fixture
    def settings(self) -> Dict[str, str]:
        return {"METOO_SESSIONS_BURST": "3", "METOO_REQUESTS_PER_SECOND": "1", "METOO_REQUESTS_BURST": "8"}

    def test_who_begins_too_many_conversations_is_told_to_wait(self, door: Door) -> None:
        answers = [door.post("/chat/session") for _ in range(6)]
        assert [answer.status for answer in answers[:4]] == [200] * 4
        assert is_error(answers[-1], HTTPStatus.TOO_MANY_REQUESTS, "too_many")
        assert int(answers[-1].headers["retry-after"]) > 0

    def test_who_asks_too_much_is_told_to_wait(self, door: Door) -> None:
        statuses = [door.request("GET", "/chat/health").status for _ in range(12)]
        assert statuses[:9] == [200] * 9 and statuses[-1] == 429


def test_the_assistant_is_told_the_visitor_s_address_whatever_the_visitor_says(door: Door) -> None:
    lies = {
        "Forwarded": f"for=9.9.9.9;secret={SECRET}",
        "X-Forwarded-For": "9.9.9.9",
        "X-Real-IP": "9.9.9.9",
        "X-Forwarded-Host": "evil.example",
        "Cookie": "a=b",
        "Referer": "https://example.org/page",
    }
    assert door.post("/chat/message", token="one", **lies).json["forwarded"] == f"for={LOOPBACK};secret={SECRET}"
    (call,) = [call for each in door.rasa for call in each.called("/chat/message")]
    assert "9.9.9.9" not in str(call) and "evil" not in str(call) and "example.org" not in str(call)
    assert call.fields["headers"]["Host"] == f"{LOOPBACK}:{door.port}"


def test_nothing_that_a_visitor_sends_is_written_anywhere(door: Door) -> None:
    door.post("/chat/message", json.dumps({"text": WORD}).encode(), token=WORD, Referer=WORD, **{"User-Agent": WORD})
    door.post("/chat/session", b'{"text": "break"}', Referer=WORD)
    for path in (f"/chat/message?{WORD}=1", f"/chat/{WORD}", f"/{WORD}", f"/chat/static/{WORD}.js"):
        door.request("GET", path)
    door.post("/chat/message", WORD.encode() * 3_000, token=WORD)
    door.request("GET", "/" + WORD * 2_000)
    with socket.create_connection((LOOPBACK, door.port)) as broken:
        broken.sendall(WORD.encode() + b" \x00\r\n\r\n")
        broken.recv(1_000)
    deadline = time.monotonic() + 5
    while len(door.log.read_text().splitlines()) < 9 and time.monotonic() < deadline:
        time.sleep(0.05)
    lines = door.log.read_text().splitlines()
    assert len(lines) == 9 and lines[0].split()[1:4] == ["POST", "/chat/message", "200"]
    files = [path for path in door.folder.parent.rglob("*") if path.is_file()]
    assert door.log in files and door.printed in files
    assert [
        path for path in files if WORD.encode() in path.read_bytes() or b"127.0.0.1" in _without_settings(path)
    ] == []


def test_tls_is_modern_and_plain_http_leads_to_it(behind: Servers, tmp_path: Path) -> None:
    require_program("nginx")
    openssl = require_program("openssl")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    made += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    port = free_port()
    tls = {
        "METOO_CERTIFICATE": str(certificate),
        "METOO_CERTIFICATE_KEY": str(key),
        "METOO_HTTPS": f"{LOOPBACK}:{port}",
        "METOO_MESSAGING": f"{LOOPBACK}:{behind[0][0].port}",
    }
    door = Door(open_to_workers(tmp_path), *behind, tls)
    with door.server:
        door.wait()
        answer = door.request("GET", "/chat/?a=b", headers={"Host": "metoo.example"})
        assert (answer.status, answer.headers["location"]) == (308, "https://metoo.example/chat/?a=b")
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        with socket.create_connection((LOOPBACK, port)) as plain, context.wrap_socket(plain) as secure:
            assert secure.version() == "TLSv1.3"
            secure.sendall(b"GET /webhooks/slack/webhook HTTP/1.1\r\nHost: metoo.example\r\nConnection: close\r\n\r\n")
            got = b"".join(iter(lambda: secure.recv(10_000), b""))
            assert b"200 OK" in got and b"Strict-Transport-Security: max-age=63072000" in got
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection((LOOPBACK, port)) as plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain)


def test_many_at_a_time_are_answered(door: Door) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: door.post("/chat/message", token=str(number)).status, range(150)))
    assert answers == [200] * 150


@pytest.mark.parametrize("name", ["METOO_RASA", "METOO_ACTION_SERVERS", "METOO_PROXY_SECRET"])
def test_a_missing_setting_is_told_in_a_line(name: str) -> None:
    require_program("nginx")
    right = {"METOO_RASA": "a:1", "METOO_ACTION_SERVERS": "b:1", "METOO_PROXY_SECRET": SECRET}
    told = check({**right, name: ""})
    assert told.returncode == 1
    assert told.stderr.startswith(f"nginx: {name} ") and len(told.stderr.splitlines()) == 1


def test_the_shipped_settings_are_right() -> None:
    require_program("nginx")
    right = {"METOO_RASA": "127.0.0.1:1 127.0.0.1:2", "METOO_ACTION_SERVERS": "127.0.0.1:3"}
    right["METOO_PROXY_SECRET"] = SECRET
    assert check(right).returncode == 0
    assert check({**right, "METOO_MESSAGING": "127.0.0.1:4"}).returncode == 0


def _without_settings(path: Path) -> bytes:
    return b"" if path.name == "nginx.conf" else path.read_bytes()
