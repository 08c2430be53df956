"""python -m bot reference: docs/reference.md, every command and setting."""

import argparse

from bot import ROOT
from bot.commands.console import out
from bot.reference import page

PAGE = ROOT / "docs" / "reference.md"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("reference", help="write docs/reference.md: every command and every setting")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the page."""
    PAGE.write_text(page(options.parser), encoding="utf-8")
    out.print(f"{PAGE.relative_to(ROOT)} is written", markup=False)
