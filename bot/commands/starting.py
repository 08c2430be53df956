"""The model of the inputs as they are, and an assistant that runs with it: what most commands need first."""

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping, Optional, Sequence

from bot import ROOT
from bot.checking import check_everything
from bot.commands.console import print_problems, progress, show_serious
from bot.processes import Assistant
from bot.training import TrainingError, model_path, train

# The channel that says why: for those who make the assistant.
WORKSHOP = "bot.channels.workshop.WorkshopChannel"
# What they ask is not what visitors ask.
UNCOUNTED = {"METOO_USAGE": "off"}


def trained_model() -> Path:
    """The model of the inputs as they are, trained now if it was not.

    Raises:
        TrainingError: an input is broken, or Rasa could not train.
    """
    model = model_path()
    if model.is_file():
        return model
    if print_problems(check_everything()):
        raise TrainingError("Mend the above, then run the same command again.")
    with progress("Training (two to four minutes; only when an input has changed)") as say:
        return train(ROOT, say)


@contextmanager
def started_assistant(
    port: Optional[int] = None, channels: Sequence[str] = (), variables: Optional[Mapping[str, str]] = None
) -> Iterator[Assistant]:
    """Start the assistant, trained if need be; it ends with the block.

    Args:
        port: where it listens; any free one if None.
        channels: classes of channels that are open besides those of credentials.yml.
        variables: environment variables for it, besides this process's own.

    Raises:
        TrainingError: an input is broken, or Rasa could not train.
        StartError: it did not start.
    """
    with Assistant(trained_model(), port, log=show_serious, channels=channels, variables=variables) as assistant:
        with progress("Starting") as say:
            say("Rasa and the action server")
            assistant.wait_until_ready()
        yield assistant
