"""Talking in the shell: the project's own conversation, and Rasa's."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

from bot import ROOT
from bot.environment import child_environment, free_port
from bot.processes import Assistant
from tests.commands.processes import MARK, bot, marked_environment, survivors

QUOTE = (
    "metoo.txt, line 6: “The #MeToo movement is a social movement that raises awareness of sexual abuse, "
    "harassment, and rape culture.”"
)


def test_every_answer_shows_its_source(model: Path) -> None:
    environment = marked_environment()
    done = bot("chat", input="What is MeToo?\n\n1\nexit\n", env=environment)
    assert done.returncode == 0, done.stderr
    assert QUOTE in done.stdout
    assert "[1] Who started it?" in done.stdout  # a suggestion, sent by its number
    assert "metoo.txt, line 8: “Tarana Burke, a sexual assault survivor" in done.stdout
    assert survivors(environment[MARK]) == []


def test_rasa_shell_shows_sources_too(model: Path, assistant: Assistant) -> None:
    """In a terminal of its own, with the action server of the running assistant."""
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "rasa", "shell", "--model", str(model), "--port", str(free_port())]
    process = subprocess.Popen(
        [*command, "--endpoints", str(assistant.endpoints)],
        cwd=ROOT,
        env=child_environment(),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        read_until(screen, "Your input")
        os.write(screen, b"What is MeToo?\r")
        shown = read_until(screen, "rape culture.”")
        assert "survivor-led" in shown and "line 6" in shown
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def read_until(screen: int, text: str, seconds: float = 90) -> str:
    shown = ""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([screen], [], [], 0.5)[0]:
            shown += os.read(screen, 65536).decode("utf-8", "replace")
            # prompt_toolkit asks where the cursor is before it shows its question
            if "\x1b[6n" in shown:
                os.write(screen, b"\x1b[1;1R")
            shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
            if text in re.sub(r"\s+", " ", shown):
                return re.sub(r"\s+", " ", shown)
    raise AssertionError(f"{text!r} was not shown:\n{shown[-3000:]}")
