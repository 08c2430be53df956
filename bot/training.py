"""Training the model, when an input has changed and not otherwise."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator, List

from bot import ROOT
from bot.environment import child_environment

MODELS = "models"
# Everything that the trained model depends on.
_INPUTS = ("config.yml", "domain.yml", "requirements/run.txt", "requirements/encoder.txt")
_INPUT_FOLDERS = ("data", "bot/facts", "bot/nlu", "bot/support")
# Read when a reply is made: new words need no new model.
_NO_INPUT = "data/wording.yml"
_STEP = re.compile(r"Starting to train component '(\w+)'")
_COLOUR = re.compile(r"\x1b\[\d*m")


class TrainingError(RuntimeError):
    """Rasa could not train; the message holds its last lines."""


def model_path(root: Path = ROOT) -> Path:
    """Where the model of the inputs as they are now lies, trained or not."""
    digest = hashlib.sha256()
    for path in _inputs(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return root / MODELS / f"metoo-{digest.hexdigest()[:16]}.tar.gz"


def train(root: Path, progress: Callable[[str], None]) -> Path:
    """Train, and remove the models of earlier inputs.

    Args:
        root: the project's folder.
        progress: is told each step.

    Returns:
        The model's path.

    Raises:
        TrainingError: Rasa could not train.
    """
    model = model_path(root)
    name = model.name[: -len(".tar.gz")]
    command = [sys.executable, "-m", "bot.rasa", "train", "--out", MODELS, "--fixed-model-name", name]
    progress("reading the data")
    with subprocess.Popen(
        command,
        cwd=root,
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    ) as process:
        lines: List[str] = []
        for line in process.stdout or ():
            lines.append(_COLOUR.sub("", line.rstrip()))
            step = _STEP.search(line)
            if step:
                progress(f"training {step[1]}")
    if process.returncode or not model.is_file():
        raise TrainingError("Rasa could not train the assistant:\n" + "\n".join(_telling(lines)))
    for other in model.parent.glob("metoo-*.tar.gz"):
        if other != model:
            other.unlink()
    return model


def _inputs(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _INPUTS)
    for folder in _INPUT_FOLDERS:
        paths = (path for path in (root / folder).rglob("*") if path.suffix in (".yml", ".txt", ".py"))
        yield from sorted(path for path in paths if path.is_file() and path != root / _NO_INPUT)


def _telling(lines: List[str]) -> List[str]:
    """The last lines that say something: no progress bars, warnings of libraries or frames of a traceback."""
    noise = re.compile(r"^$|^ |it/s|Warning|^Traceback ")
    return [line for line in lines if not noise.search(line)][-6:]
