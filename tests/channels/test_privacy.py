"""Nothing of what a visitor wrote is written to disk or to a log."""

import json
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Iterator, List

import pytest
import yaml

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


def sentences_of_the_dialogues() -> List[str]:
    """What visitors write in tests/dialogues, and hard words of the safety guard's training data."""
    written = [
        str(turn["visitor"])
        for path in sorted((ROOT / "tests" / "dialogues").glob("*.yml"))
        for turn in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    care = (ROOT / "data" / "nlu" / "care.yml").read_text(encoding="utf-8")
    written += re.findall(r"^    - (.+)$", care, re.MULTILINE)[::20]
    # Shorter ones are words that any log may have.
    return [text for text in written if len(text) > 25]


def test_a_day_of_dialogues_leaves_no_trace_where_everything_is_at_its_most_verbose(
    model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("LOG_LEVEL_LIBRARIES", "DEBUG")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lines: List[str] = []
    sentences = sentences_of_the_dialogues()
    started = time.time() - 1
    with Assistant(model, log=lines.append, variables={"METOO_STATE": str(tmp_path / "state")}) as assistant:
        assistant.wait_until_ready()
        for start in range(0, len(sentences), 35):  # one conversation may send 40 messages a minute
            client = Client(assistant.port).begin()
            for text in sentences[start : start + 35]:
                client.say(text)
    kept = "\n".join(lines)
    assert "DEBUG" in kept
    assert [text for text in sentences if text in kept or json.dumps(text)[1:-1] in kept] == []
    written = {path: path.read_bytes() for path in files_written_since(started) if "tests" not in path.parts}
    # Only what was asked is counted, and of that nothing stands there but counts.
    usage = tmp_path / "state" / "usage.db"
    assert usage in written
    assert [text for text in sentences if text.encode() in written[usage]] == []
    long = [text for text in sentences if len(text) > 60]
    assert [(text, path) for text in long for path, content in written.items() if text.encode() in content] == []
