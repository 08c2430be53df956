"""python -m bot serve: one process of several, Rasa or an action server, which something else starts again if it ends.

It becomes that process, so that signals reach it and its exit code is told. Everything is set by environment variables:
deploy/README.md.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Dict, List

import yaml

from bot import ROOT
from bot.channels.settings import with_channels_of_environment
from bot.commands.console import CommandError
from bot.endpoints import action_url, completed
from bot.environment import LOOPBACK, child_environment
from bot.training import model_path


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="become one process of several: rasa or actions (deploy/README.md)")
    parser.add_argument("what", choices=("rasa", "actions"), help="which of the two")
    parser.add_argument("--host", default=LOOPBACK, help=f"the address to listen on; default: {LOOPBACK}")
    parser.add_argument("--port", type=int, help="default: 5005 for rasa, 5055 for actions")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Become the process.

    Raises:
        CommandError: there is no model, or a variable is wrong.
    """
    if options.what == "actions":
        _become(["rasa_sdk", "--actions", "actions", "--port", str(options.port or 5055)], SANIC_HOST=options.host)
    model = model_path()
    if not model.is_file():
        raise CommandError("There is no model of the inputs as they are: make one with 'python -m bot train' first.")
    endpoints, credentials = _settings()
    command = ["bot.rasa", "run", "--interface", options.host, "--port", str(options.port or 5005)]
    command += ["--model", str(model), "--endpoints", str(endpoints), "--credentials", str(credentials)]
    _become(command)


def _settings() -> "tuple[Path, Path]":
    """endpoints.yml and credentials.yml as the environment changes them; no secret is written into them."""
    try:
        url = action_url()
    except ValueError as error:
        raise CommandError(str(error)) from error
    endpoints = completed(yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8")), url)
    credentials = yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8"))
    # Rasa reads them when it starts, and never again.
    folder = Path(tempfile.mkdtemp(prefix="metoo-"))
    written = folder / "endpoints.yml", folder / "credentials.yml"
    contents = endpoints, with_channels_of_environment(credentials)
    for path, content in zip(written, contents, strict=True):
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return written


def _become(module: List[str], **variables: str) -> None:
    environment: Dict[str, str] = {**child_environment(), **variables}
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "-m", *module], environment)
