"""The assistant in its Matrix rooms: takes what the homeserver gives, and answers each message once, in order."""

import asyncio
import json
import logging
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Set

from mautrix.api import Method
from mautrix.api import Path as ApiPath
from mautrix.errors import MatrixInvalidToken, MatrixRequestError, MForbidden, MNotFound
from sanic import Sanic

from bot.channels.incoming import Turns
from bot.channels.matrix.events import Written, is_join, is_membership, own_joins, read_message, sound
from bot.channels.matrix.homeserver import SYNC_SECONDS, Homeserver, Refused
from bot.channels.matrix.progress import Progress, digest
from bot.channels.matrix.rooms import Rooms, Signs
from bot.channels.messaging import Messaging
from bot.channels.rendering import for_matrix
from bot.faults import described
from bot.reply import Reply

logger = logging.getLogger(__name__)

_TIMELINE = ("m.room.message", "m.sticker", "m.room.encrypted", "m.room.encryption", "m.room.member")
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": [], "lazy_load_members": True},
            "timeline": {"types": _TIMELINE, "limit": 100},
        },
    }
)
# What came while the assistant was off is fetched, so much of each room.
_MAX_MISSED = 1_000
_MAX_OPEN = 2_000
_JOIN_ATTEMPTS = 8
# If Rasa gives no reply, the action server has ended, maybe because everything is being stopped. That is waited for:
# then the message is answered after the restart.
_TROUBLE_SECONDS = 2.0


class MatrixAssistant:
    """Takes what the homeserver gives, and answers it."""

    def __init__(
        self, state_file: Path, max_members: int, server: Homeserver, messaging: Messaging, app: Sanic
    ) -> None:
        """Begin without an account.

        Args:
            state_file: what has been answered.
            max_members: in a room with more members, the assistant counted, it answers when it is mentioned.
            server: the homeserver, not logged in yet.
            messaging: answers.
            app: Rasa's server.
        """
        self._max_members = max_members
        self._server = server
        self._messaging = messaging
        self._app = app
        self._progress = Progress(state_file)
        self._tasks: Set["asyncio.Task[None]"] = set()
        # One event of a visitor in a room after another: the next is read when the answer to the one before is sent.
        self._turns = Turns()
        self._arriving: Dict[str, asyncio.Event] = {}
        self._rooms = Rooms(server)
        self._signs = Signs(server)

    async def run(self) -> None:
        """Answer until cancelled.

        Raises:
            Refused: the homeserver refuses.
        """
        await self._server.log_in()
        self._progress.load(self._server.account.user_id)
        logger.info("The assistant is on Matrix as %s.", self._server.account.user_id)
        writing = asyncio.ensure_future(self._progress.keep_writing())
        try:
            await self._follow()
        finally:
            # What is not answered yet is after the restart; the action server may already have ended.
            for task in (*self._tasks, writing):
                task.cancel()
            await asyncio.gather(*self._tasks, writing, return_exceptions=True)
            self._progress.write()

    async def _follow(self) -> None:
        token = self._progress.token
        while True:
            # At the first start what is there already is none of the assistant's business, and is not waited for.
            query = {"filter": _FILTER, "timeout": str(SYNC_SECONDS * 1000 if token else 0)}
            if token:
                query["since"] = token
            try:
                came = await self._server.get(ApiPath.v3.sync, **query)
            except MatrixInvalidToken:
                raise Refused(
                    "the homeserver no longer accepts the token. Correct access_token in credentials.yml, or "
                    "METOO_MATRIX_ACCESS_TOKEN."
                ) from None
            except MatrixRequestError as error:
                if not token or error.http_status != HTTPStatus.BAD_REQUEST:
                    raise
                logger.warning("The homeserver does not know its own token (%s): beginning anew.", error.errcode)
                self._progress.forget_token()
                token = None
                continue
            await self._take(came, token)
            token = came["next_batch"]
            while len(self._tasks) > _MAX_OPEN:
                await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)

    async def _take(self, came: Dict[str, Any], token: Optional[str]) -> None:
        """Begin to answer a batch."""
        rooms = came.get("rooms") or {}
        handling: Dict[str, Callable[[], Awaitable[None]]] = {}
        for room_id in rooms.get("invite") or {}:
            handling[f"invite {room_id}"] = partial(self._join, room_id)
        for room_id in rooms.get("leave") or {}:
            handling[f"leave {room_id}"] = partial(self._forget, room_id)
        if token:
            for room_id, room in (rooms.get("join") or {}).items():
                for event in await self._new_events(room_id, room.get("timeline") or {}, token):
                    if not self._progress.is_known(event["event_id"]):
                        handling[event["event_id"]] = partial(self._handle, room_id, event)
        self._progress.begin(came["next_batch"], set(handling))
        for handled_id, handle in handling.items():
            task = asyncio.ensure_future(self._finish(handled_id, handle()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _finish(self, handled_id: str, handling: Awaitable[None]) -> None:
        """Handle something; unless that was interrupted, it is not handled again."""
        try:
            await handling
        except (MatrixInvalidToken, Refused):
            return  # the next sync tells, and after the restart it is answered
        except MatrixRequestError as error:
            logger.info("Matrix: the homeserver refused an answer (%s).", error.errcode)
        except Exception as error:  # noqa: BLE001  # one event does not end the channel
            logger.error("Matrix: an event was not answered: %s.", described(error))
        self._progress.done(handled_id)

    async def _new_events(self, room_id: str, timeline: Dict[str, Any], token: str) -> List[Dict[str, Any]]:
        """The events of a room since the token and since the assistant joined, in order."""
        events = sound(timeline.get("events"))
        position = timeline.get("prev_batch")
        if timeline.get("limited"):
            self._rooms.forget_members(room_id)
        # More came than the server gives at once: the rest is asked for.
        while timeline.get("limited") and position and len(events) < _MAX_MISSED:
            if own_joins(events, self._server.account):
                break
            try:
                page = await self._server.get(
                    ApiPath.v3.rooms[room_id].messages,
                    dir="b",
                    to=token,
                    limit="100",
                    filter=json.dumps({"types": _TIMELINE}),
                    **{"from": position},
                )
            except (MForbidden, MNotFound):
                break
            events = sound(page.get("chunk"))[::-1] + events
            position = page.get("end") if page.get("chunk") else None
        joins = own_joins(events, self._server.account)
        return events[joins[-1] :] if joins else events

    async def _handle(self, room_id: str, event: Dict[str, Any]) -> None:
        kind, sender = event["type"], event["sender"]
        if kind == "m.room.member":
            self._rooms.note(room_id, event)
            if is_join(event, self._server.account.user_id):
                arrived = self._arriving[room_id] = asyncio.Event()
                try:
                    await self._arrive(room_id, event)
                finally:
                    arrived.set()
                    if self._arriving.get(room_id) is arrived:
                        del self._arriving[room_id]
            elif is_membership(event, "leave", "ban") and event.get("state_key") != self._server.account.user_id:
                await self._part(room_id, str(event.get("state_key")))
        elif sender == self._server.account.user_id:
            return
        elif kind in ("m.room.encrypted", "m.room.encryption"):
            await self._tell_encrypted(room_id, event["event_id"])
        else:
            written = read_message(event, self._server.account)
            if written is not None:
                await self._answer_in_turn(room_id, event, written)

    async def _answer_in_turn(self, room_id: str, event: Dict[str, Any], written: Written) -> None:
        async with self._signs.of(room_id, event["event_id"]), self._turns.of(f"{room_id} {event['sender']}"):
            await self._answer(room_id, event, written)

    async def _answer(self, room_id: str, event: Dict[str, Any], written: Written) -> None:
        if room_id in self._arriving:
            await self._arriving[room_id].wait()  # it greets first
        is_small = len(await self._rooms.members_of(room_id)) <= self._max_members
        if not is_small and not written.names_us:
            return
        _, replies = await asyncio.gather(
            self._signs.show(room_id, event["event_id"]),
            self._replies(self._sender_id(room_id, event["sender"]), written),
        )
        if replies == [Reply.worded("trouble")]:
            await asyncio.sleep(_TROUBLE_SECONDS)
        if not replies:
            return
        content = for_matrix(replies)
        if written.thread:
            content["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": written.thread,
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": event["event_id"]},
            }
        elif not is_small:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": event["event_id"]}}
        if not is_small:
            content["m.mentions"] = {"user_ids": [event["sender"]]}
        await self._send(room_id, event["event_id"], content)

    async def _replies(self, sender_id: str, written: Written) -> List[Reply]:
        if written.text is None:
            return await self._messaging.answer_unreadable(sender_id)
        if not written.text and written.names_us:
            return await self._messaging.answer_command(sender_id, "/greet")
        return await self._messaging.answer(sender_id, written.text)

    async def _arrive(self, room_id: str, event: Dict[str, Any]) -> None:
        """Greet in a room that the assistant has joined: in a small one, and one whose messages it can read."""
        await self._erase(room_id)  # it may have been there before
        try:
            await self._server.get(ApiPath.v3.rooms[room_id].state["m.room.encryption"])
            await self._tell_encrypted(room_id, event["event_id"])
            return
        except MNotFound:
            pass
        others = sorted(await self._rooms.members_of(room_id) - {self._server.account.user_id})
        if not others or len(others) + 1 > self._max_members:
            return
        sender_ids = [self._sender_id(room_id, other) for other in others]
        replies = await self._messaging.answer_command(sender_ids[0], "/greet")
        for sender_id in sender_ids[1:]:
            self._messaging.offer(sender_id, replies)
        if replies:
            await self._send(room_id, event["event_id"], for_matrix(replies))

    async def _part(self, room_id: str, user_id: str) -> None:
        """A visitor has left: their conversation ends, and a room without any visitor is left, too."""
        async with self._turns.of(f"{room_id} {user_id}"):
            await self._messaging.erase(self._sender_id(room_id, user_id), self._app)
        if await self._rooms.members_of(room_id) <= {self._server.account.user_id}:
            await self._server.do(Method.POST, ApiPath.v3.rooms[room_id].leave)

    async def _forget(self, room_id: str) -> None:
        """The assistant has left, or was made to: what was said in the room is erased."""
        await self._erase(room_id)
        self._rooms.forget_members(room_id)
        self._progress.forget(room_id)
        with suppress(MatrixRequestError):
            await self._server.do(Method.POST, ApiPath.v3.rooms[room_id].forget)

    async def _erase(self, room_id: str) -> None:
        for sender_id in self._rooms.forget_senders(room_id):
            await self._messaging.erase(sender_id, self._app)

    async def _join(self, room_id: str) -> None:
        """Accept an invitation; where the room's own server does not answer, not for ever."""
        path = ApiPath.v3.rooms[room_id].join
        await self._server.insist(lambda: self._server.ask(Method.POST, path), attempts=_JOIN_ATTEMPTS)

    async def _tell_encrypted(self, room_id: str, cause: str) -> None:
        async with self._turns.of(room_id):
            if not self._progress.was_told(room_id):
                await self._send(room_id, cause, for_matrix([Reply.worded("encrypted")]))
                self._progress.tell(room_id)

    def _sender_id(self, room_id: str, user_id: str) -> str:
        sender_id = self._messaging.sender_id(room_id, user_id)
        self._rooms.add_sender(room_id, sender_id)
        return sender_id

    async def _send(self, room_id: str, cause: str, content: Dict[str, Any]) -> None:
        """Send a message; sent again for the same cause, it is the same message."""
        path = ApiPath.v3.rooms[room_id].send["m.room.message"][f"metoo-{digest(cause)}"]
        await self._server.do(Method.PUT, path, content)
