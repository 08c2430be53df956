"""One address that sends as much as it can, in a process of its own: python -m tests.channels.flood PORT [CONNECTIONS]

Conversations, messages, and what is refused. Ends when its input ends, and prints how often each status came, as JSON.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from types import TracebackType
from typing import Dict, Optional, Type

ADDRESS = "127.0.0.3"


class Flood:
    """The process; `statuses` tells after its end how often each came.

    with Flood(port) as flood:
        ...
    """

    def __init__(self, port: int, connections: int = 30) -> None:
        self.statuses: Dict[int, int] = {}
        self._command = [sys.executable, "-m", "tests.channels.flood", str(port), str(connections)]

    def __enter__(self) -> "Flood":
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        printed, _ = self._process.communicate("", timeout=60)
        self.statuses = {int(status): number for status, number in json.loads(printed).items()}


async def _ask(port: int, path: str, body: bytes, token: str = "") -> "tuple[int, bytes]":
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(ADDRESS, 0))
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\nAuthorization: Bearer {token}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    return int(answer[9:12]), answer.partition(b"\r\n\r\n")[2]


async def _send(port: int, number: int, statuses: "Counter[int]") -> None:
    token = ""
    while True:
        if number % 2:
            status, _ = await _ask(port, "/chat/message", b"{}")
        elif not token:
            status, body = await _ask(port, "/chat/session", b"{}")
            token = json.loads(body).get("token", "")
        else:
            status, _ = await _ask(port, "/chat/message", b'{"text": "Who started MeToo, and in France?"}', token)
        statuses[status] += 1


async def _flood(port: int, connections: int) -> None:
    statuses: "Counter[int]" = Counter()
    tasks = [asyncio.ensure_future(_send(port, number, statuses)) for number in range(connections)]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(statuses))


if __name__ == "__main__":
    asyncio.run(_flood(int(sys.argv[1]), int(sys.argv[2])))
