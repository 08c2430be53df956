"""Visitors who talk with a cluster while it is struck, and what they found: benchmarks.soak begins them."""

import http.client
import itertools
import json
import secrets
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from benchmarks.cluster import Cluster
from benchmarks.faults import Fault
from bot.channels.web.channel import sender_id_of
from bot.conversations.in_redis import EVENTS, unpacked
from bot.dialogues import Dialogue, judge
from bot.reply import Reply

VISITORS = 16
_REPEATED = 10
_PATIENCE_SECONDS = 90.0


class Given(NamedTuple):
    """What came for one request: status (0 if the connection broke), headers in lower case, JSON."""

    status: int
    headers: Dict[str, str]
    body: Any

    @property
    def asks_to_try_again(self) -> bool:
        """Whether it is the contract's 503 or 429, which say how long to wait."""
        codes = {503: "not_ready", 429: "too_many"}
        code = codes.get(self.status)
        return bool(code and self.headers.get("retry-after") and self.body and self.body["error"]["code"] == code)


@dataclass
class Window:
    """What happened from one fault to the next; seconds are from the fault on, None where nothing was noticed."""

    name: str
    began: float = 0.0
    answered: int = 0
    waits: int = 0
    last_wait: Optional[float] = None
    longest: float = 0.0
    whole: Optional[float] = None


@dataclass
class Result:
    """Counts of one run."""

    seconds: float = 0.0
    conversations: int = 0
    messages: int = 0
    answers: int = 0
    repeated: int = 0
    asked_to_wait: int = 0
    erased_before: int = 0
    tries: int = 0
    wrong: List[str] = field(default_factory=list)
    mixed: List[str] = field(default_factory=list)
    out_of_order: List[str] = field(default_factory=list)
    twice: List[str] = field(default_factory=list)
    not_erased: List[str] = field(default_factory=list)
    unclear: List[str] = field(default_factory=list)
    unanswered: List[str] = field(default_factory=list)
    traces: List[str] = field(default_factory=list)
    windows: List[Window] = field(default_factory=list)
    times: List[float] = field(default_factory=list)

    @property
    def faults(self) -> Dict[str, List[str]]:
        """What should not have happened, by its kind."""
        kinds = ("wrong", "mixed", "out_of_order", "twice", "not_erased", "unclear", "unanswered", "traces")
        return {kind: getattr(self, kind) for kind in kinds}


class Soak:
    """Visitors who talk with a cluster until they are told to stop."""

    def __init__(self, cluster: Cluster, dialogues: Sequence[Dialogue]) -> None:
        self.cluster = cluster
        self.result = Result(windows=[Window("before any fault", time.monotonic())])
        self._dialogues = dialogues
        self._lock = threading.Lock()
        self._stop = threading.Event()
        # What each turn was answered with when it was answered rightly, to tell whose a wrong answer is.
        self._right: Dict[str, Tuple[str, int]] = {}
        self._is_whole = Cluster.is_ready

    def run(self, seconds: float, faults: Sequence[Fault], visitors: int = VISITORS) -> Result:
        """Talk for so long, with each fault at its time, and let every conversation come to its end."""
        started = time.monotonic()
        self.result.windows[0].began = started
        threads = [threading.Thread(target=self._visit, args=(number,)) for number in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            for fault in faults:
                self._wait_until(started + fault.at * seconds)
                self._strike(fault)
            self._wait_until(started + seconds)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        self.result.seconds = time.monotonic() - started
        return self.result

    def _wait_until(self, moment: float) -> None:
        while time.monotonic() < moment:
            self._watch()
            time.sleep(0.2)

    def _strike(self, fault: Fault) -> None:
        with self._lock:
            self.result.windows.append(Window(fault.name, time.monotonic()))
            self._is_whole = fault.is_whole
        fault.strike(self.cluster)

    def _watch(self) -> None:
        window = self.result.windows[-1]
        if len(self.result.windows) > 1 and window.whole is None and self._is_whole(self.cluster):
            window.whole = time.monotonic() - window.began

    def _visit(self, number: int) -> None:
        # Each visitor has an address of their own, so that limits are those of a visitor.
        with closing(_Client(self.cluster.port, f"127.0.0.{number + 2}")) as client:
            for dialogue in itertools.islice(itertools.cycle(self._dialogues), number, None):
                if self._stop.is_set():
                    return
                try:
                    self._hold(client, dialogue)
                except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
                    self._note("unanswered", f"{dialogue.path.stem}: {type(error).__name__}: {error}")

    def _hold(self, client: "_Client", dialogue: Dialogue) -> None:
        begun = self._ask(client, "POST", "/chat/session", {}, "", "", 201)
        if begun is None:
            return
        token, sent = begun["token"], []
        for index, turn in enumerate(dialogue.turns):
            key = secrets.token_hex(8)
            given = self._ask(client, "POST", "/chat/message", {"text": turn.visitor}, token, key, 200)
            if given is None:
                return
            sent.append(key)
            self._judge(dialogue, index, [Reply.from_dict(reply) for reply in given["replies"]])
            with self._lock:
                self.result.messages += 1
                is_repeated = self.result.messages % _REPEATED == 0
            if is_repeated:
                again = self._ask(client, "POST", "/chat/message", {"text": turn.visitor}, token, key, 200)
                texts = [[reply["text"] for reply in each["replies"]] for each in (given, again) if each]
                with self._lock:
                    self.result.repeated += 1
                if len(texts) == 2 and texts[0] != texts[1]:
                    self._note("twice", f"{dialogue.path.stem}: “{turn.visitor}” got another answer when sent again")
        self._check_history(dialogue, token, sent)
        self._ask(client, "DELETE", "/chat/session", None, token, "", 204)
        if events_of(self.cluster, token) is not None:
            self._note("not_erased", dialogue.path.stem)
        with self._lock:
            self.result.conversations += 1

    def _ask(
        self,
        client: "_Client",
        method: str,
        path: str,
        body: Optional[Dict[str, str]],
        token: str,
        key: str,
        wanted: int,
    ) -> Optional[Any]:
        """What the request is answered with at last, None if it is not answered as it should be."""
        started = time.monotonic()
        was_sent = False
        while time.monotonic() - started < _PATIENCE_SECONDS:
            given = client.ask(method, path, body, token, key)
            if was_sent and method == "DELETE" and given.status == 401:
                # The process that was killed had erased it, and could not say so any more.
                with self._lock:
                    self.result.erased_before += 1
                given = given._replace(status=wanted)
            was_sent = True
            with self._lock:
                self.result.tries += 1
                window = self.result.windows[-1]
            if given.status == wanted:
                took = time.monotonic() - started
                with self._lock:
                    self.result.answers += 1
                    self.result.times.append(took)
                    window.answered += 1
                    window.longest = max(window.longest, took)
                return given.body or {}
            if not given.asks_to_try_again:
                self._note("unclear", f"{method} {path}: {given.status} {given.body}")
                if given.status:
                    return None
            with self._lock:
                self.result.asked_to_wait += 1
                window.waits += 1
                window.last_wait = time.monotonic() - window.began
            time.sleep(float(given.headers.get("retry-after", 1)))
        self._note("unanswered", f"{method} {path}")
        return None

    def _judge(self, dialogue: Dialogue, index: int, replies: List[Reply]) -> None:
        turn, text = dialogue.turns[index], replies[0].text
        here = (dialogue.path.stem, index)
        findings = judge(turn, replies)
        if not findings:
            with self._lock:
                self._right.setdefault(text, here)
            return
        of = self._right.get(text)
        told = f"{here[0]}, turn {index + 1}, “{turn.visitor}”: {'; '.join(map(str, findings))}"
        kind = "wrong" if of is None else "out_of_order" if of[0] == here[0] else "mixed"
        self._note(kind, told if of is None else f"{told} (that answers turn {of[1] + 1} of {of[0]})")

    def _check_history(self, dialogue: Dialogue, token: str, sent: List[str]) -> None:
        """The messages that the conversation holds answers to are the latest that were sent: once each, in order.

        None of them is held with its words.
        """
        try:
            events = events_of(self.cluster, token) or []
        except Exception:  # noqa: BLE001  # Redis is being started again
            return
        answered: List[str] = []
        current = ""
        for event in events:
            if event["event"] == "user":
                current = str(event.get("message_id"))
                if event["text"]:
                    self._note("traces", f"{dialogue.path.stem}: a message's words are in Redis")
            elif event["event"] == "bot" and current in sent:
                answered.append(current)
                # A reply may be of several parts.
                current = ""
        counts = Counter(answered)
        if max(counts.values(), default=1) > 1:
            self._note("twice", f"{dialogue.path.stem}: a message is answered twice in its conversation")
        elif answered != sent[len(sent) - len(answered) :] or not answered:
            self._note("out_of_order", f"{dialogue.path.stem}: {len(sent)} sent, {len(answered)} held")

    def _note(self, kind: str, what: str) -> None:
        with self._lock:
            getattr(self.result, kind).append(what)


def events_of(cluster: Cluster, token: str) -> Optional[List[Dict[str, Any]]]:
    """What Redis holds of a conversation, None if nothing."""
    content = cluster.redis.client.get(EVENTS + sender_id_of(token))
    return None if content is None else unpacked(content)


class _Client:
    """Requests from one address, on one connection as long as it lasts."""

    def __init__(self, port: int, address: str) -> None:
        self._make = lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(address, 0))
        self._connection = self._make()

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def ask(self, method: str, path: str, body: Optional[Dict[str, str]], token: str, key: str) -> Given:
        """Send a request; one whose connection was closed meanwhile is sent on a new one."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers.update({"Authorization": f"Bearer {token}"} if token else {})
        headers.update({"Idempotency-Key": key} if key else {})
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, content, headers)
            response = self._connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._connection = self._make()
            return Given(0, {}, type(error).__name__)
        names = {name.lower(): value for name, value in response.getheaders()}
        is_json = names.get("content-type", "").startswith("application/json")
        return Given(response.status, names, json.loads(raw) if raw and is_json else None)
