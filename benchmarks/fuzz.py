"""Hostile requests by the ten thousand: what comes back, what is logged, how memory grows, whether anybody else waits.

    python -m benchmarks.fuzz --requests 100000 --out benchmarks/fuzz.md

A real assistant with its web channel and the webhooks of Telegram and Slack open, whose services are stood in for. Most
requests are broken (benchmarks/hostile.py); a share are proper messages with anything in them. Meanwhile another
process asks for a file every 50 ms.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import re
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from benchmarks.hostile import Attack, Webhooks, attack, message
from benchmarks.hostile_values import MARKER
from benchmarks.machine import machine
from bot import ROOT
from bot.environment import LOOPBACK
from bot.processes import Assistant
from bot.shell import Conversation
from bot.training import model_path
from tests.channels import slack_server, telegram_server

_SESSION = b"POST /chat/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_ALLOWED = {200, 201, 204, 302, 304, 308, 400, 401, 403, 404, 405, 408, 413, 415, 417, 422, 429, 503}
_INSIDE = re.compile(rb"Traceback|site-packages|File \"|\.py\b|" + re.escape(str(ROOT).encode()))
_WORKERS = 24
_SECONDS = 60.0
# A conversation is ended after so many messages: it may send 40 a minute.
_OF_CONVERSATION = 30
_WARM = 0.1
_PAUSE = 0.05


class Found(NamedTuple):
    """What a run found.

    `statuses`: how often each came, by kind of attack; `faults`: what should not have been, each in a line; `memory`:
    of Rasa and the action server, megabytes when warm and at the end; `waits`: seconds that each page took, sorted.
    """

    requests: int
    statuses: Dict[str, "Counter[int]"]
    faults: List[str]
    memory: List[Tuple[float, float]]
    waits: List[float]
    seconds: float


class Fuzz:
    """A run against an assistant that is ready."""

    def __init__(
        self,
        assistant: Assistant,
        log: Sequence[str],
        requests: int,
        seed: int,
        messages: float,
        webhooks: Optional[Webhooks],
    ) -> None:
        """Say what to send.

        Args:
            assistant: is ready.
            log: every line that it has printed and prints.
            requests: how many.
            seed: decides which.
            messages: the share of proper messages, from 0 to 1.
            webhooks: of the channels that are open besides the web.
        """
        self._assistant = assistant
        self._log = log
        self._requests = requests
        self._seed = seed
        self._messages = messages
        self._webhooks = webhooks
        self._left = requests
        self._statuses: Dict[str, "Counter[int]"] = {}
        self._faults: List[str] = []
        self._warm: List[float] = []

    def run(self) -> Found:
        """Send everything."""
        start, logged = time.monotonic(), len(self._log)
        ours, theirs = multiprocessing.Pipe()
        watch = multiprocessing.get_context("spawn").Process(target=_watch, args=(self._assistant.port, theirs))
        watch.start()
        ours.recv()
        try:
            asyncio.run(self._send_all())
        finally:
            ours.send(None)
            waits = ours.recv()
            watch.join()
        self._faults += [f"log: {line[:200]}" for line in self._log[logged:] if MARKER in line or "Traceback" in line]
        memory = list(zip(self._warm, _memory(self._assistant), strict=False))
        return Found(self._requests, self._statuses, self._faults, memory, sorted(waits), time.monotonic() - start)

    async def _send_all(self) -> None:
        await asyncio.gather(*(self._work(number) for number in range(_WORKERS)))

    async def _work(self, number: int) -> None:
        dice = random.Random(f"{self._seed} {number}")
        address = f"127.0.1.{number + 1}"
        token, said = "", 0
        while self._left > 0:
            self._left -= 1
            if not self._warm and self._left < (1 - _WARM) * self._requests:
                self._warm = _memory(self._assistant)
            if token and dice.random() < self._messages:
                said += 1
                await self._try(message(dice, token), address)
            else:
                await self._try(attack(dice, token, self._webhooks), address)
            if said == _OF_CONVERSATION:
                await self._try(
                    Attack(
                        "end",
                        f"DELETE /chat/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode(),
                    ),
                    address,
                )
                token, said = "", 0
            if not token:
                for body in await self._try(Attack("session", _SESSION), address):
                    token = json.loads(body).get("token", "")

    async def _try(self, sent: Attack, address: str) -> List[bytes]:
        """Send something; the bodies that came."""
        try:
            answers = await asyncio.wait_for(_exchange(self._assistant.port, sent, address), _SECONDS)
        except (asyncio.TimeoutError, OSError, ValueError, asyncio.IncompleteReadError) as error:
            self._fault(sent, f"no answer ({type(error).__name__})")
            return []
        for status, body in answers:
            self._statuses.setdefault(sent.kind, Counter())[status] += 1
            if status not in _ALLOWED:
                self._fault(sent, f"status {status}")
            if _INSIDE.search(body) or MARKER.encode() in body:
                self._fault(sent, f"status {status} with {body[:100]!r}")
            if status >= 400 and body and set(json.loads(body)) != {"error"}:
                self._fault(sent, f"status {status} is told in another form")
        return [body for _, body in answers]

    def _fault(self, sent: Attack, what: str) -> None:
        self._faults.append(f"{sent.kind}: {what} to {sent.sent[:150]!r}")


async def _exchange(port: int, sent: Attack, address: str) -> List[Tuple[int, bytes]]:
    """The statuses and bodies that answer what is sent over a connection; fewer where the server closes it."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port, local_addr=(address, 0))
    answers: List[Tuple[int, bytes]] = []
    try:
        writer.write(sent.sent)
        while len(answers) < sent.answers:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionResetError):
                if answers or len(sent.sent) > 8_000:  # closed: before all of it was read, the answer may be lost
                    break
                raise
            status = int(head[9:12])
            length = re.search(rb"(?i)content-length: (\d+)", head)
            has_body = length and status not in (100, 204, 304) and not sent.sent.startswith(b"HEAD ")
            body = await reader.readexactly(int(length[1])) if has_body and length else b""
            if status != 100:
                answers.append((status, body))
    finally:
        writer.transport.abort()
    return answers


def _memory(assistant: Assistant) -> List[float]:
    pages = os.sysconf("SC_PAGE_SIZE")
    return [
        int(Path(f"/proc/{process}/statm").read_text().split()[1]) * pages / 1e6 for process in assistant.process_ids
    ]


def _watch(port: int, pipe: Connection) -> None:
    """In a process of its own: ask for a file again and again until told to end, and tell how long each took."""

    async def ask() -> float:
        start = time.monotonic()
        await _exchange(port, Attack("watch", b"GET /chat/embed.js HTTP/1.1\r\nHost: x\r\n\r\n"), "127.0.2.1")
        return time.monotonic() - start

    async def ask_on() -> List[float]:
        waits = []
        while not pipe.poll():
            waits.append(await ask())
            await asyncio.sleep(_PAUSE)
        return waits

    pipe.send("begun")
    pipe.send(asyncio.run(ask_on()))


def fuzzed(requests: int, seed: int = 1, messages: float = 0.03) -> Found:
    """Start an assistant with the channels open, and send it so many requests."""
    log: List[str] = []
    with ExitStack() as stack:
        telegram = stack.enter_context(telegram_server.TelegramServer())
        slack = stack.enter_context(slack_server.SlackServer())
        state = stack.enter_context(TemporaryDirectory())
        variables = {"METOO_STATE": state, **telegram.variables, **slack.variables}
        assistant = stack.enter_context(Assistant(model_path(ROOT), log=log.append, variables=variables))
        assistant.wait_until_ready()
        telegram.wait_for(bool, "setMyCommands")
        for text in ("Who started it?", "qui a commencé ?", "he hit me"):  # what a first message loads is loaded
            Conversation(assistant.url).send(text)
        webhooks = Webhooks(telegram.webhook["secret_token"], slack_server.SECRET)
        return Fuzz(assistant, log, requests, seed, messages, webhooks).run()


def page_of(found: Found, seed: int) -> str:
    """The result as Markdown."""
    lines = ["# What hostile requests do", ""]
    lines += [
        f"{found.requests:,} requests in {found.seconds / 60:.0f} minutes, and conversations to send them in.",
        "",
    ]
    statuses = sorted({status for counted in found.statuses.values() for status in counted})
    lines += ["| kind | " + " | ".join(map(str, statuses)) + " |", "|---" * (len(statuses) + 1) + "|"]
    for kind, counted in sorted(found.statuses.items()):
        lines.append(
            f"| {kind} | " + " | ".join(f"{counted[status]:,}" if counted[status] else "" for status in statuses) + " |"
        )
    lines += ["", "| what must not be | found |", "|---|---|"]
    lines += [
        (
            "| other statuses, other forms of errors, an echo, a stack trace or a path, in answers or in the log "
            f"| {len(found.faults)} |"
        ),
        "",
    ]
    for name, (warm, end) in zip(("Rasa", "the action server"), found.memory, strict=False):
        lines.append(f"- Memory of {name}: {warm:.0f} MB after a tenth of them, {end:.0f} MB at the end.")
    half, most = found.waits[len(found.waits) // 2], found.waits[-1]
    lines += [
        f"- Somebody else's file meanwhile, every 50 ms: median {1000 * half:.0f} ms, at most {1000 * most:.0f} ms.",
        "",
    ]
    lines += [
        (
            f"`python -m benchmarks.fuzz --requests {found.requests} --seed {seed} --out benchmarks/fuzz.md`, "
            f"{date.today().isoformat()}, {machine()}."
        ),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run, and write the page; exit with 1 where something was found that must not be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="decides what is sent")
    parser.add_argument("--messages", type=float, default=0.03, help="share of proper messages")
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    options = parser.parse_args()
    found = fuzzed(options.requests, options.seed, options.messages)
    for fault in found.faults[:50]:
        print(fault)
    page = page_of(found, options.seed)
    options.out.write_text(page, encoding="utf-8")
    print(page)
    sys.exit(1 if found.faults or found.waits[-1] > 1 else 0)


if __name__ == "__main__":
    main()
