"""A server on the loopback address that stands in for a service's API: it checks what it is sent, and answers."""

import asyncio
import threading
import time
from collections import defaultdict
from types import MappingProxyType, TracebackType
from typing import Any, Callable, DefaultDict, Dict, List, Mapping, NamedTuple, Optional, Type, TypeVar

from aiohttp import web

S = TypeVar("S", bound="StandIn")


class Call(NamedTuple):
    """A request that came in: when, of which method of the API, with which fields."""

    at: float
    method: str
    fields: Dict[str, Any]


class Failure(NamedTuple):
    """An answer other than success."""

    status: int
    body: Dict[str, Any]
    headers: Mapping[str, str] = MappingProxyType({})


class Refused(Exception):
    """A request that the real API would refuse: it says what is wrong with it."""


class StandIn:
    """Runs in a thread of its own. A subclass says which routes there are."""

    def __init__(self) -> None:
        self.port = 0
        self.calls: List[Call] = []
        # What the real API would have refused; a test holds that there is nothing.
        self.faults: List[str] = []
        self._failures: DefaultDict[str, List[Failure]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: Optional[web.AppRunner] = None

    def routes(self) -> List[web.RouteDef]:
        """What the server answers."""
        raise NotImplementedError

    def __enter__(self: S) -> S:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        async def stop() -> None:
            if self._runner:
                await self._runner.cleanup()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def fail_next(self, method: str, *failures: Failure) -> None:
        """Answer the next calls of a method like this."""
        self._failures[method] += failures

    def called(self, method: str, since: int = 0) -> List[Call]:
        """The calls of a method, from the given number of calls on."""
        with self._changed:
            return [call for call in self.calls[since:] if call.method == method]

    def wait_for(
        self, wanted: Callable[[List[Call]], bool], method: str, since: int = 0, seconds: float = 20
    ) -> List[Call]:
        """The calls of a method, as soon as they are as wanted.

        Raises:
            AssertionError: they have not been so in time.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                calls = [call for call in self.calls[since:] if call.method == method]
                if wanted(calls):
                    return calls
                left = deadline - time.monotonic()
                assert left > 0, f"{method} was called so: {[call.fields for call in calls]}"
                self._changed.wait(left)

    def note(self, method: str, fields: Dict[str, Any]) -> Optional[Failure]:
        """Keep a call; how it is to fail, if it is."""
        with self._changed:
            self.calls.append(Call(time.monotonic(), method, fields))
            self._changed.notify_all()
            return self._failures[method].pop(0) if self._failures[method] else None

    async def _start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
