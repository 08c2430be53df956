"""python -m bot audit: whether what is installed is what is listed, and what is known against it."""

import argparse
import shutil
from pathlib import Path
from sysconfig import get_path

from bot import ROOT
from bot.audit.advisories import answers, look_at_npm, look_at_python, unanswered
from bot.audit.packages import changed_files, differences, expected, lists_of
from bot.commands.console import CommandError, err, out

_TOOL = ROOT / ".venv-audit" / "bin" / "pip-audit"
_WIDGET = ROOT / "bot" / "widget"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "audit", help="compare what is installed with the lists, and tell known vulnerabilities"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> bool:
    """Print what was found; whether everything could be looked at and nothing was found that is not answered.

    Raises:
        CommandError: the tool that asks the registry is not installed.
    """
    if not _TOOL.is_file():
        raise CommandError(f"{_TOOL.relative_to(ROOT)} is not installed: run 'make audit', which installs it.")
    site, requirements = Path(get_path("purelib")), ROOT / "requirements"
    wanted = expected(requirements, site)
    wrong = [*differences(wanted, site), *changed_files(site)]
    for line in wrong:
        err.print(line, markup=False)
    if not wrong:
        out.print(f"{len(wanted)} packages are installed, exactly those that are listed, and each file is as it came.")
    looked = [look_at_python(_TOOL, lists_of(requirements, site))]
    if shutil.which("npm"):
        looked.append(look_at_npm(_WIDGET))
    given = answers((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    advisories = [each for part in looked for each in part.advisories]
    left = unanswered(advisories, given)
    for each in left:
        err.print(
            f"{each.package} {each.version}: {', '.join(sorted(each.ids))} is not answered in SECURITY.md", markup=False
        )
    missing = [line for part in looked for line in part.not_looked_up]
    for line in missing:
        err.print(f"Not looked up: {line}. Nothing is known of them from this.", markup=False)
    out.print(
        f"{len(advisories)} known vulnerabilities were found, of which {len(left)} are not answered in SECURITY.md."
    )
    return not (wrong or left or missing)
