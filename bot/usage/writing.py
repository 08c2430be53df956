"""Writes what was counted, now and then, in a thread of its own: no answer waits for a database or fails with it."""

import atexit
import logging
import threading
from typing import Callable, Dict, Mapping, Optional

from sqlalchemy.exc import SQLAlchemyError

from bot.usage.counting import Counted, Numbers
from bot.usage.table import UsageTable, Wording, reason

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 15.0
# Rasa's processes are ended four seconds after they are asked to stop.
_END_SECONDS = 2.0
# While nothing can be written, so many different counts and wordings are kept in memory.
_MOST = 10_000


class UsageWriter:
    """Keeps numbers until they are written. Every method returns at once, but `close`."""

    def __init__(
        self,
        table: UsageTable,
        interval: float = INTERVAL_SECONDS,
        take_wordings: Callable[[], Mapping[Wording, int]] = dict,
    ) -> None:
        """Begin with nothing.

        Args:
            table: where to write.
            interval: seconds between writings.
            take_wordings: gives the wordings that may be written by now, and none of them again.
        """
        self._table = table
        self._interval = interval
        self._take_wordings = take_wordings
        self._lock = threading.Lock()
        self._counts: Dict[Counted, Numbers] = {}
        self._wordings: Dict[Wording, int] = {}
        self._thread: Optional[threading.Thread] = None
        self._ends = threading.Event()
        self._has_warned = False

    def add(self, counts: Mapping[Counted, Numbers]) -> None:
        """Have numbers written soon."""
        with self._lock:
            self._keep(counts, {})
            if self._thread is None and not self._ends.is_set():
                # Not before: a server may fork after it was set up.
                self._thread = threading.Thread(target=self._run, name="usage", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def close(self) -> None:
        """Write what is left, if that can be done within two seconds, and end."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)
        atexit.unregister(self.close)

    def _run(self) -> None:
        while not self._ends.wait(self._interval):
            self._write()
        self._write()

    def _write(self) -> None:
        over = self._take_wordings()
        with self._lock:
            self._keep({}, over)
            counts, wordings = self._counts, self._wordings
            self._counts, self._wordings = {}, {}
        if not counts and not wordings:
            return
        try:
            self._table.add(counts, wordings)
        except (SQLAlchemyError, OSError) as error:
            with self._lock:
                self._keep(counts, wordings)
            self._warn(reason(error))
        else:
            if self._has_warned:
                logger.warning("What visitors ask is written to %s again.", self._table)
            self._has_warned = False

    def _warn(self, why: str) -> None:
        if not self._has_warned:
            logger.warning(
                "What visitors ask can't be written to %s (%s). It is kept in memory and tried again every %.0f "
                "seconds: make room, make it writable or reachable, or set METOO_USAGE to another database or 'off'.",
                self._table,
                why,
                self._interval,
            )
        self._has_warned = True

    def _keep(self, counts: Mapping[Counted, Numbers], wordings: Mapping[Wording, int]) -> None:
        for counted, numbers in counts.items():
            if counted in self._counts or len(self._counts) < _MOST:
                self._counts[counted] = self._counts.get(counted, Numbers()) + numbers
        for wording, asked in wordings.items():
            if wording in self._wordings or len(self._wordings) < _MOST:
                self._wordings[wording] = self._wordings.get(wording, 0) + asked
