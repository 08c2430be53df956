"""A program in a terminal of its own: what it shows, and what is typed."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Mapping, NamedTuple, Optional, Sequence

from bot import ROOT
from bot.environment import child_environment, free_port
from bot.processes import Assistant

_ASKS_WHERE_THE_CURSOR_IS = "\x1b[6n"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen(NamedTuple):
    """A running program and its terminal."""

    process: "subprocess.Popen[bytes]"
    terminal: int

    def type(self, keys: str) -> None:
        """Press keys; Return is \\r."""
        os.write(self.terminal, keys.encode())

    def read_until(self, is_shown: Callable[[str], bool], seconds: float = 90) -> str:
        """What comes on the screen, with its control sequences, until that is enough."""
        shown, answered = b"", 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0.5)[0]:
                shown += os.read(self.terminal, 65536)
                text = shown.decode("utf-8", "replace")
                # prompt_toolkit asks before it shows its question
                for _ in range(answered, text.count(_ASKS_WHERE_THE_CURSOR_IS)):
                    self.type("\x1b[1;1R")
                answered = text.count(_ASKS_WHERE_THE_CURSOR_IS)
                if is_shown(text):
                    return text
        raise AssertionError(f"not enough was shown:\n{shown[-3000:]!r}")

    def words_until(self, words: str) -> str:
        """The words that come on the screen, until these have come; each run of white space is one blank."""
        return words_of(self.read_until(lambda shown: words in words_of(shown)))


@contextmanager
def on_screen(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Screen]:
    """Run a program in a terminal; it is ended with the block."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    try:
        yield Screen(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)


@contextmanager
def rasa_shell(model: Path, assistant: Assistant, more: Optional[Mapping[str, str]] = None) -> Iterator[Screen]:
    """`rasa shell`, ready to be asked, with the running assistant's action server and more environment variables."""
    command = [sys.executable, "-m", "rasa", "shell", "--model", str(model), "--port", str(free_port())]
    command += ["--endpoints", str(assistant.endpoints)]
    with on_screen(command, {**child_environment(), **(more or {})}) as screen:
        screen.words_until("Your input")
        yield screen


def words_of(shown: str) -> str:
    """What is shown, without control sequences, with a blank for each run of white space."""
    return re.sub(r"\s+", " ", _CONTROL.sub("", shown))
