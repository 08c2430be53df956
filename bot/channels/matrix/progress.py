"""What the Matrix channel has answered, kept over a restart in a small file.

The homeserver gives events in batches, each with a token. The file holds the token up to which everything is answered,
and the events answered since; after a restart the server gives again what came after the token, and what is known to be
answered is left out. An answer is sent with a transaction id made from the event's own id: sent once more because the
process ended between sending and writing this file, the server takes it for the same message.

Nothing of a message is kept, and of the ids of events and rooms only hashes.
"""

import asyncio
import hashlib
import json
import logging
import threading
from collections import deque
from pathlib import Path
from typing import Any, Deque, Dict, Optional, Set, Tuple

from cachetools import FIFOCache

from bot.channels.messaging import write_private
from bot.faults import described

logger = logging.getLogger(__name__)

_MAX_ROOMS = 20_000


class _Batch:
    """What came together, and what of it is not answered yet."""

    def __init__(self, token: str, open_ids: Set[str]) -> None:
        self.token = token
        self.open = open_ids
        self.answered: Set[str] = set()


class Progress:
    """Which events are answered, in memory and in the file."""

    def __init__(self, path: Path) -> None:
        """Begin as if nothing had ever come; `load` reads the file."""
        self._path = path
        self._user_id = ""
        # Up to this token everything is answered.
        self.token: Optional[str] = None
        self._answered_before: Set[str] = set()
        self._batches: Deque[_Batch] = deque()
        self._told: "FIFOCache[str, bool]" = FIFOCache(_MAX_ROOMS)
        self._changed = asyncio.Event()
        # A thread may still be writing when the next write begins: the older one must not win.
        self._writing = threading.Lock()
        self._version = 0
        self._written = 0

    def load(self, user_id: str) -> None:
        """Read the file, if there is one of this account.

        Raises:
            OSError: it is there but can't be read.
        """
        self._user_id = user_id
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["user_id"] != user_id:
                logger.warning("%s is of another account; beginning anew.", self._path)
                return
            self.token = str(kept["token"])
            self._answered_before = {str(each) for each in kept["answered"]}
            for room in kept["told"]:
                self._told[str(room)] = True
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError):
            logger.warning("%s is damaged; beginning anew, without what came while the assistant was off.", self._path)

    def forget_token(self) -> None:
        """Begin anew: the server does not know the token."""
        self.token = None
        self._batches.clear()

    def begin(self, token: str, event_ids: Set[str]) -> None:
        """A batch has come; each of these events is going to be `done`.

        Args:
            token: asks the server for what comes after the batch.
            event_ids: what has to be answered of it.
        """
        self._batches.append(_Batch(token, {digest(each) for each in event_ids}))
        self._advance()

    def is_known(self, event_id: str) -> bool:
        """Whether an event is answered, before a restart or since, or is being answered."""
        key = digest(event_id)
        return key in self._answered_before or any(
            key in batch.open or key in batch.answered for batch in self._batches
        )

    def done(self, event_id: str) -> None:
        """An event is answered, or needs no answer."""
        key = digest(event_id)
        for batch in self._batches:
            if key in batch.open:
                batch.open.remove(key)
                batch.answered.add(key)
        self._advance()

    def was_told(self, room_id: str) -> bool:
        """Whether it was said in this room that it can't be read because it is encrypted."""
        return digest(room_id) in self._told

    def tell(self, room_id: str) -> None:
        """That has been said now."""
        self._told[digest(room_id)] = True
        self._changed.set()

    def forget(self, room_id: str) -> None:
        """The room is left."""
        self._told.pop(digest(room_id), None)
        self._changed.set()

    async def keep_writing(self) -> None:
        """Write the file whenever something has changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await asyncio.get_running_loop().run_in_executor(None, self._write, *self._snapshot())

    def write(self) -> None:
        """Write the file now."""
        self._write(*self._snapshot())

    def _advance(self) -> None:
        while self._batches and not self._batches[0].open:
            self.token = self._batches.popleft().token
            # What was answered before the restart came with the first batch after it.
            self._answered_before.clear()
        self._changed.set()

    def _snapshot(self) -> Tuple[int, Dict[str, Any]]:
        self._version += 1
        answered = self._answered_before.union(*(batch.answered for batch in self._batches))
        return self._version, {
            "user_id": self._user_id,
            "token": self.token,
            "answered": sorted(answered),
            "told": list(self._told),
        }

    def _write(self, version: int, content: Dict[str, Any]) -> None:
        if content["token"] is None:
            return
        try:
            with self._writing:
                if version > self._written:
                    write_private(self._path, json.dumps(content).encode())
                    self._written = version
        except OSError as error:
            logger.error(
                "%s can't be written (%s): after a restart what was answered lately may be answered again. "
                "Make room, or name another file with METOO_MATRIX_STATE_FILE.",
                self._path,
                described(error),
            )


def digest(matrix_id: str) -> str:
    """A hash in place of an id."""
    return hashlib.sha256(matrix_id.encode("utf-8", "replace")).hexdigest()[:32]
