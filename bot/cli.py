"""The project's own commands: python -m bot …, each a module of bot.commands."""

import argparse
import signal
import sys
from types import FrameType
from typing import List, NoReturn, Optional

from bot.commands import add_document, ask, audit, chat, check, rasa_test, reference, report, run, serve, train
from bot.commands.console import CommandError, err
from bot.dialogues import DialogueError
from bot.processes import StartError
from bot.shell import ShellError
from bot.training import TrainingError
from bot.usage.settings import UsageError

_COMMANDS = (run, serve, chat, ask, report, check, train, rasa_test, add_document, audit, reference)
# What a command ends with in one line; anything else is a mistake of the code, and shows where.
_ERRORS = (CommandError, StartError, TrainingError, ShellError, DialogueError, UsageError)


class Ended(Exception):
    """The user asked to end, by Ctrl-C or a signal."""


def command_line() -> argparse.ArgumentParser:
    """The command line, with every command."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The MeToo assistant.")
    # For the command that writes them all down.
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    for told in commands._choices_actions:
        # `python -m bot run --help` says what it does, too.
        commands.choices[told.dest].description = f"{told.help}."
    return parser


def main(arguments: Optional[List[str]] = None) -> NoReturn:
    """Run a command; exit with 0 if it did what it should, 1 if not, 2 if the arguments are wrong."""
    options = command_line().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        is_good = options.run(options)
    except _ERRORS as error:
        err.print(str(error), markup=False)
        sys.exit(1)
    except Ended:
        sys.exit(130)
    sys.exit(1 if is_good is False else 0)


def _end(number: int, frame: Optional[FrameType]) -> None:
    # A second Ctrl-C does not interrupt the ending of the processes.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Ended
