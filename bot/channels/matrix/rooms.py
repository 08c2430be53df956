"""What is known of Matrix rooms: who is there, whose conversations they hold, and what shows of an answer to come."""

from collections import Counter
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Collection, Dict, Mapping, Set

from cachetools import LRUCache, TTLCache
from mautrix.api import Method
from mautrix.api import Path as ApiPath
from mautrix.errors import MForbidden

from bot.channels.matrix.events import is_membership
from bot.channels.matrix.homeserver import Homeserver

# Senders of a room are remembered as long as their conversations, so that these can be erased with the room.
_MAX_ROOMS = 20_000
_IDLE_SECONDS = 1_800
_TYPING_SECONDS = 30


class Rooms:
    """Members, asked of the homeserver once, and the senders of each room."""

    def __init__(self, server: Homeserver) -> None:
        """Begin without knowing anything."""
        self._server = server
        self._members: "LRUCache[str, Set[str]]" = LRUCache(_MAX_ROOMS)
        self._senders: "TTLCache[str, Set[str]]" = TTLCache(_MAX_ROOMS, _IDLE_SECONDS)

    async def members_of(self, room_id: str) -> Set[str]:
        """Who is in a room now, the assistant too; none if it isn't any more."""
        members = self._members.get(room_id)
        if members is None:
            try:
                members = set((await self._server.get(ApiPath.v3.rooms[room_id].joined_members)).get("joined") or ())
            except MForbidden:
                return set()
            self._members[room_id] = members
        return members

    def note(self, room_id: str, event: Mapping[str, Any]) -> None:
        """Take in that somebody has come or gone."""
        members = self._members.get(room_id)
        if members is not None and is_membership(event, "join"):
            members.add(str(event.get("state_key")))
        elif members is not None:
            members.discard(str(event.get("state_key")))

    def forget_members(self, room_id: str) -> None:
        """Ask again when members are needed."""
        self._members.pop(room_id, None)

    def add_sender(self, room_id: str, sender_id: str) -> None:
        """Remember that a conversation is held in a room."""
        senders = self._senders.get(room_id) or set()
        senders.add(sender_id)
        self._senders[room_id] = senders

    def forget_senders(self, room_id: str) -> Collection[str]:
        """Whose conversations were held in a room."""
        senders: Collection[str] = self._senders.pop(room_id, ())
        return senders


class Signs:
    """Shows that messages are read, and that somebody is writing the answer."""

    def __init__(self, server: Homeserver) -> None:
        """Begin without a message."""
        self._server = server
        # Of each room: how many messages are not answered yet, the latest of them, and whether typing is shown.
        self._open: "Counter[str]" = Counter()
        self._newest: Dict[str, str] = {}
        self._typing: Set[str] = set()

    @asynccontextmanager
    async def of(self, room_id: str, event_id: str) -> AsyncIterator[None]:
        """What to hold from the coming of a message to the end of its answer; with the last of a room, typing ends."""
        self._open[room_id] += 1
        self._newest[room_id] = event_id
        was_typing = False
        try:
            yield
        finally:
            self._open[room_id] -= 1
            if not self._open[room_id]:
                del self._open[room_id], self._newest[room_id]
                was_typing = room_id in self._typing
                self._typing.discard(room_id)
        if was_typing:
            await self._show_typing(room_id, False)

    async def show(self, room_id: str, event_id: str) -> None:
        """Mark a message as read and show typing; of several that wait in a room once for all of them."""
        if self._newest[room_id] == event_id:
            await self._server.try_once(Method.POST, ApiPath.v3.rooms[room_id].receipt["m.read"][event_id], {})
        if room_id not in self._typing:
            self._typing.add(room_id)
            await self._show_typing(room_id, True)

    async def _show_typing(self, room_id: str, is_typing: bool) -> None:
        content: Dict[str, Any] = {"typing": is_typing}
        if is_typing:
            content["timeout"] = _TYPING_SECONDS * 1000
        path = ApiPath.v3.rooms[room_id].typing[self._server.account.user_id]
        await self._server.try_once(Method.PUT, path, content)
