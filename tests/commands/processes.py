"""Running commands as users do, and finding what they leave behind."""

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Dict, List

from bot import ROOT

# Stands in the environment of a command and of every process that it starts.
MARK = "STARTED_BY_TEST"


def marked_environment(**extra: str) -> Dict[str, str]:
    """This process's environment with a mark of its own."""
    return {**os.environ, MARK: uuid.uuid4().hex, **extra}


def bot(*arguments: str, root: Path = ROOT, **options: object) -> "subprocess.CompletedProcess[str]":
    """Run `python -m bot` in a project folder and wait for its end."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, timeout=600, **options)  # type: ignore[call-overload, no-any-return]


def survivors(mark: str) -> List[str]:
    """The command lines of the processes that carry a mark and still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # it ended meanwhile, or is not ours
    return found
