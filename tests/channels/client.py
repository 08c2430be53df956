"""A client of the web channel that can also send what no client should."""

import http.client
import itertools
import json
import socket
import time
from functools import cache
from typing import Any, Dict, Mapping, Optional, Tuple

from bot.environment import LOOPBACK

JSON = {"Content-Type": "application/json"}
_numbers = itertools.count(1)


@cache
def _has_addresses() -> bool:
    """Whether all of 127.0.0.0/8 is this machine, as on Linux."""
    with socket.socket() as tried:
        try:
            tried.bind(("127.1.0.1", 0))
        except OSError:
            return False
    return True


def another_address() -> str:
    """An address of this machine that no other client has: an address may begin only so many conversations a minute."""
    if not _has_addresses():
        return LOOPBACK
    high, low = divmod(next(_numbers), 250)
    return f"127.{high // 250 % 250 + 1}.{high % 250}.{low + 1}"


class Client:
    """One conversation over real HTTP."""

    def __init__(self, port: int, address: str = "") -> None:
        """Say which port to ask, and from which address of this machine; from one of its own if empty."""
        self.port = port
        self._address = (address or another_address(), 0)
        self.token: Optional[str] = None
        self.greeting: Dict[str, Any] = {}

    def begin(self) -> "Client":
        """Begin a conversation and keep its token."""
        status, headers, body = self.request("POST", "/chat/session", {})
        while status == 429:  # all tests come from one address, where there are no others
            time.sleep(int(headers["retry-after"]))
            status, headers, body = self.request("POST", "/chat/session", {})
        assert status == 201, body
        self.token, self.greeting = body["token"], body
        return self

    def say(self, text: str) -> Dict[str, Any]:
        """Send a message and return its first reply."""
        status, _, body = self.request("POST", "/chat/message", {"text": text})
        assert status == 200, body
        return body["replies"][0]

    def request(
        self, method: str, path: str, body: Any = None, headers: Optional[Mapping[str, str]] = None
    ) -> Tuple[int, Mapping[str, str], Any]:
        """Send a request; the body is JSON unless it is bytes. Returns status, headers in lower case, and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, 60, self._address)
        sent: Dict[str, str] = {}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent.update(JSON)
        sent.update(headers or {})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, {name: value for name, value in sent.items() if value})
            response = connection.getresponse()
            raw = response.read()
            got = {name.lower(): value for name, value in response.getheaders()}
            is_json = got.get("content-type", "").startswith("application/json")
            return response.status, got, json.loads(raw) if is_json and raw else raw
        finally:
            connection.close()
