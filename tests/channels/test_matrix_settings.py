"""The Matrix channel's settings, and what is said where they are wrong."""

import asyncio
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, AsyncIterator, Callable, Dict, Optional
from unittest.mock import patch

import pytest
from aiohttp import web
from mautrix.api import Method
from mautrix.api import Path as ApiPath
from mautrix.errors import MatrixRequestError, MForbidden
from rasa.shared.exceptions import RasaException

from bot.channels.matrix import MatrixChannel
from bot.channels.matrix.homeserver import Homeserver, Refused

RIGHT = {"homeserver": "https://matrix.example.org", "user_id": "@metoo:example.org", "password": "secret"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "has no homeserver: set METOO_MATRIX_HOMESERVER"),
        ({**RIGHT, "homeserver": "matrix.example.org"}, "'matrix.example.org' is no address"),
        ({**RIGHT, "homeserver": "https://"}, "'https://' is no address"),
        ({**RIGHT, "homeserver": "https://[x"}, "is no address"),
        ({**RIGHT, "homeserver": "https://a:port"}, "is no address"),
        ({**RIGHT, "user_id": "metoo"}, "user_id 'metoo' is none"),
        ({**RIGHT, "user_id": ""}, "has no user_id: set METOO_MATRIX_USER_ID"),
        ({**RIGHT, "password": None}, "has no password: set METOO_MATRIX_PASSWORD"),
        ({**RIGHT, "max_members": "many"}, "max_members 'many' is no number"),
        ({**RIGHT, "max_members": 1}, "max_members must be 2 or more"),
        ({**RIGHT, "pasword": "secret"}, "matrix has no setting pasword"),
    ],
)
def test_a_wrong_setting_is_named(settings: Optional[Dict[str, Any]], message: str) -> None:
    with pytest.raises(RasaException) as raised:
        MatrixChannel.from_credentials(settings)
    said = str(raised.value)
    assert message in said and "credentials.yml" in said.replace("max_members", "credentials.yml")
    assert "\n" not in said and "secret" not in said


def test_variables_and_credentials_are_the_same(tmp_path: Path) -> None:
    variables = {
        "METOO_MATRIX_HOMESERVER": "https://matrix.example.org/",
        "METOO_MATRIX_ACCESS_TOKEN": "a token",
        "METOO_MATRIX_MAX_MEMBERS": "5",
        "METOO_STATE": str(tmp_path),
    }
    with patch.dict("os.environ", variables):
        channel = MatrixChannel.from_credentials({"homeserver": "https://other.example.org", "max_members": 3})
    assert (channel.homeserver, channel.access_token, channel.max_members) == (RIGHT["homeserver"], "a token", 5)
    assert channel.state_file == tmp_path / "matrix.json"
    assert MatrixChannel.from_credentials({**RIGHT, "state_file": "x.json"}).state_file == Path("x.json")
    assert MatrixChannel.from_credentials(RIGHT).max_members == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "response",
    [
        {"text": "<p>Not Found</p>", "status": 404, "content_type": "text/html"},
        {"text": "<p>Welcome</p>", "content_type": "text/html"},
        {"text": "{", "content_type": "application/json"},
        {"text": "[]", "content_type": "application/json"},
        {"text": '{"name": "another service"}', "content_type": "application/json"},
    ],
)
async def test_another_kind_of_server_is_said(response: Dict[str, Any]) -> None:
    async with answering(lambda: web.Response(**response)) as homeserver:
        with pytest.raises(Refused, match=r"is no Matrix homeserver. Correct homeserver in credentials.yml"):
            await asyncio.wait_for(homeserver.log_in(), 10)


@pytest.mark.asyncio
async def test_an_answer_that_is_only_for_now_is_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    later = [
        web.json_response({"errcode": "M_LIMIT_EXCEEDED", "error": "slow"}, status=429),
        web.Response(text="<p>Bad Gateway</p>", status=502, content_type="text/html"),
        web.json_response({"user_id": "@metoo:localhost"}),
        web.json_response({"errcode": "M_FORBIDDEN", "error": "no"}, status=403),
    ]
    async with answering(lambda: later.pop(0)) as homeserver:
        assert (await homeserver.get(ApiPath.v3.account.whoami))["user_id"] == "@metoo:localhost"
        with pytest.raises(MForbidden):
            await homeserver.get(ApiPath.v3.account.whoami)
    assert [record for record in caplog.records if record.name.startswith("bot")] == []


@pytest.mark.asyncio
async def test_some_things_are_not_tried_for_ever() -> None:
    asked = []

    def broken() -> web.Response:
        asked.append(1)
        return web.json_response({"errcode": "M_UNKNOWN", "error": "x"}, status=502)

    async with answering(broken) as homeserver:
        with pytest.raises(MatrixRequestError):
            await homeserver.insist(lambda: homeserver.ask(Method.POST, ApiPath.v3.rooms["!a"].join), attempts=3)
    assert len(asked) == 3


@asynccontextmanager
async def answering(answer: Callable[[], web.Response]) -> AsyncIterator[Homeserver]:
    """A homeserver that answers each request like this."""

    async def respond(request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", respond)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    homeserver = Homeserver(f"http://127.0.0.1:{runner.addresses[0][1]}", "@metoo:localhost", "secret", "")
    try:
        yield homeserver
    finally:
        await homeserver.close()
        await runner.cleanup()


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_is_said_once_and_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        homeserver = Homeserver(f"http://127.0.0.1:{closed.getsockname()[1]}", "@metoo:localhost", "secret", "")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(homeserver.log_in(), 4)
        await homeserver.close()
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert len(told) == 1 and "does not answer (ClientConnectorError)" in told[0]
    assert told[0].endswith("METOO_MATRIX_HOMESERVER.")
