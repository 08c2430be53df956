"""The Matrix channel: the assistant as a user of a homeserver, who is invited into rooms and answers there.

Each visitor has a conversation of their own in each room: what one says in a room of several is not carried into what
another is told. Encrypted messages can't be read; the room is told so once.

Every event is answered once, also when the homeserver or the assistant is started again: see `matrix_progress`.
"""

import asyncio
import fcntl
import json
import logging
import os
from collections import Counter
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence, Set
from urllib.parse import urlsplit

from cachetools import LRUCache, TTLCache
from mautrix.api import Method
from mautrix.api import Path as ApiPath
from mautrix.errors import MatrixInvalidToken, MatrixRequestError, MForbidden, MNotFound
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic

from bot.channels.agent import is_ready
from bot.channels.incoming import Turns
from bot.channels.matrix_events import Account, Written, is_join, is_membership, own_joins, read_message
from bot.channels.matrix_homeserver import SYNC_SECONDS, Homeserver, Refused
from bot.channels.matrix_progress import Progress, digest
from bot.channels.messaging import Messaging
from bot.channels.rendering import as_html, plain
from bot.channels.settings import require, settings_of
from bot.environment import state_folder
from bot.faults import described
from bot.logs import keep_words_out_of_logs
from bot.reply import Reply, ReplyKind

logger = logging.getLogger(__name__)

_SETTINGS = ("homeserver", "user_id", "password", "access_token", "max_members", "state_file")
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
_TYPING_SECONDS = 30
# If Rasa gives no reply, the action server has ended, maybe because everything is being stopped. That is waited for:
# then the message is answered after the restart.
_TROUBLE_SECONDS = 2.0
# After an error that should not be.
_PAUSE_SECONDS = 10
# Senders of a room are remembered as long as their conversations, so that these can be erased with the room.
_MAX_ROOMS = 20_000
_IDLE_SECONDS = 1_800


class MatrixChannel(InputChannel):
    """Settings, and the beginning and end with Rasa's server."""

    def __init__(
        self,
        homeserver: str,
        user_id: str = "",
        password: str = "",
        access_token: str = "",
        max_members: int = 2,
        state_file: str = "",
    ) -> None:
        """Configure the channel.

        Args:
            homeserver: the address of its client API, such as https://matrix.example.org.
            user_id: the assistant's account, such as @metoo:example.org; not needed with a token.
            password: of the account.
            access_token: of the account, in place of a password.
            max_members: in a room with more members than this, the assistant counted, it answers when it is mentioned.
            state_file: what has been answered; matrix.json in the state folder if empty.

        Raises:
            RasaException: a setting is wrong.
        """
        if not _is_address(homeserver):
            raise RasaException(
                f"The matrix channel's homeserver '{homeserver}' is no address: write it in credentials.yml or "
                "METOO_MATRIX_HOMESERVER like https://matrix.example.org."
            )
        if user_id and not (user_id.startswith("@") and ":" in user_id):
            raise RasaException(
                f"The matrix channel's user_id '{user_id}' is none: write it in credentials.yml or "
                "METOO_MATRIX_USER_ID like @metoo:example.org."
            )
        if max_members <= 1:
            raise RasaException("The matrix channel's max_members must be 2 or more: the assistant and a visitor.")
        self.homeserver = homeserver.rstrip("/")
        self.user_id = user_id
        self.password = password
        self.access_token = access_token
        self.max_members = max_members
        self.state_file = Path(state_file) if state_file else state_folder() / "matrix.json"

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's events."""
        return "matrix"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "MatrixChannel":
        """Make the channel from its entry in credentials.yml and its environment variables.

        Raises:
            RasaException: a setting is unknown, missing or wrong.
        """
        settings = settings_of("matrix", _SETTINGS, credentials)
        require("matrix", settings, homeserver="such as https://matrix.example.org")
        if "access_token" not in settings:
            user_id = "such as @metoo:example.org; not needed with an access_token"
            require("matrix", settings, user_id=user_id, password="or an access_token in its place")
        given = settings.pop("max_members", "2")
        if not given.isdigit():
            raise RasaException(f"The matrix channel's max_members '{given}' is no number: write one, such as 2.")
        return cls(max_members=int(given), **settings)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """No address is served: the channel asks the homeserver, and runs as long as Rasa's server."""
        keep_words_out_of_logs()
        messaging = Messaging(self.name(), on_new_message)
        blueprint = Blueprint("matrix_channel")
        running: List["asyncio.Task[None]"] = []

        @blueprint.listener("after_server_start")
        async def begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            running.append(asyncio.ensure_future(_run(self, messaging, app)))

        @blueprint.listener("before_server_stop")
        async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

        return blueprint


async def _run(channel: MatrixChannel, messaging: Messaging, app: Sanic) -> None:
    """Answer until cancelled, or until the homeserver refuses."""
    try:
        with await _only_one(channel.state_file):
            while not await is_ready(app):  # noqa: ASYNC110  # nothing tells when Rasa has loaded the model
                await asyncio.sleep(0.2)
            while True:
                await _answer_until_something_fails(channel, messaging, app)
                await asyncio.sleep(_PAUSE_SECONDS)
    except Refused as refused:
        logger.error("The Matrix channel is off: %s Then start again.", refused)
    except OSError as error:
        logger.error(
            "The Matrix channel is off: %s can't be used (%s). Make its folder writable, or name another file with "
            "METOO_MATRIX_STATE_FILE. Then start again.",
            channel.state_file,
            error.strerror,
        )


async def _answer_until_something_fails(channel: MatrixChannel, messaging: Messaging, app: Sanic) -> None:
    server = Homeserver(channel.homeserver, channel.user_id, channel.password, channel.access_token)
    try:
        await _Assistant(channel, server, messaging, app).run()
    except (Refused, OSError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
        logger.error("Matrix: %s. Beginning again where it was in %d s.", described(error), _PAUSE_SECONDS)
    finally:
        await server.close()


async def _only_one(state_file: Path) -> Any:
    """Wait until no other process uses the state file; closing what is returned lets the next one."""
    state_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(state_file.with_name(state_file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    lock = os.fdopen(descriptor, "w")
    try:
        is_told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if not is_told:
                    logger.info("Another process answers on Matrix; this one takes over when it ends.")
                is_told = True
                await asyncio.sleep(0.5)
    except BaseException:
        lock.close()
        raise


class _Assistant:
    """Takes what the homeserver gives, and answers it."""

    def __init__(self, channel: MatrixChannel, server: Homeserver, messaging: Messaging, app: Sanic) -> None:
        self._channel = channel
        self._server = server
        self._messaging = messaging
        self._app = app
        self._account = Account("")
        self._progress = Progress(channel.state_file)
        self._tasks: Set["asyncio.Task[None]"] = set()
        # One event of a visitor in a room after another: the next is read when the answer to the one before is sent.
        self._turns = Turns()
        self._arriving: Dict[str, asyncio.Event] = {}
        # Of each room: how many messages are not answered yet, the latest of them, and whether typing is shown.
        self._open: "Counter[str]" = Counter()
        self._newest: Dict[str, str] = {}
        self._typing: Set[str] = set()
        self._members: "LRUCache[str, Set[str]]" = LRUCache(_MAX_ROOMS)
        self._senders: "TTLCache[str, Set[str]]" = TTLCache(_MAX_ROOMS, _IDLE_SECONDS)

    async def run(self) -> None:
        """Answer until cancelled.

        Raises:
            Refused: the homeserver refuses.
        """
        self._account = await self._server.log_in()
        self._progress.load(self._account.user_id)
        logger.info("The assistant is on Matrix as %s.", self._account.user_id)
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
        events = _sound(timeline.get("events"))
        position = timeline.get("prev_batch")
        if timeline.get("limited"):
            self._members.pop(room_id, None)
        # More came than the server gives at once: the rest is asked for.
        while timeline.get("limited") and position and len(events) < _MAX_MISSED:
            if own_joins(events, self._account):
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
            events = _sound(page.get("chunk"))[::-1] + events
            position = page.get("end") if page.get("chunk") else None
        joins = own_joins(events, self._account)
        return events[joins[-1] :] if joins else events

    async def _handle(self, room_id: str, event: Dict[str, Any]) -> None:
        kind, sender = event["type"], event["sender"]
        if kind == "m.room.member":
            self._note_member(room_id, event)
            if is_join(event, self._account.user_id):
                arrived = self._arriving[room_id] = asyncio.Event()
                try:
                    await self._arrive(room_id, event)
                finally:
                    arrived.set()
                    if self._arriving.get(room_id) is arrived:
                        del self._arriving[room_id]
            elif is_membership(event, "leave", "ban") and event.get("state_key") != self._account.user_id:
                await self._part(room_id, str(event.get("state_key")))
        elif sender == self._account.user_id:
            return
        elif kind in ("m.room.encrypted", "m.room.encryption"):
            await self._tell_encrypted(room_id, event["event_id"])
        else:
            written = read_message(event, self._account)
            if written is not None:
                await self._answer_in_turn(room_id, event, written)

    async def _answer_in_turn(self, room_id: str, event: Dict[str, Any], written: Written) -> None:
        self._open[room_id] += 1
        self._newest[room_id] = event["event_id"]
        was_typing = False
        try:
            async with self._turns.of(f"{room_id} {event['sender']}"):
                await self._answer(room_id, event, written)
        finally:
            self._open[room_id] -= 1
            if not self._open[room_id]:
                del self._open[room_id], self._newest[room_id]
                was_typing = room_id in self._typing
                self._typing.discard(room_id)
        if was_typing:
            await self._show_typing(room_id, False)

    async def _answer(self, room_id: str, event: Dict[str, Any], written: Written) -> None:
        if room_id in self._arriving:
            await self._arriving[room_id].wait()  # it greets first
        is_small = len(await self._members_of(room_id)) <= self._channel.max_members
        if not is_small and not written.names_us:
            return
        _, replies = await asyncio.gather(
            self._show_that_it_is_read(room_id, event["event_id"]),
            self._replies(self._sender_id(room_id, event["sender"]), written),
        )
        if replies == [Reply.worded("trouble")]:
            await asyncio.sleep(_TROUBLE_SECONDS)
        if not replies:
            return
        content = _content(replies)
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
        others = sorted(await self._members_of(room_id) - {self._account.user_id})
        if not others or len(others) + 1 > self._channel.max_members:
            return
        sender_ids = [self._sender_id(room_id, other) for other in others]
        replies = await self._messaging.answer_command(sender_ids[0], "/greet")
        for sender_id in sender_ids[1:]:
            self._messaging.offer(sender_id, replies)
        if replies:
            await self._send(room_id, event["event_id"], _content(replies))

    async def _part(self, room_id: str, user_id: str) -> None:
        """A visitor has left: their conversation ends, and a room without any visitor is left, too."""
        async with self._turns.of(f"{room_id} {user_id}"):
            await self._messaging.erase(self._sender_id(room_id, user_id), self._app)
        if await self._members_of(room_id) <= {self._account.user_id}:
            await self._server.do(Method.POST, ApiPath.v3.rooms[room_id].leave)

    async def _forget(self, room_id: str) -> None:
        """The assistant has left, or was made to: what was said in the room is erased."""
        await self._erase(room_id)
        self._members.pop(room_id, None)
        self._progress.forget(room_id)
        with suppress(MatrixRequestError):
            await self._server.do(Method.POST, ApiPath.v3.rooms[room_id].forget)

    async def _erase(self, room_id: str) -> None:
        for sender_id in self._senders.pop(room_id, ()):
            await self._messaging.erase(sender_id, self._app)

    async def _join(self, room_id: str) -> None:
        """Accept an invitation; where the room's own server does not answer, not for ever."""
        path = ApiPath.v3.rooms[room_id].join
        await self._server.insist(lambda: self._server.ask(Method.POST, path), attempts=_JOIN_ATTEMPTS)

    async def _tell_encrypted(self, room_id: str, cause: str) -> None:
        async with self._turns.of(room_id):
            if not self._progress.was_told(room_id):
                await self._send(room_id, cause, _content([Reply.worded("encrypted")]))
                self._progress.tell(room_id)

    async def _members_of(self, room_id: str) -> Set[str]:
        """Who is in a room now, the assistant too; none if it isn't any more."""
        members = self._members.get(room_id)
        if members is None:
            try:
                members = set((await self._server.get(ApiPath.v3.rooms[room_id].joined_members)).get("joined") or ())
            except MForbidden:
                return set()
            self._members[room_id] = members
        return members

    def _note_member(self, room_id: str, event: Dict[str, Any]) -> None:
        members = self._members.get(room_id)
        if members is not None and is_membership(event, "join"):
            members.add(str(event.get("state_key")))
        elif members is not None:
            members.discard(str(event.get("state_key")))

    def _sender_id(self, room_id: str, user_id: str) -> str:
        sender_id = self._messaging.sender_id(room_id, user_id)
        senders = self._senders.get(room_id) or set()
        senders.add(sender_id)
        self._senders[room_id] = senders
        return sender_id

    async def _send(self, room_id: str, cause: str, content: Dict[str, Any]) -> None:
        """Send a message; sent again for the same cause, it is the same message."""
        path = ApiPath.v3.rooms[room_id].send["m.room.message"][f"metoo-{digest(cause)}"]
        await self._server.do(Method.PUT, path, content)

    async def _show_that_it_is_read(self, room_id: str, event_id: str) -> None:
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
        path = ApiPath.v3.rooms[room_id].typing[self._account.user_id]
        await self._server.try_once(Method.PUT, path, content)


def _is_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        return False


def _content(replies: Sequence[Reply]) -> Dict[str, Any]:
    # A notice is never answered by another bot, but clients show it pale and ring for it with nobody: support lines are
    # too important for that.
    kind = "m.text" if any(reply.kind is ReplyKind.SUPPORT for reply in replies) else "m.notice"
    return {
        "msgtype": kind,
        "body": plain(replies),
        "format": "org.matrix.custom.html",
        "formatted_body": as_html(replies),
        "m.mentions": {},
    }


def _sound(events: Any) -> List[Dict[str, Any]]:
    """The events that have what every event has."""
    return [
        event
        for event in (events if isinstance(events, list) else [])
        if isinstance(event, dict) and all(isinstance(event.get(name), str) for name in ("event_id", "type", "sender"))
    ]
