"""Makes `python -m bot` the project's own command."""

from bot.cli import main

main()
