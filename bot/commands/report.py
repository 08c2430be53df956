"""python -m bot report: what visitors asked, and asked in vain, as a page and a CSV file."""

import argparse
from datetime import datetime, timezone
from pathlib import Path

from bot.commands.console import CommandError, out
from bot.files import write_whole
from bot.usage.figures import Figures, first_day
from bot.usage.report import MARK, as_csv, as_html, summary
from bot.usage.settings import address_of, parsed
from bot.usage.table import UsageTable

_DEFAULT = "usage-report.html"
_MOST_WEEKS = 520


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "report", help="write what visitors asked, and asked in vain, as a page and a CSV file"
    )
    parser.add_argument("--out", type=Path, default=Path(_DEFAULT), metavar="FILE.html", help=f"default: {_DEFAULT}")
    parser.add_argument(
        "--weeks", type=int, default=8, metavar="N", help="how many weeks, this one among them; default: 8"
    )
    parser.add_argument(
        "--url", metavar="ADDRESS", help="of the database; default: $METOO_USAGE, or usage.db in $METOO_STATE"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the report.

    Raises:
        CommandError: nothing is counted, an option makes no sense, or a file can't be written.
        UsageError: the counts can't be read.
    """
    if not 1 <= options.weeks <= _MOST_WEEKS:
        raise CommandError(f"--weeks {options.weeks} makes no sense: give a number from 1 to {_MOST_WEEKS}.")
    page: Path = options.out
    if page.suffix not in (".html", ".htm"):
        raise CommandError(f"--out {page} is no page: name a file that ends in .html; the CSV file is put beside it.")
    address = parsed(options.url) if options.url else address_of()
    if address is None:
        raise CommandError("Nothing is counted, because METOO_USAGE is off: name a database with --url.")
    today = datetime.now(timezone.utc).date()
    since = str(first_day(today, options.weeks))
    table = UsageTable(address)
    counts, wordings = table.counts(since), table.wordings(since)
    figures = Figures(counts, today, options.weeks)
    files = {page: as_html(figures, wordings), page.with_suffix(".csv"): as_csv(figures, counts)}
    is_replaced = _may_be_replaced(page, page.with_suffix(".csv"))
    for path, text in files.items():
        _write(path, text)
    out.print(summary(figures), markup=False)
    if not figures.outcomes.total:
        out.print("Questions are counted as soon as visitors ask them; they are here within a minute.", markup=False)
    done = "Replaced" if is_replaced else "Written"
    out.print(f"{done}: {page} and {page.with_suffix('.csv')}", markup=False)


def _may_be_replaced(page: Path, table: Path) -> bool:
    """Whether there is a report that the new one takes the place of.

    Raises:
        CommandError: what is there is no report.
    """
    try:
        if page.exists() and MARK not in page.read_text(encoding="utf-8", errors="replace"):
            raise CommandError(f"{page} is there and is no report of this command: name another file with --out.")
        if table.exists() and not page.exists():
            raise CommandError(f"{table} is there, without a report beside it: name another file with --out.")
    except OSError as error:
        raise CommandError(f"{page} can't be read ({error.strerror}): name another file with --out.") from error
    return page.exists()


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise CommandError(f"{path} can't be written ({error.strerror}): name another file with --out.") from error
