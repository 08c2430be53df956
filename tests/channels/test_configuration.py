"""The web channel's settings in credentials.yml."""

from pathlib import Path
from typing import Any, Dict

import pytest
import yaml
from rasa.shared.exceptions import RasaException

from bot.channels.web import WebChannel
from bot.processes import Assistant
from tests.channels.client import Client


def test_an_allowed_site_may_embed_and_ask(model: Path, copy: Path) -> None:
    settings: Dict[str, Any] = {"allowed_origins": ["https://example.org"], "exit_page": 'https://example.org/?a="b'}
    settings.update(messages_per_minute=3, sessions_per_minute=2)
    credentials = yaml.safe_dump({"bot.channels.web.WebChannel": settings})
    (copy / "credentials.yml").write_text(credentials, encoding="utf-8")
    secret = "0123456789abcdef" * 4
    with Assistant(model, root=copy, variables={"METOO_PROXY_SECRET": secret}) as assistant:
        assistant.wait_until_ready()
        client = Client(assistant.port, "127.0.0.3").begin()
        _, headers, page = client.request("GET", "/chat/")
        assert b'content="https://example.org/?a=&quot;b"' in page
        policy = headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self' https://example.org")
        for origin, status in (("https://example.org", 200), ("https://example.org.evil.example", 403)):
            assert client.request("POST", "/chat/message", {"text": "hello"}, {"Origin": origin})[0] == status
        assert [client.request("POST", "/chat/message", {"text": "hi"})[0] for _ in range(3)] == [200, 200, 429]
        begins = [Client(assistant.port, "127.0.0.3").request("POST", "/chat/session", {})[0] for _ in range(2)]
        assert begins == [201, 429]
        # Another address begins its own conversations, if a proxy that knows the secret says so.
        for said, status in (
            ({"Forwarded": f"for=9.9.9.9;secret={secret}"}, 201),
            ({"Forwarded": "for=9.9.9.8;secret=guessed"}, 429),
            ({"Forwarded": "for=9.9.9.8", "X-Forwarded-For": "9.9.9.8", "X-Real-IP": "9.9.9.8"}, 429),
        ):
            assert client.request("POST", "/chat/session", {}, said)[0] == status


def test_a_secret_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METOO_PROXY_SECRET", "secret")
    with pytest.raises(RasaException, match="METOO_PROXY_SECRET must have 32 letters or digits"):
        WebChannel()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"allowed_origins": ["example.org"]}, "'example.org' is no origin"),
        ({"allowed_origins": ["https://example.org/"]}, "'https://example.org/' is no origin"),
        ({"allowed_origins": ["*"]}, "'*' is no origin"),
        ({"messages_per_minute": 0}, "must be 1 or more"),
        ({"exit_page": "javascript:alert(1)"}, "exit_page must be an address"),
        ({"message_per_minute": 5}, "is unknown"),
    ],
)
def test_a_wrong_setting_is_named(settings: Dict[str, Any], message: str) -> None:
    with pytest.raises(RasaException) as raised:
        WebChannel.from_credentials(settings)
    assert message in str(raised.value) and "credentials.yml" in str(raised.value)
