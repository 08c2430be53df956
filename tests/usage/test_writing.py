"""Writing in the background: soon, all of it, and with one line where it can't be done."""

import logging
import sqlite3
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from bot.usage.counting import Counted, Numbers
from bot.usage.settings import parsed
from bot.usage.table import UsageTable
from bot.usage.writing import UsageWriter

ORIGIN = Counted("2026-11-25", "web", "origin", "answer", "")
ONE = {ORIGIN: Numbers(asked=1)}


@pytest.fixture
def writer(table: UsageTable) -> Iterator[UsageWriter]:
    writer = UsageWriter(table, interval=0.02)
    yield writer
    writer.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def asked(table: UsageTable) -> int:
    return sum(numbers.asked for numbers in table.counts("2000-01-01").values())


def test_it_is_written_soon_and_at_the_end(table: UsageTable, writer: UsageWriter) -> None:
    writer.add(ONE)
    wait_for(lambda: asked(table) == 1)
    writer.add(ONE)
    writer.close()
    assert asked(table) == 2


def test_nothing_is_made_before_something_is_counted(writer: UsageWriter, file: Path) -> None:
    time.sleep(0.1)
    writer.close()
    assert not file.parent.exists()


def test_a_locked_database_delays_nobody_and_is_told_once(
    table: UsageTable,
    writer: UsageWriter,
    file: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer.add(ONE)
    wait_for(lambda: asked(table) == 1)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(50):
            started = time.monotonic()
            writer.add(ONE)
            assert time.monotonic() - started < 0.1
        wait_for(lambda: len(caplog.records) > 0)
        time.sleep(0.2)
        other.rollback()
    wait_for(lambda: len(caplog.records) > 1)
    warning, again = caplog.records
    assert (
        warning.levelno == logging.WARNING and "usage.db (database is locked). It is kept in memory" in warning.message
    )
    assert "make room, make it writable or reachable, or set METOO_USAGE" in warning.message
    assert "again" in again.message
    assert asked(table) == 51


def test_a_folder_that_can_not_be_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    writer = UsageWriter(UsageTable(parsed(f"sqlite:///{tmp_path}/file/usage.db")), interval=0.02)
    for _ in range(5):
        writer.add(ONE)
        time.sleep(0.05)
    writer.close()
    (record,) = caplog.records
    assert "(File exists)" in record.message or "(Not a directory)" in record.message


def test_a_full_disk(caplog: pytest.LogCaptureFixture) -> None:
    writer = UsageWriter(UsageTable(parsed("sqlite:////dev/full")), interval=0.02)
    writer.add(ONE)
    wait_for(lambda: len(caplog.records) > 0)
    writer.close()
    assert len(caplog.records) == 1


def test_a_database_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    address = parsed("postgresql://user:secret@127.0.0.1:1/name")
    writer = UsageWriter(UsageTable(address), interval=0.02)
    writer.add(ONE)
    wait_for(lambda: len(caplog.records) > 0)
    writer.close()
    assert "refused" in caplog.text and "secret" not in caplog.text


def test_what_is_kept_meanwhile_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.usage.writing._MOST", 3)
    table = UsageTable(parsed(f"sqlite:///{tmp_path}/usage.db"))
    writer = UsageWriter(table, interval=60)
    for number in range(10):
        writer.add({Counted("2026-11-25", "web", str(number), "answer"): Numbers(1)})
    writer.add({Counted("2026-11-25", "web", "0", "answer"): Numbers(1)})
    writer.close()
    assert sorted(numbers.asked for numbers in table.counts("2000-01-01").values()) == [1, 1, 2]
