"""Bytes over a connection, as no library would send them."""

import json
import socket
import time
from typing import Any, Dict, List, NamedTuple


class Answer(NamedTuple):
    """What came back: a status, headers in lower case, and a body as it is."""

    status: int
    headers: Dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of an error of the contract.

        Raises:
            AssertionError: the body is no such error.
        """
        body: Any = json.loads(self.body)
        assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}
        return str(body["error"]["code"])


def exchange(port: int, sent: bytes, seconds: float = 20) -> List[Answer]:
    """Send bytes over a connection of their own; the answers until the server closes it, or is done with what was sent.

    Raises:
        AssertionError: what came is no HTTP.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent)
        return received(connection, sent.count(b"\r\n\r\n") or 1, seconds)


def received(connection: socket.socket, most: int = 1, seconds: float = 20) -> List[Answer]:
    """The answers that come over a connection: so many, or fewer where the server closes it."""
    answers: List[Answer] = []
    came, deadline = b"", time.monotonic() + seconds
    while len(answers) < most:
        answer, came = _first(came)
        if answer is not None:
            answers.append(answer)
            continue
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        part = connection.recv(65_536)
        if not part:
            assert not came, came[:200]
            break
        came += part
    return answers


def _first(came: bytes) -> Any:
    head, end, rest = came.partition(b"\r\n\r\n")
    if not end:
        return None, came
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ")
    assert version == "HTTP/1.1"
    if status == "100":
        return _first(rest)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    if len(rest) < length:
        return None, came
    return Answer(int(status), headers, rest[:length]), rest[length:]
