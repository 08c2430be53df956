"""Several of everything on the loopback address, started from deploy/ as an operator starts them, and ended one by one.

with Cluster(folder) as cluster:
    cluster.wait_until_ready()
    cluster.rasa[0].kill()
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Dict, Mapping, Optional, Sequence, Type

import redis
import requests

from bot import ROOT
from bot.environment import LOOPBACK, child_environment, free_port

START_SECONDS = 180.0
_STOP_SECONDS = 10.0


class ClusterError(RuntimeError):
    """A process is not installed, or did not start."""


class Server:
    """A process in a session of its own. What it prints goes to a file of the log folder, or nowhere."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        variables: Optional[Mapping[str, str]] = None,
        log: Optional[Path] = None,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._variables = dict(variables or {})
        self._log = log
        self._process: Optional["subprocess.Popen[bytes]"] = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        """Of the process as it runs now."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Start it, for the first time or again."""
        with ExitStack() as stack:
            output = stack.enter_context(self._log.open("ab")) if self._log else subprocess.DEVNULL
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**child_environment(), **self._variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it as a crash does: kill -9."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and kill what is left of it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def has_ended(self) -> bool:
        """Whether it does not run."""
        return self._process is None or self._process.poll() is not None


class RedisServer(Server):
    """Redis as deploy/redis.conf sets it, on a free port."""

    def __init__(self, folder: Path, log: Optional[Path] = None) -> None:
        """Take the folder of what has to outlive a restart."""
        self.port = free_port()
        # For this run alone.
        password = secrets.token_hex(16)
        self.address = f"redis://:{password}@{LOOPBACK}:{self.port}/0"
        settings = ["--port", str(self.port), "--bind", LOOPBACK, "--requirepass", password, "--dir", str(folder)]
        program = program_path("redis-server")
        super().__init__("Redis", [program, str(ROOT / "deploy" / "redis.conf"), *settings], log=log)

    @property
    def client(self) -> "redis.Redis[bytes]":
        """A client of its own."""
        return redis.Redis.from_url(self.address)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            ClusterError: it does not.
        """
        super().start()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.has_ended() or time.monotonic() > deadline:
                raise ClusterError("Redis did not start.")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


class Cluster:
    """Two Rasa processes and two action servers behind nginx, with their conversations in one Redis."""

    def __init__(
        self, folder: Path, logs: Optional[Path] = None, variables: Optional[Mapping[str, str]] = None, size: int = 2
    ) -> None:
        """Say what to start.

        Args:
            folder: for Redis, nginx and the counts.
            logs: the folder that every process writes its log to, or a file that all write to; nothing is kept if None.
            variables: settings besides those that every cluster needs.
            size: how many of Rasa and of the action server.

        Raises:
            ClusterError: nginx or Redis is not installed.
        """
        for name in ("redis", "nginx", "state"):
            (folder / name).mkdir()
        # nginx's workers are another user where nginx is started by root.
        folder.chmod(0o755)
        (folder / "nginx").chmod(0o755)
        program_path("nginx")
        self.port, inside = free_port(), free_port()
        self.url = f"http://{LOOPBACK}:{self.port}/chat"

        def log(name: str) -> Optional[Path]:
            return logs / f"{name}.log" if logs and logs.is_dir() else logs

        self.redis = RedisServer(folder / "redis", log("redis"))
        rasa_ports = [free_port() for _ in range(size)]
        action_ports = [free_port() for _ in range(size)]
        self.variables: Dict[str, str] = {
            "METOO_REDIS": self.redis.address,
            "METOO_ACTIONS": f"http://{LOOPBACK}:{inside}/webhook",
            "METOO_PROXY_SECRET": secrets.token_hex(32),
            "METOO_STATE": str(folder / "state"),
            "METOO_RASA": " ".join(f"{LOOPBACK}:{port}" for port in rasa_ports),
            "METOO_ACTION_SERVERS": " ".join(f"{LOOPBACK}:{port}" for port in action_ports),
            "METOO_HTTP": f"{LOOPBACK}:{self.port}",
            "METOO_INSIDE": f"{LOOPBACK}:{inside}",
            "METOO_NGINX_FOLDER": str(folder / "nginx"),
            "METOO_NGINX_LOG": str(log("access") or "off"),
            **(variables or {}),
        }

        def bot_server(what: str, port: int) -> Server:
            command = [sys.executable, "-m", "bot", "serve", what, "--port", str(port)]
            return Server(f"{what} {port}", command, self.variables, log(f"{what}-{port}"))

        self.rasa = [bot_server("rasa", port) for port in rasa_ports]
        self.actions = [bot_server("actions", port) for port in action_ports]
        self.rasa_urls = [f"http://{LOOPBACK}:{port}/chat" for port in rasa_ports]
        self.action_urls = [f"http://{LOOPBACK}:{port}" for port in action_ports]
        command = [str(ROOT / "deploy" / "nginx" / "start")]
        self.nginx = Server("nginx", command, self.variables, log("nginx"))
        self._stack = ExitStack()

    def __enter__(self) -> "Cluster":
        """Start everything; see `wait_until_ready`."""
        with ExitStack() as stack:
            for server in (self.redis, *self.actions, *self.rasa, self.nginx):
                stack.enter_context(server)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        """End everything."""
        for server in self.rasa:
            server.stop() if server.has_ended() else os.kill(server.process_id, signal.SIGTERM)
        self._stack.close()

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until every process answers.

        Raises:
            ClusterError: one has ended, or the time is up.
        """
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            for server in (*self.rasa, *self.actions, self.nginx):
                if server.has_ended():
                    raise ClusterError(f"{server.name} has ended.")
            if time.monotonic() > deadline:
                raise ClusterError(f"Not everything answered within {seconds:.0f} seconds.")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether every process answers now."""
        return all(map(answers, [*(f"{url}/health" for url in (*self.rasa_urls, *self.action_urls, self.url))]))


def answers(url: str) -> bool:
    """Whether an address says that all is well."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def program_path(name: str) -> str:
    """Where a program is.

    Raises:
        ClusterError: it is not installed.
    """
    path = shutil.which(name)
    if path is None:
        raise ClusterError(f"{name} is not installed: install it, for example with 'apt-get install {name}'.")
    return path
