"""The two assistants that are measured against each other: ours, and the same data on the settings of `rasa init`.

Both have the same examples, rules, stories, domain and action server. Stock Rasa has the pipeline and the policies that
`rasa init` suggests, its own tracker store and its own REST channel.
"""

import http.client
import json
import secrets
import shutil
import subprocess
import sys
import time
import weakref
from abc import ABC, abstractmethod
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Sequence

import requests
import yaml

from benchmarks.stock import BEGINNING
from bot import ROOT
from bot.environment import LOOPBACK, child_environment, free_port
from bot.processes import Assistant
from tests.channels.client import another_address

_READY_SECONDS = 300.0
# What `rasa init` suggests.
_STOCK = """\
recipe: default.v1
language: en
assistant_id: stock
importers:
  - name: bot.nlu.importer.FactStoreImporter
{beginning}\
  - name: DIETClassifier
    epochs: {epochs}
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: {epochs}
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
policies:
  - name: MemoizationPolicy
  - name: TEDPolicy
    max_history: 5
    epochs: {epochs}
  - name: RulePolicy
"""

Send = Callable[[str], None]


class Measured(ABC):
    """An assistant that can be trained, started and talked with."""

    name: str
    # The command that is like `rasa`, as arguments of Python.
    rasa: Sequence[str]

    def __init__(self, folder: Path) -> None:
        """Take a folder for what it writes; it has to be there."""
        self.folder = folder
        self.model = folder / "measured.tar.gz"

    def train(self) -> float:
        """Train, with nothing remembered from earlier trainings; how long the command took, in seconds.

        Raises:
            subprocess.CalledProcessError: it could not be trained.
        """
        command = [sys.executable, *self.rasa, "train", "--force", "--out", str(self.folder)]
        environment = {**self.environment(), "RASA_MAX_CACHE_SIZE": "0"}
        start = time.perf_counter()
        command += ["--fixed-model-name", "measured"]
        subprocess.run(command, cwd=self.project(), env=environment, check=True, capture_output=True)
        return time.perf_counter() - start

    def environment(self) -> Dict[str, str]:
        """The variables of its processes."""
        return {**child_environment(), "PYTHONPATH": str(ROOT), "METOO_USAGE": "off"}

    @abstractmethod
    def project(self) -> Path:
        """The folder that its commands run in."""

    @abstractmethod
    def started(self) -> "ContextManager[Started]":
        """Start it; it is ready, and ends with the block."""


class Started(ABC):
    """An assistant that runs: how long it took to be ready, in seconds, and the ids of its processes."""

    def __init__(self, ready_seconds: float, process_ids: List[int], port: int) -> None:
        self.ready_seconds = ready_seconds
        self.process_ids = process_ids
        self._port = port

    @abstractmethod
    def conversation(self) -> Send:
        """Begin a conversation of another visitor: a function that sends a message and waits for the replies."""

    def memory(self) -> float:
        """What all its processes hold, in MB; what they share with others counts in parts (PSS)."""
        rolled_up = [Path(f"/proc/{each}/smaps_rollup").read_text(encoding="utf-8") for each in self.process_ids]
        return sum(int(each.partition("\nPss:")[2].split()[0]) for each in rolled_up) / 1024

    def _connected(self) -> http.client.HTTPConnection:
        # Each visitor has an address: from one alone, so much would be a flood.
        return http.client.HTTPConnection(LOOPBACK, self._port, timeout=120, source_address=(another_address(), 0))


def _posted(connection: http.client.HTTPConnection, path: str, body: Dict[str, Any], **headers: str) -> Any:
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    given = response.read()
    if response.status not in (200, 201):
        raise RuntimeError(f"{path} was answered with {response.status}.")
    return json.loads(given)


def _until_dropped(send: Send, connection: http.client.HTTPConnection) -> Send:
    """The same; when nothing holds it any more, its connection is closed."""
    weakref.finalize(send, connection.close)
    return send


class Ours(Measured):
    """The assistant as `make run` starts it, but for its limits: the same client may send as much as it likes."""

    name = "ours"
    rasa = ("-m", "bot.rasa")

    def project(self) -> Path:
        """The checkout itself."""
        return ROOT

    def train(self) -> float:
        """Train without the vectors that an earlier training left; the seconds that it took."""
        kept = self.folder / "vectors.npz"
        pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        remembered = ROOT / next(each["remember"] for each in pipeline if "remember" in each)
        with ExitStack() as stack:
            if remembered.is_file():
                shutil.move(str(remembered), kept)
                stack.callback(shutil.move, str(kept), str(remembered))
            return super().train()

    def started(self) -> "ContextManager[Started]":
        """Running, without its limits."""
        return running_with(self.model, self.folder)


class OursStarted(Started):
    """Ours, running."""

    def conversation(self) -> Send:
        """A conversation of the web channel."""
        connection = self._connected()
        token = _posted(connection, "/chat/session", {})["token"]

        def send(text: str) -> None:
            _posted(connection, "/chat/message", {"text": text}, Authorization=f"Bearer {token}")

        return _until_dropped(send, connection)


@contextmanager
def running_with(model: Path, folder: Path, **tracker_store: int) -> Iterator[OursStarted]:
    """Our assistant, ready, without its limits of messages and sessions.

    Args:
        model: the trained model.
        folder: for its settings.
        tracker_store: settings of the tracker store in place of those in endpoints.yml.
    """
    credentials = folder / "credentials.yml"
    limits = {"messages_per_minute": 1_000_000, "sessions_per_minute": 1_000_000}
    credentials.write_text(yaml.safe_dump({"bot.channels.web.WebChannel": limits}), encoding="utf-8")
    variables = {"METOO_USAGE": "off"}
    assistant = Assistant(model, credentials=credentials, variables=variables, tracker_store=tracker_store)
    start = time.perf_counter()
    with assistant:
        assistant.wait_until_ready()
        yield OursStarted(time.perf_counter() - start, assistant.process_ids, assistant.port)


class Stock(Measured):
    """The same data on the settings of `rasa init`."""

    name = "stock Rasa"
    rasa = ("-m", "rasa")

    def __init__(self, folder: Path, epochs: int = 100) -> None:
        """Write the project.

        Args:
            folder: where; it has to be there.
            epochs: how long its networks train. With our data one epoch of them takes minutes.
        """
        super().__init__(folder)
        self.epochs = epochs
        for name in ("data", "domain.yml"):
            if not (folder / name).exists():
                (folder / name).symlink_to(ROOT / name)
        (folder / "config.yml").write_text(_STOCK.format(beginning=BEGINNING, epochs=epochs), encoding="utf-8")
        (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")

    def project(self) -> Path:
        """The folder that was written."""
        return self.folder

    @contextmanager
    def started(self) -> "Iterator[Started]":
        """Running, with an action server of its own."""
        port, action_port = free_port(), free_port()
        endpoints = {"action_endpoint": {"url": f"http://{LOOPBACK}:{action_port}/webhook"}}
        (self.folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
        actions = ["-m", "rasa_sdk", "--actions", "actions", "--port", str(action_port)]
        run = [*self.rasa, "run", "--interface", LOOPBACK, "--port", str(port), "--model", str(self.model)]
        start = time.perf_counter()
        with ExitStack() as stack:
            processes = [stack.enter_context(self._running(arguments)) for arguments in (actions, run)]
            _wait_for(f"http://{LOOPBACK}:{port}/", processes)
            ready_seconds = time.perf_counter() - start
            yield _StockStarted(ready_seconds, [each.pid for each in processes], port)

    @contextmanager
    def _running(self, arguments: List[str]) -> "Iterator[subprocess.Popen[bytes]]":
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


class _StockStarted(Started):
    def conversation(self) -> Send:
        connection = self._connected()
        sender = secrets.token_hex(16)

        def send(text: str) -> None:
            _posted(connection, "/webhooks/rest/webhook", {"sender": sender, "message": text})

        return _until_dropped(send, connection)


def _wait_for(url: str, processes: "List[subprocess.Popen[bytes]]") -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if any(each.poll() is not None for each in processes):
            raise RuntimeError("Stock Rasa, or its action server, ended while starting.")
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError("Stock Rasa did not start.")
