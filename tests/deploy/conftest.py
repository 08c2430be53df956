"""nginx as deploy/nginx/start starts it, before servers that stand in for Rasa and for action servers."""

import asyncio
import http.client
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import pytest
from aiohttp import web

from benchmarks.cluster import Server
from bot import ROOT
from bot.environment import LOOPBACK, free_port
from tests.channels.stand_in import StandIn
from tests.conftest import require_program

SECRET = "0123456789abcdef" * 4
START = ROOT / "deploy" / "nginx" / "start"


class Behind(StandIn):
    """Answers every address with its own port, the body's length and the headers that came."""

    def routes(self) -> List[web.RouteDef]:
        """Every address."""
        return [web.route("*", "/{path:.*}", self._answer)]

    def stop(self) -> None:
        """Listen no more, as a process that has ended."""
        assert self._runner
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.note(request.path, {"method": request.method, "headers": dict(request.headers), "body": body})
        if request.path == "/chat/session" and b"break" in body:
            assert request.transport
            request.transport.abort()
        return web.json_response(
            {"port": self.port, "length": len(body), "forwarded": request.headers.get("Forwarded")}
        )


# Those in the place of Rasa, and those in that of action servers.
Servers = Tuple[List[Behind], List[Behind]]


class Answer(NamedTuple):
    """What a client got."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Door:
    """A running nginx, and what stands behind it."""

    def __init__(self, folder: Path, rasa: List[Behind], actions: List[Behind], variables: Dict[str, str]) -> None:
        self.rasa = rasa
        self.actions = actions
        self.port, self.inside = free_port(), free_port()
        self.log = folder / "access.log"
        self.folder = folder / "nginx"
        self.folder.mkdir(parents=True)
        for parent in (self.folder, folder):
            parent.chmod(0o755)
        self.variables = {
            "METOO_RASA": " ".join(f"{LOOPBACK}:{each.port}" for each in rasa),
            "METOO_ACTION_SERVERS": " ".join(f"{LOOPBACK}:{each.port}" for each in actions),
            "METOO_PROXY_SECRET": SECRET,
            "METOO_HTTP": f"{LOOPBACK}:{self.port}",
            "METOO_INSIDE": f"{LOOPBACK}:{self.inside}",
            "METOO_NGINX_FOLDER": str(self.folder),
            "METOO_NGINX_LOG": str(self.log),
            **variables,
        }
        self.printed = folder / "printed"
        self.server = Server("nginx", [str(START)], self.variables, self.printed)

    def wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                if self.request("GET", "/alive", port=self.inside).status == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline and not self.server.has_ended(), self.printed.read_text()
            time.sleep(0.02)

    def request(
        self,
        method: str,
        path: str,
        body: Optional[bytes] = None,
        headers: Optional[Mapping[str, str]] = None,
        port: Optional[int] = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(LOOPBACK, port or self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: bytes = b"{}", token: str = "", **headers: str) -> Answer:
        sent = {"Content-Type": "application/json", **headers}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        return self.request("POST", path, body, sent)


def open_to_workers(folder: Path) -> Path:
    """A folder of a test that nginx's workers, who are another user where it is started by root, can enter."""
    for parent in folder.parents:
        if parent.name.startswith("pytest-"):
            parent.chmod(0o711)
    return folder / "door"


def check(variables: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """What `deploy/nginx/start --check` says of settings."""
    environment = {**os.environ, **variables}
    return subprocess.run(
        [str(START), "--check"], env=environment, check=False, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def behind() -> Iterator[Servers]:
    """Two servers in the place of Rasa, two in that of action servers."""
    with Behind() as first, Behind() as second, Behind() as third, Behind() as fourth:
        yield [first, second], [third, fourth]


@pytest.fixture
def settings() -> Dict[str, str]:
    """Settings of nginx besides those of every test."""
    return {}


@pytest.fixture
def door(behind: Servers, settings: Dict[str, str], tmp_path: Path) -> Iterator[Door]:
    """nginx before them."""
    require_program("nginx")
    made = Door(open_to_workers(tmp_path), *behind, settings)
    with made.server:
        made.wait()
        yield made
