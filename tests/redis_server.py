"""A Redis server of the tests' own, as deploy/ starts it: on a socket or a port, with a password, nothing on a disk."""

import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Optional, Type

import redis

from bot.environment import LOOPBACK, free_port
from tests.conftest import require_program

PASSWORD = "not-a-secret"


class RedisProcess:
    """Runs until the block ends; it can be killed and started again, with what it held or without."""

    def __init__(self, folder: Path, *settings: str) -> None:
        """Say where it keeps what has to outlive its restart, and settings besides those of every test."""
        self.port = free_port()
        self.address = f"redis://:{PASSWORD}@{LOOPBACK}:{self.port}/0"
        self._folder = folder
        self._program = require_program("redis-server")
        self._settings = settings
        self._process: Optional["subprocess.Popen[bytes]"] = None

    def __enter__(self) -> "RedisProcess":
        self.start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.kill()

    @property
    def client(self) -> "redis.Redis[bytes]":
        return redis.Redis.from_url(self.address)

    @property
    def process_id(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> None:
        command = [self._program, "--port", str(self.port), "--bind", LOOPBACK, "--requirepass", PASSWORD]
        command += ["--dir", str(self._folder), "--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen(
            [*command, *self._settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                self.client.ping()
                return
            except redis.RedisError:
                assert time.monotonic() < deadline and self._process.poll() is None, "Redis did not start"
                time.sleep(0.02)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def age(self, seconds: float) -> None:
        """Make everything that is held older, as if so much time had passed."""
        client = self.client
        for key in client.scan_iter():
            left = client.pttl(key)
            if left > 0:
                client.pexpire(key, max(1, left - int(seconds * 1_000)))
            if client.type(key) == b"zset":
                for member, score in client.zrange(key, 0, -1, withscores=True):
                    client.zadd(key, {member: score - seconds * 1_000_000})
        time.sleep(0.005)
