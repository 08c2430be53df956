"""The tables: what they hold, and several that add at once."""

import sqlite3
import stat
import threading
from pathlib import Path
from typing import List

import pytest
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from bot.usage.counting import Counted, Numbers
from bot.usage.settings import UsageError, address_of, keeps_wordings, parsed
from bot.usage.table import UsageTable, Wording

ORIGIN = Counted("2026-11-25", "web", "origin", "answer", "")
LATER = Counted("2026-12-01", "web", "origin", "answer", "")
SILENT = Wording("2026-11-23", "silence", "what does it cost?")


def test_numbers_are_added_to_what_is_there(table: UsageTable) -> None:
    table.add({ORIGIN: Numbers(asked=2, thumbs_up=1)}, {SILENT: 1})
    table.add({ORIGIN: Numbers(asked=1, disputed=1), LATER: Numbers(asked=1)}, {SILENT: 2})
    assert table.counts("2026-11-25") == {ORIGIN: Numbers(3, 1, 0, 1), LATER: Numbers(1)}
    assert table.counts("2026-11-26") == {LATER: Numbers(1)}
    assert table.wordings("2026-11-23") == {SILENT: 3} and table.wordings("2026-11-30") == {}


def added_by_several(address: URL) -> None:
    """Six that add the same at the same time, to tables that are not there yet, and what is there then."""
    failures: List[BaseException] = []

    def add() -> None:
        table = UsageTable(address)
        try:
            for _ in range(10):
                table.add({ORIGIN: Numbers(asked=1), LATER: Numbers(asked=1)}, {SILENT: 1})
        except Exception as error:  # noqa: BLE001  # a thread's own would only be printed
            failures.append(error)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    table = UsageTable(address)
    assert failures == []
    assert table.counts("2000-01-01") == {ORIGIN: Numbers(60), LATER: Numbers(60)}
    assert table.wordings("2000-01-01") == {SILENT: 60}


def test_several_add_at_the_same_time(file: Path) -> None:
    added_by_several(parsed(f"sqlite:///{file}"))


def test_several_add_at_the_same_time_to_postgresql(postgresql: URL) -> None:
    assert UsageTable(postgresql).counts("2000-01-01") == {}
    added_by_several(postgresql)


def test_in_what_order_rows_came_can_not_be_learnt(table: UsageTable, file: Path) -> None:
    first, second = Counted("2026-11-25", "web", "z", "answer"), Counted("2026-11-25", "web", "a", "answer")
    table.add({first: Numbers(1)}, {})
    table.add({second: Numbers(1)}, {})
    with sqlite3.connect(file) as database:
        assert [topic for (topic,) in database.execute("SELECT topic FROM usage_counts")] == ["a", "z"]
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            database.execute("SELECT rowid FROM usage_counts")


def test_the_file_is_its_owners_alone(table: UsageTable, file: Path) -> None:
    table.add({ORIGIN: Numbers(1)}, {})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_all_is_written_or_nothing(table: UsageTable, file: Path) -> None:
    table.add({ORIGIN: Numbers(1)}, {})
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE usage_wordings")
        database.execute("CREATE TABLE usage_wordings (other TEXT)")
    with pytest.raises(OperationalError):
        table.add({ORIGIN: Numbers(1)}, {SILENT: 1})
    assert table.counts("2000-01-01") == {ORIGIN: Numbers(1)}


def test_nothing_is_made_by_reading(table: UsageTable, file: Path) -> None:
    assert table.counts("2000-01-01") == {} and table.wordings("2000-01-01") == {}
    assert not file.parent.exists()


def test_a_file_that_is_no_database(table: UsageTable, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("something else, and rather long, so that it can't be an empty database" * 20)
    with pytest.raises(
        UsageError, match=r"can't be read from .*usage\.db \(file is not a database\): correct METOO_USAGE"
    ):
        table.counts("2000-01-01")


def test_the_address() -> None:
    assert str(address_of({"METOO_STATE": "/var/lib/metoo"})) == "sqlite:////var/lib/metoo/usage.db"
    assert str(address_of({"METOO_USAGE": "sqlite:///here.db"})) == "sqlite:///here.db"
    assert address_of({"METOO_USAGE": "OFF"}) is None


def test_what_is_no_address_is_not_repeated() -> None:
    with pytest.raises(
        UsageError, match="METOO_USAGE is no address of a database: write it like sqlite:////"
    ) as raised:
        address_of({"METOO_USAGE": "secret.db"})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("address", ["nosuch://host/name", "oracle://user:secret@host/name"])
def test_a_database_that_nobody_has_a_driver_of(address: str) -> None:
    with pytest.raises(UsageError, match=r"can't be used .*: correct it, or install its driver") as raised:
        UsageTable(parsed(address))
    assert "secret" not in str(raised.value)


def test_a_password_is_not_shown() -> None:
    assert str(UsageTable(parsed("postgresql://user:secret@host/name"))) == "postgresql://user:***@host/name"


@pytest.mark.parametrize(("given", "keeps"), [("", False), ("off", False), ("On", True)])
def test_wordings_are_kept_only_where_it_is_asked_for(given: str, keeps: bool) -> None:
    assert keeps_wordings({"METOO_USAGE_WORDINGS": given}) is keeps


def test_a_setting_of_wordings_that_is_neither() -> None:
    with pytest.raises(UsageError, match="METOO_USAGE_WORDINGS is neither 'on' nor 'off'"):
        keeps_wordings({"METOO_USAGE_WORDINGS": "yes"})
