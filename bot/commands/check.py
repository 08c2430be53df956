"""python -m bot check: what was checked, what was found, and what to write instead."""

import argparse

from rich.table import Table

from bot.checking import check_everything
from bot.commands.console import out, print_problems


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    commands.add_parser("check", help="check the fact store and every YAML file").set_defaults(run=run)


def run(options: argparse.Namespace) -> bool:
    """Print what was checked and what was found; whether nothing was."""
    checks = check_everything()
    table = Table("Check", "Checked", "Problems", title="The project as it stands")
    for row in checks:
        table.add_row(row.title, str(row.checked), str(len(row.problems)) if row.problems else "none")
    out.print(table)
    for row in checks:
        if row.due:
            out.print(f"\nDue for a look ({row.title}): {len(row.due)}")
        for problem in row.due:
            out.print(str(problem), markup=False)
    return not print_problems(checks)
