"""Every link inside the pages leads somewhere, and every command and figure in them is one."""

import re
import shlex
from pathlib import Path
from typing import Iterator, List, Set
from urllib.parse import unquote, urlsplit

import pytest

from bot import ROOT
from bot.cli import command_line
from bot.facts import load_store
from bot.reference import targets

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "deploy" / "README.md"])
REFERENCE = ROOT / "docs" / "reference.md"
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:actions|benchmarks|bin|bot|data|deploy|docs|requirements|tests)/[\w./-]+)`")
WRITTEN = re.compile(r"^```\w+ write (\S+)", re.MULTILINE)
MAKE = re.compile(r"(?:`|^    )(?:\w+=\S+ )*make ([a-z-]+)", re.MULTILINE)
BOT = re.compile(r"python -m bot ([^`\n]*)")
# Places in a command that its reader fills in.
FILLED_IN = {"FILE…": "tests/dialogues", "TEXT.txt": "docs/examples/sweden.txt", "…": ""}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> Set[str]:
    """The anchors of a page's headings, as they are made of their words."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def is_right(page: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and bool(parts.netloc)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return target.exists() and (not parts.fragment or parts.fragment in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(text_of(page)) if not is_right(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_are_there(page: Path) -> None:
    # What a page has its reader write is no file of the project.
    written = {*WRITTEN.findall(text_of(page)), "deploy/.env"}
    named = {path for path in NAMED.findall(text_of(page)) if path not in written}
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_page_is_reached_from_the_readme() -> None:
    reached, left = {ROOT / "README.md"}, [ROOT / "README.md"]
    while left:
        page = left.pop()
        linked = {
            (page.parent / urlsplit(link).path).resolve() for link in LINK.findall(text_of(page)) if "://" not in link
        }
        new = {each for each in linked if each.suffix == ".md" and each not in reached}
        reached |= new
        left += new
    assert set(PAGES) <= reached


# docs/reference.md shows how each command is used, and is made of the commands themselves.
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "reference.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_exist(page: Path) -> None:
    known = {name for name, _ in targets()}
    assert {name for name in MAKE.findall(text_of(page)) if name not in known} == set()
    for name, *arguments in commands_of(page):
        assert name in names()
        if arguments:
            command_line().parse_args([name, *arguments])  # ends the test with what is wrong


def names() -> Set[str]:
    """The commands that the page of all of them has."""
    return set(re.findall(r"^### python -m bot (\S+)", text_of(REFERENCE), re.MULTILINE))


def commands_of(page: Path) -> Iterator[List[str]]:
    for given in BOT.findall(text_of(page)):
        words = [FILLED_IN.get(word, word) for word in shlex.split(given.strip().rstrip(".:,;)"))]
        command = [word for word in words if word]
        if command:
            yield command


def test_figures_of_the_readme_are_those_that_were_measured() -> None:
    measured = text_of(ROOT / "benchmarks" / "against_stock.md").splitlines()
    section = text_of(ROOT / "README.md").partition("## Beside stock Rasa")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > 5 and all(row in measured for row in rows)


def test_what_the_readme_counts_is_there() -> None:
    readme = " ".join(text_of(ROOT / "README.md").split())
    for name, what in (("questions.jsonl", "questions"), ("conversations.jsonl", "conversations")):
        assert f"{len(text_of(ROOT / 'tests' / name).splitlines())} {what}" in readme
    assert f"{len(load_store().facts)} facts" in readme
    assert len(list((ROOT / "tests" / "dialogues").glob("*.yml"))) > 250


def test_every_room_is_told_of() -> None:
    told = text_of(ROOT / "docs" / "architecture.md").partition("## What is where")[2]
    rooms = [path for path in (ROOT / "bot").iterdir() if path.is_dir() or path.suffix == ".py"]
    names = {f"bot/{path.name}" for path in rooms if not path.name.startswith("__")}
    assert {name for name in names if f"`{name}`" not in told} == set()
