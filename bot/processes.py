"""The pair of processes that answers: Rasa, and its action server on a free port."""

import collections
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext, suppress
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Callable, Deque, Dict, List, Mapping, Optional, Sequence, Type

import requests
import yaml

from bot import ROOT
from bot.channels.settings import with_channels_of_environment
from bot.endpoints import completed
from bot.environment import LOOPBACK, child_environment, free_port, is_free

START_SECONDS = 180.0
STOP_SECONDS = 4.0
_KEPT_LINES = 40
# What Rasa prints, in red, when a setting is wrong.
_TOLD = re.compile(r"^\S*RasaException: (.+?)(?:\x1b\[0m)?$", re.MULTILINE)


class StartError(RuntimeError):
    """The assistant did not start, or stopped by itself; the message says why and what to do."""


def require_free(port: int) -> None:
    """Make sure that a server could listen on a port.

    Raises:
        StartError: the port is in use.
    """
    if not is_free(port):
        raise StartError(f"Port {port} is in use. End the program that uses it, or choose another: PORT=6000 make run")


class _Child:
    """A process in a session of its own, whose output is read as it comes: the last lines are kept in memory."""

    def __init__(
        self, name: str, command: List[str], root: Path, log: Callable[[str], None], variables: Mapping[str, str]
    ) -> None:
        self.name = name
        self._log = log
        self._tail: Deque[str] = collections.deque(maxlen=_KEPT_LINES)
        self._process = subprocess.Popen(
            command,
            cwd=root,
            env={**child_environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def last_words(self) -> str:
        """What Rasa says about a wrong setting, in one line; the last lines where it is something else."""
        self._reader.join(1)
        lines = "\n".join(self._tail)
        told = _TOLD.search(lines)
        return f" {told[1]}" if told else f" Its last lines:\n{lines}"

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _read(self) -> None:
        with self._process.stdout or nullcontext(()) as lines:
            for line in lines:
                self._tail.append(line.rstrip())
                self._log(line.rstrip())


class Assistant:
    """Rasa and the action server, started together and ended together.

    with Assistant(model, port=5005) as assistant:
        assistant.wait_until_ready()
        requests.get(assistant.url + "/health")
    """

    def __init__(
        self,
        model: Path,
        port: Optional[int] = None,
        root: Path = ROOT,
        log: Callable[[str], None] = lambda line: None,
        credentials: Optional[Path] = None,
        channels: Sequence[str] = (),
        variables: Optional[Mapping[str, str]] = None,
        tracker_store: Optional[Mapping[str, int]] = None,
    ) -> None:
        """Say what to start.

        Args:
            model: the trained model.
            port: where the web channel listens on the loopback address; any free one if None.
            root: the project's folder.
            log: is given each line that the processes print.
            credentials: says which channels are open; the project's credentials.yml if None.
            channels: classes of channels that are open besides, such as "bot.channels.workshop.WorkshopChannel".
            variables: environment variables of both processes, besides this process's own.
            tracker_store: settings of the tracker store in place of those in endpoints.yml.
        """
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}/chat"
        self.model = model
        self._root = root
        self._log = log
        self._variables = variables or {}
        self._tracker_store = tracker_store or {}
        self._given_credentials = credentials or root / "credentials.yml"
        self._channels = tuple(channels)
        self._folder = tempfile.TemporaryDirectory(prefix="metoo-")
        # Rasa's endpoints.yml with the action server's own port.
        self.endpoints = Path(self._folder.name) / "endpoints.yml"
        # credentials.yml with the channels that environment variables open.
        self.credentials = Path(self._folder.name) / "credentials.yml"
        self._action_port = 0
        self._rasa: Optional[_Child] = None
        self._actions: Optional[_Child] = None

    def __enter__(self) -> "Assistant":
        """Start both processes.

        Raises:
            StartError: the port is in use.
        """
        require_free(self.port)
        self._action_port = free_port()
        self._write_endpoints()
        self._write_credentials()
        self._actions = self._start_actions()
        command = [sys.executable, "-m", "bot.rasa", "run", "--interface", LOOPBACK, "--port", str(self.port)]
        command += ["--model", str(self.model), "--endpoints", str(self.endpoints)]
        command += ["--credentials", str(self.credentials)]
        self._rasa = _Child("Rasa", command, self._root, self._log, self._variables)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        """End both processes; whichever has not gone after four seconds is killed."""
        children = [child for child in (self._rasa, self._actions) if child]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.stop(max(0.0, deadline - time.monotonic()))
        self._folder.cleanup()

    @property
    def process_ids(self) -> List[int]:
        """The ids of Rasa's and the action server's processes."""
        return [child.pid for child in (self._rasa, self._actions) if child]

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until both answer.

        Raises:
            StartError: a process ended, or the time is up.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for child in (self._actions, self._rasa):
                if child and child.has_ended():
                    raise StartError(f"{child.name} ended while starting.{child.last_words()}")
            if self.is_ready():
                return
            time.sleep(0.1)
        raise StartError(f"The assistant did not answer within {seconds:.0f} seconds. Start it again.")

    def is_ready(self) -> bool:
        """Whether both answer now."""
        try:
            return requests.get(f"{self.url}/health", timeout=5).status_code == HTTPStatus.OK
        except requests.RequestException:
            return False

    def stop_actions(self) -> None:
        """End the action server alone."""
        if self._actions:
            self._actions.ask_to_stop()
            self._actions.stop(STOP_SECONDS)

    def keep_alive(self) -> None:
        """Start the action server again if it has ended.

        Raises:
            StartError: Rasa has ended, which would lose the conversations: it is not started again behind one's back.
        """
        if self._rasa and self._rasa.has_ended():
            raise StartError(f"Rasa ended by itself.{self._rasa.last_words()}")
        if self._actions and self._actions.has_ended():
            self._log("WARNING The action server ended by itself; starting it again.")
            self._actions = self._start_actions()

    def _start_actions(self) -> _Child:
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(self._action_port)]
        return _Child("The action server", command, self._root, self._log, self._variables)

    def _write_endpoints(self) -> None:
        shipped = yaml.safe_load((self._root / "endpoints.yml").read_text(encoding="utf-8"))
        shipped["tracker_store"].update(self._tracker_store)
        action_url = f"http://{LOOPBACK}:{self._action_port}/webhook"
        endpoints = completed(shipped, action_url, self._environment())
        self.endpoints.write_text(yaml.safe_dump(endpoints), encoding="utf-8")

    def _write_credentials(self) -> None:
        credentials = yaml.safe_load(self._given_credentials.read_text(encoding="utf-8"))
        opened = with_channels_of_environment(credentials, self._environment())
        opened.update({path: {} for path in self._channels})
        self.credentials.write_text(yaml.safe_dump(opened), encoding="utf-8")

    def _environment(self) -> Dict[str, str]:
        return {**os.environ, **self._variables}
