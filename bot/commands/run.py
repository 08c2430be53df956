"""python -m bot run: the assistant, until the user ends it."""

import argparse
import os
import time

from bot.commands.console import CommandError, out
from bot.commands.starting import started_assistant
from bot.processes import require_free

_HIGHEST_PORT = 65535


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="start the assistant and print the address of its page")
    parser.add_argument("--port", default=os.environ.get("PORT") or "5005", help="default: $PORT, or 5005")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Start the assistant and keep it running.

    Raises:
        CommandError: the port is none.
        TrainingError: an input is broken, or Rasa could not train.
        StartError: the port is in use, or Rasa ended.
    """
    port = _port(options.port)
    require_free(port)  # before a minute of training, not after it
    with started_assistant(port) as assistant:
        out.print(f"The assistant is ready: [bold]{assistant.url}/[/bold]  (Ctrl-C ends it)")
        while True:
            time.sleep(1)
            assistant.keep_alive()


def _port(given: str) -> int:
    if not given.isdigit() or not 1 <= int(given) <= _HIGHEST_PORT:
        raise CommandError(f"'{given}' is no port: give a number from 1 to 65535, such as PORT=6000 make run")
    return int(given)
