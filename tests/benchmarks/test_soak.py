"""The soak sees what it is there to see: here a server makes each mistake on purpose."""

import json
import zlib
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, DefaultDict, Dict, List, Optional, Set

import pytest
from aiohttp import web

from benchmarks.faults import Fault
from benchmarks.soak import report, traces
from benchmarks.soaking import Result, Soak
from bot.channels.web.channel import sender_id_of
from bot.conversations.in_redis import EVENTS
from bot.dialogues import Dialogue, Turn
from bot.reply import ReplyKind
from tests.channels.stand_in import StandIn


def dialogue(name: str) -> Dialogue:
    turns = [Turn(visitor=f"{name} {number}", kind=ReplyKind.CHAT, says=[f"{name} {number}"]) for number in (1, 2, 3)]
    return Dialogue(Path(f"{name}.yml"), tuple(turns), (1, 2, 3))


class Chat(StandIn):
    """Answers with what it was told, and keeps the messages of each conversation as Redis would."""

    def __init__(self, mistake: str) -> None:
        super().__init__()
        self.mistake = mistake
        self.held: DefaultDict[str, List[Dict[str, Any]]] = defaultdict(list)
        self.erased: Set[str] = set()
        self._number = 0

    def routes(self) -> List[web.RouteDef]:
        """The contract's."""
        return [
            web.post("/chat/session", self._begin),
            web.post("/chat/message", self._answer),
            web.delete("/chat/session", self._erase),
        ]

    def get(self, key: str) -> Optional[bytes]:
        """A conversation's events."""
        token = next((each for each in self.held if key == EVENTS + sender_id_of(each)), "")
        if token in self.erased and self.mistake != "keeps":
            return None
        return zlib.compress(json.dumps(self.held[token]).encode())

    async def _begin(self, request: web.Request) -> web.Response:
        self._number += 1
        return web.json_response({"token": f"token {self._number}", "replies": []}, status=201)

    async def _answer(self, request: web.Request) -> web.Response:
        token, key = request.headers["Authorization"][7:], request.headers["Idempotency-Key"]
        text = str((await request.json())["text"])
        self._number += 1
        is_new = all(event.get("message_id") != key for event in self.held[token])
        if self._number > 30 and text.endswith("2") and is_new:
            if self.mistake == "mixes":
                text = "b 2" if text.startswith("a") else "a 2"
            elif self.mistake == "is late":
                text = text.replace("2", "1")
            elif self.mistake == "errs":
                text = "something else"
            elif self.mistake == "breaks":
                return web.Response(status=502)
            elif self.mistake == "waits" and self._number % 2:
                error = {"error": {"code": "not_ready", "message": ""}}
                return web.json_response(error, status=503, headers={"Retry-After": "0.01"})
        said = {"event": "user", "message_id": key, "text": text if self.mistake == "writes down" else ""}
        if is_new or self.mistake == "answers twice":
            self.held[token] += [said, {"event": "bot"}]
        if self.mistake == "swaps":
            self.held[token].reverse()
            self.held[token] = [said, {"event": "bot"}, *self.held[token][2:]]
        if self.mistake == "forgets" and not is_new:
            text = "something else"
        reply = {"id": "1", "kind": "chat", "text": text, "facts": [], "suggestions": [], "links": []}
        return web.json_response({"replies": [reply]})

    async def _erase(self, request: web.Request) -> web.Response:
        self.erased.add(request.headers["Authorization"][7:])
        return web.Response(status=204)


def soaked(mistake: str) -> Result:
    with Chat(mistake) as chat:
        cluster: Any = SimpleNamespace(port=chat.port, redis=SimpleNamespace(client=chat))
        fault = Fault("nothing", 0.5, lambda cluster: None, lambda cluster: True)
        return Soak(cluster, [dialogue("a"), dialogue("b")]).run(1, [fault], visitors=3)


def test_a_server_that_makes_no_mistake_is_found_to_make_none() -> None:
    result = soaked("none")
    assert not any(result.faults.values())
    assert result.conversations > 5 and result.repeated > 3
    assert result.answers == result.tries
    assert [window.name for window in result.windows if window.answered] == ["before any fault", "nothing"]
    assert result.windows[-1].whole is not None


@pytest.mark.parametrize(
    ("mistake", "kind"),
    [
        ("mixes", "mixed"),
        ("is late", "out_of_order"),
        ("swaps", "out_of_order"),
        ("errs", "wrong"),
        ("breaks", "unclear"),
        ("answers twice", "twice"),
        ("forgets", "twice"),
        ("keeps", "not_erased"),
        ("writes down", "traces"),
    ],
)
def test_a_mistake_is_found(mistake: str, kind: str) -> None:
    result = soaked(mistake)
    assert result.faults[kind]
    assert f"- {kind}: " in report(result, 1, False)


def test_who_is_asked_to_wait_sends_it_again() -> None:
    result = soaked("waits")
    assert not any(result.faults.values())
    assert result.asked_to_wait > 0 and result.tries == result.answers + result.asked_to_wait


def test_a_word_in_a_file_is_found(tmp_path: Path) -> None:
    turn = Turn(visitor="a sentence that no log has by itself", kind=ReplyKind.CHAT)
    long = Dialogue(Path("long.yml"), (turn,), (1,))
    (tmp_path / "log").write_text("nothing")
    assert traces(tmp_path, [long]) == []
    (tmp_path / "log").write_text(f"INFO {turn.visitor}")
    assert traces(tmp_path, [long]) == [f"log: “{turn.visitor}”"]
