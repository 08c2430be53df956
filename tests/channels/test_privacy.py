"""Nothing of what a visitor wrote is written to disk or to a log."""

import os
import tempfile
import time
from pathlib import Path
from typing import Iterator, List

from bot import ROOT
from bot.processes import Assistant
from tests.channels.client import Client

# A word that no file holds by chance; what is searched for is put together only here, so not even this file has it.
WORD = "quoll" + "vexillum"

MESSAGES = [
    f"What is MeToo? {WORD}",
    f"{WORD}",
    f"who is {WORD}",
    f"MeToo in {WORD}",
    f"hello {WORD}",
    f"thank you {WORD}",
    f"/restart {WORD}",
    f"{{{WORD}}}",
]


def files_written_since(moment: float) -> Iterator[Path]:
    home = Path(os.environ.get("HOME") or "/nonexistent")
    for root in (ROOT, Path(tempfile.gettempdir()), home / ".config", home / ".cache" / "rasa"):
        for folder, subfolders, names in os.walk(root):
            subfolders[:] = [name for name in subfolders if name not in (".venv", ".git", "node_modules")]
            for name in names:
                path = Path(folder) / name
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= moment:
                    yield path


def test_messages_leave_no_trace(assistant: Assistant, log: List[str]) -> None:
    started = time.time() - 1
    client = Client(assistant.port).begin()
    for text in MESSAGES:
        assert WORD not in client.say(text)["text"]
    client.request("POST", "/chat/message", f'{{"text": "{WORD}"'.encode())
    client.request("POST", "/chat/message", {"text": WORD * 50})
    client.request("POST", f"/chat/{WORD}", {"text": WORD})
    assert client.token and len(log) > 0
    kept = "\n".join(log)
    assert WORD not in kept and client.token not in kept
    for path in files_written_since(started):
        assert WORD.encode() not in path.read_bytes(), path
