"""python -m bot report: the files that it writes, and what it says where it can't."""

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.usage.counting import Counted, Numbers
from bot.usage.settings import parsed
from bot.usage.table import UsageTable
from tests.commands.processes import bot


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A database with one question of today."""
    address = f"sqlite:///{tmp_path}/usage.db"
    today = str(datetime.now(timezone.utc).date())
    UsageTable(parsed(address)).add({Counted(today, "web", "times-up", "refusal", "silence"): Numbers(1)}, {})
    return address


def test_a_page_and_a_table_are_written(tmp_path: Path, address: str) -> None:
    page = tmp_path / "here.html"
    done = bot("report", "--out", str(page), "--url", address)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        "1 question today; 0\N{NO-BREAK SPACE}% answered. Most often asked in vain: the document doesn’t say"
        in done.stdout
    )
    assert f"Written: {page} and {tmp_path}/here.csv" in done.stdout
    assert "What is Times Up?" in page.read_text(encoding="utf-8")
    assert ",web,times-up,refusal,silence,1,0,0,0" in (tmp_path / "here.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here.csv", "here.html", "usage.db"]
    assert f"Replaced: {page}" in bot("report", "--out", str(page), "--url", address).stdout


def test_the_address_is_that_of_the_assistant(tmp_path: Path, address: str) -> None:
    for variables in ({"METOO_USAGE": address}, {"METOO_STATE": str(tmp_path)}):
        done = bot("report", "--out", str(tmp_path / "here.html"), env={**os.environ, **variables})
        assert "1 question today" in done.stdout, done.stderr


def test_nothing_was_counted_yet(tmp_path: Path) -> None:
    done = bot(
        "report", "--out", str(tmp_path / "here.html"), env={**os.environ, "METOO_STATE": str(tmp_path / "none")}
    )
    assert done.returncode == 0
    assert "No question was counted in the last 8 weeks." in done.stdout and "as soon as visitors ask" in done.stdout
    assert "Nothing here yet" in (tmp_path / "here.html").read_text(encoding="utf-8")
    assert not (tmp_path / "none").exists()


def test_what_is_no_report_is_not_replaced(tmp_path: Path, address: str) -> None:
    page, table = tmp_path / "mine.html", tmp_path / "other.csv"
    page.write_text("my page")
    table.write_text("my table")
    for path in (page, table.with_suffix(".html")):
        done = bot("report", "--out", str(path), "--url", address)
        assert done.returncode == 1 and "name another file with --out" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert (page.read_text(), table.read_text()) == ("my page", "my table")
    assert not table.with_suffix(".html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--weeks", "0"], "--weeks 0 makes no sense: give a number from 1 to 520."),
        (["--out", "report.pdf"], "--out report.pdf is no page: name a file that ends in .html"),
        (["--out", "/nonexistent/report.html"], "can't be written (No such file or directory): name another file"),
        (["--out", "/dev/null/report.html"], "name another file with --out."),
        (["--url", "usage.db"], "METOO_USAGE is no address of a database: write it like sqlite:////"),
        (["--url", "sqlite:////etc/passwd"], "(file is not a database): correct METOO_USAGE."),
        (
            ["--url", "postgresql://user:secret@127.0.0.1:1/name"],
            "The counts can't be read from postgresql://user:***@",
        ),
    ],
)
def test_what_can_not_be_is_told_in_a_line(tmp_path: Path, arguments: "list[str]", message: str) -> None:
    given = [*arguments] if "--out" in arguments else ["--out", str(tmp_path / "here.html"), *arguments]
    done = bot("report", *given)
    assert done.returncode == 1
    assert message in done.stderr and "secret" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_counting_is_off(tmp_path: Path) -> None:
    done = bot("report", env={**os.environ, "METOO_USAGE": "off"})
    assert (done.returncode, done.stderr) == (
        1,
        "Nothing is counted, because METOO_USAGE is off: name a database with --url.\n",
    )
