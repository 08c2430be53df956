"""A real Matrix server on the loopback address, and visitors who write by a real client."""

import hashlib
import hmac
import itertools
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Type

import aiohttp
import pytest
import requests
import yaml
from mautrix.api import Method
from mautrix.api import Path as ApiPath
from mautrix.client import ClientAPI

from bot import ROOT
from bot.environment import LOOPBACK, free_port

SERVER_NAME = "localhost"
_SECRET = "known to the tests alone"
_numbers = itertools.count(1)


def require_synapse() -> Path:
    """The Python of the environment that bin/setup makes for Synapse; without it the test is skipped, or fails."""
    python = ROOT / ".venv-matrix" / "bin" / "python"
    if (ROOT / ".venv-matrix" / "installed-matrix").is_file():
        return python
    message = "Synapse is not installed: run bin/setup test"
    if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
        pytest.fail(f"{message}, and REQUIRE_SYSTEM_PACKAGES is set")
    pytest.skip(message)


class Synapse:
    """Starts, stops and starts again with what it holds, on the same port."""

    def __init__(self, folder: Path) -> None:
        self._python = require_synapse()
        self._folder = folder
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._write_configuration()

    def __enter__(self) -> "Synapse":
        self.start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self._folder / "synapse.out").open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._python), "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}/health", timeout=2).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        self.stop()
        pytest.fail(f"Synapse did not start: {(self._folder / 'synapse.out').read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """End it; it is killed if it takes longer than ten seconds."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._process = None

    def register(self, name: str, password: str) -> Dict[str, str]:
        """Make an account; its id and an access token."""
        address = f"{self.url}/_synapse/admin/v1/register"
        nonce = requests.get(address, timeout=20).json()["nonce"]
        signed = f"{nonce}\0{name}\0{password}\0notadmin".encode()
        answer = requests.post(
            address,
            json={
                "nonce": nonce,
                "username": name,
                "password": password,
                "admin": False,
                "mac": hmac.new(_SECRET.encode(), signed, hashlib.sha1).hexdigest(),
            },
            timeout=20,
        )
        assert answer.ok, answer.text
        return answer.json()

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _write_configuration(self) -> None:
        unlimited = {"per_second": 10_000, "burst_count": 10_000}
        limits: Dict[str, Any] = {
            f"rc_{name}": unlimited
            for name in ("message", "registration", "joins_per_room", "3pid_validation", "admin_redaction", "presence")
        }
        configuration = {
            "server_name": SERVER_NAME,
            "listeners": [
                {"port": self.port, "bind_addresses": [LOOPBACK], "type": "http", "resources": [{"names": ["client"]}]}
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self._folder / "homeserver.db")}},
            "pid_file": str(self._folder / "homeserver.pid"),
            "log_config": str(self._folder / "log.yaml"),
            "media_store_path": str(self._folder / "media"),
            "signing_key_path": str(self._folder / "signing.key"),
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": _SECRET,
            "form_secret": _SECRET,
            "report_stats": False,
            # It speaks with no other server.
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            "bcrypt_rounds": 4,
            # Visitors see all that came, however much it is.
            "filter_timeline_limit": 1_000,
            **limits,
            "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), unlimited),
            "rc_joins": dict.fromkeys(("local", "remote"), unlimited),
            "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), unlimited),
        }
        logs = {
            "version": 1,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "root": {"level": "WARNING", "handlers": ["console"]},
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "homeserver.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
        (self._folder / "log.yaml").write_text(yaml.safe_dump(logs), encoding="utf-8")
        subprocess.run(
            [str(self._python), "-m", "synapse.app.homeserver", "--generate-keys", "-c", "homeserver.yaml"],
            cwd=self._folder,
            check=True,
            capture_output=True,
        )


class Visitor:
    """Somebody with an account, who writes to the assistant.

    async with Visitor(synapse, bot) as visitor:
        room_id = await visitor.invite()
        answer = await visitor.ask(room_id, "Who started it?")
    """

    def __init__(self, synapse: Synapse, bot: str) -> None:
        """Make an account on the server; `bot` is the assistant's user id."""
        account = synapse.register(f"visitor{next(_numbers)}", "a password")
        self.user_id, self._bot = account["user_id"], bot
        self._url, self._token = synapse.url, account["access_token"]
        self._transactions = itertools.count(1)
        # What came in each room since the visitor began to look, in order.
        self.timeline: Dict[str, List[Dict[str, Any]]] = {}
        self.ephemeral: Dict[str, List[Dict[str, Any]]] = {}
        self._since: Optional[str] = None

    async def __aenter__(self) -> "Visitor":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        self.api = ClientAPI(self.user_id, base_url=self._url, token=self._token, client_session=self._session)
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self._session.close()

    async def request(self, method: Method, path: Any, content: Any = None, **query: str) -> Any:
        """Ask the server for something."""
        return await self.api.api.request(method, path, content, query_params=query)

    async def create_room(self, *invited: str, **more: Any) -> str:
        """A room of one's own."""
        content = {"invite": list(invited), "preset": "private_chat", **more}
        return (await self.request(Method.POST, ApiPath.v3.createRoom, content))["room_id"]

    async def invite(self, **more: Any) -> str:
        """A room into which the assistant was invited, has come and has greeted."""
        room_id = await self.create_room(self._bot, is_direct=True, **more)
        await self.answers(room_id, 1)
        return room_id

    async def send(self, room_id: str, content: Dict[str, Any], kind: str = "m.room.message") -> str:
        """Send an event; its id."""
        path = ApiPath.v3.rooms[room_id].send[kind][f"{self.user_id}{next(self._transactions)}"]
        return (await self.request(Method.PUT, path, content))["event_id"]

    async def say(self, room_id: str, text: str, **more: Any) -> str:
        """Write a message; its id."""
        return await self.send(room_id, {"msgtype": "m.text", "body": text, **more})

    async def ask(self, room_id: str, text: str, **more: Any) -> Dict[str, Any]:
        """Write a message and wait for the answer's content."""
        await self.look(0)
        before = len(self.of_bot(room_id))
        await self.say(room_id, text, **more)
        return (await self.answers(room_id, before + 1))[-1]

    async def answers(self, room_id: str, number: int, seconds: float = 60) -> List[Dict[str, Any]]:
        """The contents of all that the assistant has written in a room, as soon as it is so much."""
        await self.wait_for(lambda: len(self.of_bot(room_id)) >= number, seconds)
        return [event["content"] for event in self.of_bot(room_id)]

    async def wait_for(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Look at what comes until it is as wanted.

        Raises:
            AssertionError: it has not been so in time.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, "what was waited for did not come"
            await self.look(min(left, 2))

    async def stays_silent(self, room_id: str, seconds: float = 1.0) -> bool:
        """Whether the assistant writes nothing more in a room."""
        await self.look(0)
        before, deadline = len(self.of_bot(room_id)), time.monotonic() + seconds
        while time.monotonic() < deadline:
            await self.look(deadline - time.monotonic())
        return len(self.of_bot(room_id)) == before

    async def look(self, seconds: float) -> None:
        """Take what has come, or comes within some seconds."""
        query = {"timeout": str(max(0, int(1000 * seconds))), "filter": '{"room": {"timeline": {"limit": 1000}}}'}
        if self._since:
            query["since"] = self._since
        came = await self.request(Method.GET, ApiPath.v3.sync, **query)
        self._since = came["next_batch"]
        for room_id, room in came.get("rooms", {}).get("join", {}).items():
            self.timeline.setdefault(room_id, []).extend(room["timeline"]["events"])
            self.ephemeral.setdefault(room_id, []).extend(room["ephemeral"]["events"])

    def of_bot(self, room_id: str) -> List[Dict[str, Any]]:
        """The messages of the assistant in a room."""
        return [
            event
            for event in self.timeline.get(room_id, [])
            if event["sender"] == self._bot and event["type"] == "m.room.message"
        ]

    def membership(self, room_id: str, user_id: str) -> Optional[str]:
        """How somebody stands to a room, as far as it was seen."""
        states = [
            event["content"]["membership"]
            for event in self.timeline.get(room_id, [])
            if event["type"] == "m.room.member" and event["state_key"] == user_id
        ]
        return states[-1] if states else None

    async def leave(self, room_id: str) -> None:
        """Leave a room."""
        await self.request(Method.POST, ApiPath.v3.rooms[room_id].leave)

    async def join(self, room_id: str) -> None:
        """Join a room."""
        await self.request(Method.POST, ApiPath.v3.rooms[room_id].join)
