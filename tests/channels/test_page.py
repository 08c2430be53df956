"""The page in a real browser."""

import subprocess
from pathlib import Path

from bot.processes import Assistant
from tests.conftest import require_program

# Without these the browser looks for its maker's servers at every start.
QUIET = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


def test_the_page_shows_the_greeting(assistant: Assistant, tmp_path: Path) -> None:
    chromium = require_program("chromium")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", *QUIET, f"--user-data-dir={tmp_path}"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=10000", "--dump-dom", f"{assistant.url}/"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "an automated assistant that answers questions about the #MeToo movement" in done.stdout
    assert "Who started it?</button>" in done.stdout
