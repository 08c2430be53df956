"""Rasa's own command, quicker: python -m bot.rasa run …, with the arguments of `rasa`.

It is Rasa as installed, but for what bot.rasa.without leaves out, and for what bot.rasa.once does once.
"""

import sys

from bot.rasa.preparing import prepare


def main() -> None:
    """Run the command that the arguments name; it ends as Rasa's does."""
    prepare(serves=sys.argv[1:2] == ["run"])
    from rasa.__main__ import main as rasa  # prepared by now

    rasa()


if __name__ == "__main__":
    main()
