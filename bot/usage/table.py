"""The two tables: counts, and wordings where they are kept. SQLite, or any database that SQLAlchemy knows."""

import hashlib
import os
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple

from sqlalchemy import Column, Integer, MetaData, String, Table, and_, create_engine, insert, inspect, select, update
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.usage.counting import Counted, Numbers
from bot.usage.settings import UsageError

# So long a locked or silent database is waited for, in seconds.
_PATIENCE = 3
_TIMEOUTS = {
    "sqlite": "timeout",
    "postgresql": "connect_timeout",
    "mysql": "connect_timeout",
    "mariadb": "connect_timeout",
}

_METADATA = MetaData()
# Without row ids the rows lie in the order of their keys: which came first can't be learnt.
_COUNTS = Table(
    "usage_counts",
    _METADATA,
    Column("day", String(10), primary_key=True),
    Column("channel", String(40), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("gate", String(16), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("asked", "thumbs_up", "thumbs_down", "disputed")),
    sqlite_with_rowid=False,
)
_WORDINGS = Table(
    "usage_wordings",
    _METADATA,
    Column("week", String(10), primary_key=True),
    Column("gate", String(16), primary_key=True),
    # Databases limit the length of keys.
    Column("digest", String(64), primary_key=True),
    Column("wording", String(2000), nullable=False),
    Column("asked", Integer, nullable=False),
    sqlite_with_rowid=False,
)


class Wording(NamedTuple):
    """The masked words of a question that was not answered; `week` is its Monday, like 2026-11-23."""

    week: str
    gate: str
    wording: str


class UsageTable:
    """Adds to the counts, and reads them. Several processes may add at the same time."""

    def __init__(self, address: URL) -> None:
        """Take the address; nothing is opened or written yet.

        Raises:
            UsageError: the database's kind is unknown, or its driver is not installed.
        """
        self._file = Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None
        timeout = _TIMEOUTS.get(address.get_backend_name())
        try:
            self._engine = create_engine(
                address,
                poolclass=NullPool,
                connect_args={timeout: _PATIENCE} if timeout else {},
                # Nothing of a wording in an error or a log.
                hide_parameters=True,
            )
        except (SQLAlchemyError, ImportError) as error:
            raise UsageError(
                f"METOO_USAGE names a database that can't be used ({_first_line(error)}): correct it, or install its "
                "driver."
            ) from error

    def __str__(self) -> str:
        return str(self._file) if self._file else repr(self._engine.url)

    def add(self, counts: Mapping[Counted, Numbers], wordings: Mapping[Wording, int]) -> None:
        """Add numbers to what is there: all of them, or none.

        Raises:
            SQLAlchemyError, OSError: they can't be written.
        """
        self._make()
        with self._engine.begin() as connection:
            for counted, numbers in sorted(counts.items(), key=lambda item: repr(item[0])):
                _add(connection, _COUNTS, counted.__dict__, numbers.__dict__)
            for wording, asked in sorted(wordings.items()):
                key = {**wording._asdict(), "digest": hashlib.sha256(wording.wording.encode()).hexdigest()}
                _add(connection, _WORDINGS, key, {"asked": asked})

    def counts(self, since: str) -> Dict[Counted, Numbers]:
        """What was counted from a day on.

        Args:
            since: the day, like 2026-11-23.

        Raises:
            UsageError: it can't be read.
        """
        rows = self._rows(_COUNTS, _COUNTS.c.day >= since)
        return {Counted(*row[:5]): Numbers(*row[5:]) for row in rows}

    def wordings(self, since: str) -> Dict[Wording, int]:
        """The wordings from a week on, with how often each was asked.

        Args:
            since: the week's Monday, like 2026-11-23.

        Raises:
            UsageError: they can't be read.
        """
        rows = self._rows(_WORDINGS, _WORDINGS.c.week >= since)
        return {Wording(row.week, row.gate, row.wording): row.asked for row in rows}

    def _rows(self, table: Table, condition: Any) -> Any:
        if self._file and not self._file.exists():
            return []
        try:
            with self._engine.connect() as connection:
                if not inspect(connection).has_table(table.name):
                    return []
                return connection.execute(select(table).where(condition)).all()
        except SQLAlchemyError as error:
            raise UsageError(f"The counts can't be read from {self} ({reason(error)}): correct METOO_USAGE.") from error

    def _make(self) -> None:
        if self._file:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            _METADATA.create_all(self._engine)
        except SQLAlchemyError:
            # Another process may have made them a moment ago; if not, this says why.
            _METADATA.create_all(self._engine)


def reason(error: Exception) -> str:
    """Why a database could not be used, in a few words that hold nothing of what was to be written."""
    return _first_line(getattr(error, "orig", None) or error)


def _first_line(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else type(error).__name__


def _add(connection: Connection, table: Table, key: Mapping[str, Any], numbers: Mapping[str, int]) -> None:
    """Add to the row with this key; the same statements in every database."""
    same = and_(*(column == key[column.name] for column in table.primary_key))
    added = update(table).where(same).values({name: table.c[name] + number for name, number in numbers.items()})
    if connection.execute(added).rowcount:
        return
    try:
        with connection.begin_nested():  # type: ignore[union-attr]  # the stub says None, which it never is
            connection.execute(insert(table).values(**key, **numbers))
    except IntegrityError:  # another process was quicker
        connection.execute(added)
