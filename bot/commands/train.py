"""python -m bot train: the model of the inputs as they are."""

import argparse

from bot.commands.starting import trained_model


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    commands.add_parser("train", help="train the model, if an input has changed").set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Train, unless it was done.

    Raises:
        TrainingError: an input is broken, or Rasa could not train.
    """
    trained_model()
