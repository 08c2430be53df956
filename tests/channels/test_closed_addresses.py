"""What Rasa can serve and is off as shipped: its channels that anyone may write to as anyone, and its HTTP API."""

import re
from typing import Iterable, Iterator, Set, Tuple

import requests
from rasa.core.channels import BUILTIN_CHANNELS
from rasa.server import create_app

from bot.processes import Assistant

METHODS = ("GET", "POST", "PUT", "DELETE")


def addresses_of_the_http_api() -> Iterator[Tuple[str, str]]:
    """Method and path of whatever Rasa serves with --enable-api."""
    for route in create_app().router.routes:
        for method in route.methods:
            yield method, re.sub(r"<[^>]+>", "someone", route.uri)


def addresses_of_channels() -> Iterator[Tuple[str, str]]:
    """Method and path of what Rasa's own channels serve."""
    for method in METHODS:
        for name in BUILTIN_CHANNELS:
            yield method, f"/webhooks/{name}"
            yield method, f"/webhooks/{name}/"
            yield method, f"/webhooks/{name}/webhook"
        yield method, "/webhooks/telegram/set_webhook"
        yield method, "/webhooks/twilio_voice/call_status"
        for path in ("/socket.io", "/socket.io/", "/socket.io/?EIO=4&transport=polling", "/webhook", "/chatroom.html"):
            yield method, path


def test_the_http_api_does_not_answer(assistant: Assistant) -> None:
    addresses = [each for each in addresses_of_the_http_api() if each != ("GET", "/")]
    paths = {path for _, path in addresses}
    # The list is Rasa's own; it holds what matters most.
    assert {"/version", "/status", "/domain", "/model", "/model/parse", "/model/train"} <= paths
    assert {"/conversations/someone/tracker", "/conversations/someone/messages"} <= paths
    assert statuses(assistant, addresses) == {404}


def test_rasas_own_channels_do_not_answer(assistant: Assistant) -> None:
    assert {"rest", "socketio", "callback", "telegram", "slack"} <= set(BUILTIN_CHANNELS)
    assert statuses(assistant, addresses_of_channels()) == {404}


def test_a_token_in_the_address_opens_nothing(assistant: Assistant) -> None:
    assert statuses(assistant, [("GET", "/status?token=x"), ("GET", "/conversations/someone/tracker?token=")]) == {404}


def test_the_root_leads_to_the_page(assistant: Assistant) -> None:
    """The one address that Rasa always serves: there it would tell its name and version."""
    answer = answered(assistant, "GET", "/")
    assert (answer.status_code, answer.headers["location"], answer.content) == (302, "/chat/", b"")
    assert {answered(assistant, method, "/").status_code for method in METHODS[1:]} == {405}


def statuses(assistant: Assistant, addresses: Iterable[Tuple[str, str]]) -> Set[int]:
    """Every status that comes back, 404 where nothing is served."""
    found = {(method, path): answered(assistant, method, path).status_code for method, path in addresses}
    assert found
    return set(found.values())


def answered(assistant: Assistant, method: str, path: str) -> requests.Response:
    """The answer to a request with a body that Rasa's own interfaces would take."""
    body = {"sender": "x", "message": "What is MeToo?", "text": "What is MeToo?", "name": "greet"}
    url = f"http://127.0.0.1:{assistant.port}{path}"
    return requests.request(method, url, json=body, timeout=20, allow_redirects=False)
