"""The Matrix channel: the assistant as a user of a homeserver, who is invited into rooms and answers there.

Each visitor has a conversation of their own in each room: what one says in a room of several is not carried into what
another is told. Encrypted messages can't be read; the room is told so once.

Every event is answered once, also when the homeserver or the assistant is started again: see `matrix_progress`.
"""

import asyncio
import fcntl
import logging
import os
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic

from bot.channels.agent import is_ready
from bot.channels.matrix.assistant import MatrixAssistant
from bot.channels.matrix.homeserver import Homeserver, Refused
from bot.channels.messaging import Messaging
from bot.channels.settings import require, settings_of
from bot.environment import state_folder
from bot.faults import described
from bot.logs import keep_words_out_of_logs

logger = logging.getLogger(__name__)

_SETTINGS = ("homeserver", "user_id", "password", "access_token", "max_members", "state_file")
# After an error that should not be.
_PAUSE_SECONDS = 10


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
        await MatrixAssistant(channel.state_file, channel.max_members, server, messaging, app).run()
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


def _is_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        return False
