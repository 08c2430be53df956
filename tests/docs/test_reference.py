"""docs/reference.md is made of the code, and has every setting that the code reads."""

import re
from pathlib import Path
from typing import Iterator, Set

from bot import ROOT
from bot.channels import matrix, slack, telegram
from bot.channels.settings import variable
from bot.cli import command_line
from bot.commands.reference import PAGE
from bot.reference import groups, page, variables

VARIABLE = re.compile(r"METOO_[A-Z_]*[A-Z]")
CHANNELS = {each.__name__.rpartition(".")[2]: each.channel._SETTINGS for each in (matrix, slack, telegram)}


def test_the_page_is_what_the_code_makes() -> None:
    made = page(command_line())
    assert PAGE.read_text(encoding="utf-8") == made, "write it again: python -m bot reference"


def files() -> Iterator[Path]:
    for folder in ("bot", "actions", "deploy", "bin"):
        for path in (ROOT / folder).rglob("*"):
            if (
                path.suffix in (".py", ".yml", ".yaml", ".env", ".sh", "")
                and path.is_file()
                and "node_modules" not in path.parts
            ):
                yield path


def test_every_variable_is_described_and_none_that_nothing_reads() -> None:
    read: Set[str] = set()
    for path in files():
        if path.name != "settings.yml":
            read |= set(VARIABLE.findall(path.read_text(encoding="utf-8", errors="replace")))
    channels = {variable(name, setting) for name, known in CHANNELS.items() for setting in known}
    prefixes = {f"METOO_{name.upper()}" for name in CHANNELS}
    assert (read | channels | {"PORT"}) - prefixes == set(variables())


def test_each_is_described_once() -> None:
    names = variables()
    assert len(names) == len(set(names))
    assert all(each["what"].strip() for group in groups() for each in group["settings"])
