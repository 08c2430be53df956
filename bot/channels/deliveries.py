"""What services deliver to a webhook: answered in order, and acknowledged so that nothing is lost or sent twice."""

import asyncio
import logging
from typing import Any, Awaitable, Set

from bot.channels.incoming import Turns
from bot.faults import described

logger = logging.getLogger(__name__)

# A service sends again what is not acknowledged in time; Slack waits three seconds.
_ACKNOWLEDGE_SECONDS = 2.0
# Rasa's processes are ended four seconds after they are asked to stop.
_STOP_SECONDS = 3.0


class Deliveries:
    """Holds what is being answered."""

    def __init__(self, service: str) -> None:
        """Begin with nothing; the service's name is for the log."""
        self._service = service
        self._tasks: Set["asyncio.Task[None]"] = set()
        self._turns = Turns()

    async def accept(self, answering: Awaitable[Any]) -> None:
        """Answer, and return when it is done or when the service has to be told that it was received.

        Until this returns the service would deliver once more: what a crash interrupts is not lost.
        """
        task = asyncio.ensure_future(self._told_of_errors(answering))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=_ACKNOWLEDGE_SECONDS)

    def turn(self, sender_id: str) -> asyncio.Lock:
        """One answer to a sender after another: the next is begun when the one before has been sent."""
        return self._turns.of(sender_id)

    async def finish(self) -> None:
        """Let what has been acknowledged be answered before the server stops."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_STOP_SECONDS)

    async def _told_of_errors(self, answering: Awaitable[Any]) -> None:
        try:
            await answering
        except Exception as error:  # noqa: BLE001  # nobody waits for this task: it is told here
            logger.error("%s: an answer could not be given: %s.", self._service, described(error))
