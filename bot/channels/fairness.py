"""Nobody gets so much of the assistant that others wait for it: its work and its attention are shared out by client.

A client is an address. Whoever floods from one waits for themselves: what they send is taken up slowly, and answered
one thing after another, with pauses while others are there.
"""

import asyncio
import time
from collections import deque
from contextlib import asynccontextmanager
from typing import AsyncIterator, Callable, Deque, Dict, Optional, Set, Tuple

from cachetools import TTLCache
from sanic.exceptions import SanicException

# Clients that are remembered, and for how long: more of them at a time are strangers.
_MAX_CLIENTS = 10_000
_REMEMBERED_SECONDS = 60.0
# What a client weighs: the seconds of work that it had, half of them after each ten, and one for each piece that waits.
# Who weighs so much more than another gives way; work alone is not enough to give way to who has much waiting.
_HALF_SECONDS = 10.0
_MOST_HAD = 3.0
_HEAVIER = 1.0
# For so many times as long as its work took it then pauses: most of what comes from others meets none of it.
_PAUSE = 3.0


class TooMany(SanicException):
    """A client already has as much waiting as it may."""

    status_code = 429
    quiet = True


class Pace:
    """How long a request of a client waits before it is taken up, so that no client has more than its share of them."""

    def __init__(
        self,
        per_second: float = 100.0,
        burst: int = 100,
        longest: float = 10.0,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without a request.

        Args:
            per_second: how many requests of one client are taken up in a second.
            burst: so many come at once without waiting.
            longest: who would wait longer, in seconds, is refused.
            timer: seconds that never go backwards.
        """
        self._each = 1.0 / per_second
        self._ahead = burst / per_second
        self._longest = longest
        self._timer = timer
        self._next: "TTLCache[str, float]" = TTLCache(_MAX_CLIENTS, _REMEMBERED_SECONDS, timer)

    def wait(self, client: str) -> float:
        """The seconds that a request has to wait.

        Raises:
            TooMany: they would be too many.
        """
        now = self._timer()
        at = max(self._next.get(client, 0.0), now - self._ahead) + self._each
        if at - now > self._longest:
            raise TooMany("Too many requests")
        self._next[client] = at
        return max(0.0, at - now)


class Shares:
    """Work that is done one piece at a time for each client, first for those who had least.

    async with shares.turn("203.0.113.7"):
        ...
    """

    def __init__(
        self,
        most_waiting: int = 200,
        at_once: int = 2,
        others_seconds: float = 30.0,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without work.

        Args:
            most_waiting: pieces of work of one client that may wait.
            at_once: clients that are served at a time.
            others_seconds: for so long after others came, who had much more than they pauses between two pieces.
            timer: seconds that never go backwards.
        """
        self._most_waiting = most_waiting
        self._at_once = at_once
        self._others_seconds = others_seconds
        self._timer = timer
        self._waiting: Dict[str, Deque["asyncio.Future[None]"]] = {}
        self._served: Set[str] = set()
        self._pausing: Set[str] = set()
        # Seconds that a client was served, and up to when they are counted; and when it came last.
        self._had: "TTLCache[str, Tuple[float, float]]" = TTLCache(_MAX_CLIENTS, _REMEMBERED_SECONDS, timer)
        self._came: "TTLCache[str, float]" = TTLCache(_MAX_CLIENTS, others_seconds, timer)

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn of the client, and have it.

        Raises:
            TooMany: too much of this client's waits already.
        """
        waiting = self._waiting.setdefault(client, deque())
        if len(waiting) >= self._most_waiting:
            raise TooMany("Too much is waiting")
        self._came[client] = self._timer()
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._begin()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had begun
                self._end(client, 0.0)
            raise
        start = self._timer()
        try:
            yield
        finally:
            self._end(client, self._timer() - start)

    def _begin(self) -> None:
        """Give turns to whom they are due."""
        while len(self._served) < self._at_once:
            client = self._due()
            if client is None:
                return
            waiting = self._waiting[client]
            turn = waiting.popleft()
            if not waiting:
                del self._waiting[client]
            if not turn.done():  # or else whoever waited has gone
                self._served.add(client)
                turn.set_result(None)

    def _due(self) -> Optional[str]:
        """Whose turn it is: of the lightest, unless somebody much lighter is being served."""
        due = [client for client in self._waiting if client not in self._served and client not in self._pausing]
        client = min(due, key=self._weight, default=None)
        if client is None or any(self._is_heavier(client, other) for other in self._served):
            return None
        return client

    def _is_heavier(self, client: str, other: str) -> bool:
        return self._weight(client) > self._weight(other) + _HEAVIER

    def _weight(self, client: str) -> float:
        return min(_MOST_HAD, self._seconds_had(client)) + len(self._waiting.get(client, ()))

    def _seconds_had(self, client: str) -> float:
        had, until = self._had.get(client, (0.0, 0.0))
        left: float = 0.5 ** ((self._timer() - until) / _HALF_SECONDS)
        return had * left

    def _end(self, client: str, took: float) -> None:
        self._served.discard(client)
        self._had[client] = (self._seconds_had(client) + took, self._timer())
        if any(self._is_heavier(client, other) for other in self._came):
            self._pausing.add(client)
            asyncio.get_running_loop().call_later(_PAUSE * took, self._go_on, client)
        self._begin()

    def _go_on(self, client: str) -> None:
        self._pausing.discard(client)
        self._begin()
