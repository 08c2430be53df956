"""Rasa's own command, quicker: python -m bot.rasa run …, with the arguments of `rasa`.

It is Rasa as installed, but for what bot.rasa.without leaves out, and for what bot.rasa.once does once.
"""

from bot import ROOT
from bot.rasa.without import leave_out, needs_tensorflow


def main() -> None:
    """Run the command that the arguments name; it ends as Rasa's does."""
    leave_out(tensorflow=not needs_tensorflow(ROOT / "config.yml"))
    # They import Rasa, and Rasa everything.
    from bot.rasa.once import do_once
    from rasa.__main__ import main as rasa

    do_once()
    rasa()


if __name__ == "__main__":
    main()
