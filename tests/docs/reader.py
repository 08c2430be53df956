"""Following a page of docs/ to the letter: its commands run, its files are written, and what it shows is what comes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple

from tests.commands.processes import MARK, marked_environment, survivors

# A fenced block, ```yaml write data/facts/sweden.yml, or a row of the table of what is to be replaced.
STEP = re.compile(
    r"^```(?P<language>\w+)(?: (?P<action>[\w-]+))?(?: (?P<path>\S+))?\n(?P<text>.*?)^```$"
    r"|^\| `(?P<file>[^|]+)` \| (?P<old>[^|]+) \| (?P<new>[^|]+) \|$",
    re.MULTILINE | re.DOTALL,
)
# Differs between processors by a hundredth, and so may how many questions are above a limit.
MEASURED = re.compile(r"\d\.\d\d\b|\d+ found|\d+ of its questions")


class Step(NamedTuple):
    """One thing that the reader does or sees."""

    action: str
    path: str
    text: str
    new: str = ""


def steps(page: Path) -> List[Step]:
    """The steps of a page, in their order."""
    found = []
    for match in STEP.finditer(page.read_text(encoding="utf-8")):
        if match["file"]:
            found.append(Step("replace", match["file"], match["old"], match["new"]))
        else:
            found.append(Step(match["action"] or match["language"], match["path"] or "", match["text"]))
    return found


class Reader:
    """Does what a page says, in a folder."""

    def __init__(self, folder: Path) -> None:
        python = str(Path(sys.executable).parent)
        self.environment = marked_environment(PATH=os.pathsep.join([python, os.environ["PATH"]]))
        self._folder = folder
        self._output = ""

    def follow_all(self, page: List[Step]) -> None:
        """Do every step; nothing that was started is left."""
        for step, following in zip(page, [*page[1:], Step("", "", "")]):
            self._follow(step, following)
        assert survivors(self.environment[MARK]) == []

    def _follow(self, step: Step, following: Step) -> None:
        path = self._folder / step.path
        if step.action in ("sh", "fails"):
            messages = following.text if following.action == "conversation" else ""
            self._run(step, "".join(line[2:] + "\n" for line in messages.splitlines() if line.startswith("> ")))
        elif step.action in ("output", "conversation"):
            # What is said is shown whole; of what a command tells, seconds and places are left out.
            output = masked(self._output)
            came = [line.rstrip() for line in output.splitlines()] if step.action == "conversation" else output
            for line in lines_of(step.text):
                assert line in came, f"{line!r} does not come, but this:\n{self._output}"
        elif step.action in ("shown", "excerpt"):
            assert masked(step.text) in masked(path.read_text(encoding="utf-8")), f"{step.path} looks otherwise"
        elif step.action == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        elif step.action == "append":
            with path.open("a", encoding="utf-8") as file:
                file.write(step.text)
        else:
            self._edit(step, path)

    def _run(self, step: Step, messages: str) -> None:
        done = subprocess.run(
            ["bash", "-ec", step.text],
            cwd=self._folder,
            env=self.environment,
            input=messages,
            check=False,
            capture_output=True,
            text=True,
            timeout=2400,
        )
        self._output = done.stdout + done.stderr
        assert done.returncode == (1 if step.action == "fails" else 0), f"{step.text}\n{self._output}"

    def _edit(self, step: Step, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        if step.action == "remove-entry":
            edited = re.sub(rf"^{re.escape(step.text)}.*?(?=^- id: |\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
        else:
            assert step.action in ("remove-line", "replace"), step
            edited = text.replace(step.text, step.new)
        assert edited != text, f"{step.path} has no {step.text!r}"
        path.write_text(edited, encoding="utf-8")


def masked(text: str) -> str:
    return MEASURED.sub("…", text)


def lines_of(text: str) -> Iterator[str]:
    """The lines that have to come; what the visitor writes does not."""
    return (masked(line) for line in text.splitlines() if line and not line.startswith("> "))
