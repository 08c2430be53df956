"""A client of the web channel that can also send what no client should."""

import http.client
import json
import time
from typing import Any, Dict, List, Mapping, Optional, Tuple

JSON = {"Content-Type": "application/json"}


class Client:
    """One conversation over real HTTP."""

    def __init__(self, port: int, address: str = "") -> None:
        """Say which port to ask, and from which address of this machine."""
        self.port = port
        self._address = (address, 0) if address else None
        self.token: Optional[str] = None
        self.greeting: Dict[str, Any] = {}

    def begin(self) -> "Client":
        """Begin a conversation and keep its token."""
        status, headers, body = self.request("POST", "/chat/session", {})
        while status == 429:  # all tests come from one address
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
