"""python -m bot chat: a conversation in the shell."""

import argparse

from bot.commands.console import out
from bot.commands.starting import UNCOUNTED, WORKSHOP, started_assistant
from bot.shell.talking import talk


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    commands.add_parser("chat", help="talk with the assistant in the shell").set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Start the assistant on a free port and talk with it.

    Raises:
        TrainingError: an input is broken, or Rasa could not train.
        StartError: it did not start.
        ShellError: it does not answer.
    """
    with started_assistant(channels=[WORKSHOP], variables=UNCOUNTED) as assistant:
        talk(assistant.url, out)
