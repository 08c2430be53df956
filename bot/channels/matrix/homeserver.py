"""The homeserver as the Matrix channel sees it: one log-in, and requests that are repeated until there is an answer."""

import asyncio
import logging
import random
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Awaitable, Callable, Dict, Optional, TypeVar

import aiohttp
from mautrix.api import HTTPAPI, Method, Path
from mautrix.errors import MatrixConnectionError, MatrixInvalidToken, MatrixRequestError

from bot.channels.matrix.events import Account

logger = logging.getLogger(__name__)

T = TypeVar("T")

# The longest that the server may wait for something to happen.
SYNC_SECONDS = 30
_TIMEOUT = aiohttp.ClientTimeout(total=SYNC_SECONDS + 30)
# A homeserver keeps transactions by device: with the same one at each start it knows an answer that is sent again.
_DEVICE = "METOO"
_DEVICE_NAME = "MeToo assistant"
_LONGEST_PAUSE = 30.0


# There was no answer.
_AWAY = (MatrixConnectionError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
# Answers to a request that is as it should be, only not now.
_NOT_NOW = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class Refused(Exception):
    """The homeserver can't be used as configured: the message says why and what to do."""


class Homeserver:
    """The homeserver: one log-in, and requests that are repeated until it answers."""

    def __init__(self, url: str, user_id: str, password: str, access_token: str) -> None:
        """Take the settings of the channel; nothing is asked yet.

        Args:
            url: of the client API.
            user_id: of the account.
            password: of the account.
            access_token: in place of a password.
        """
        self._url = url
        self._user_id = user_id
        self._password = password
        self._access_token = access_token
        # The assistant's own, as soon as it has logged in.
        self.account = Account("")
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._api = HTTPAPI(url, access_token, client_session=self._session)
        self._login = asyncio.Lock()
        self._is_homeserver = False
        # Whether it was said that the server does not answer: once is enough until it does.
        self._is_told = False

    async def close(self) -> None:
        """End all connections."""
        await self._session.close()

    async def log_in(self) -> Account:
        """Log in, as often as it takes where the server can't be reached.

        Raises:
            Refused: this is no homeserver, or it refuses password or token.
        """
        try:
            answer = await self.get(Path.versions)
            self._is_homeserver = isinstance(answer.get("versions"), list)
        except MatrixInvalidToken:
            self._is_homeserver = True
        except MatrixRequestError:
            pass
        self._require_homeserver()
        if not self._access_token:
            await self._log_in_with_password()
        try:
            user_id = (await self.get(Path.v3.account.whoami))["user_id"]
        except MatrixRequestError:
            raise Refused(
                "the homeserver refuses the token. Correct access_token in credentials.yml, or "
                "METOO_MATRIX_ACCESS_TOKEN."
            ) from None
        name = None
        with suppress(MatrixRequestError):
            name = (await self.get(Path.v3.profile[user_id])).get("displayname")
        self.account = Account(user_id, name if isinstance(name, str) else "")
        return self.account

    async def insist(self, ask: Callable[[], Awaitable[T]], attempts: Optional[int] = None) -> T:
        """The server's answer, however long it takes to get one.

        Args:
            ask: makes the request.
            attempts: how often the server may say that something went wrong on its side; any number of times if None.

        Raises:
            MatrixRequestError: it refuses, and would again.
            Refused: this is no homeserver, or the password is no longer accepted.
        """
        pause = 0.25
        while True:
            token = self._api.token
            try:
                answer = await ask()
            except MatrixInvalidToken:
                if self._access_token:
                    raise
                async with self._login:
                    if self._api.token == token:  # nobody else has logged in meanwhile
                        await self._log_in_with_password()
                continue
            except MatrixRequestError as error:
                attempts = attempts - 1 if attempts and _is_its_fault(error) else attempts
                if attempts == 0 or _is_final(error):
                    raise
                reason = self._reason_of_status(error)
            except (*_AWAY, ValueError) as error:
                reason = self._reason_of_silence(error)
            else:
                self._tell(True)
                return answer
            if pause >= 1 and not reason.endswith("429"):  # that is an answer: more slowly
                self._tell(False, reason)
            # Spread, so that not everything that waits comes back in the same moment.
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311  # no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def get(self, path: Any, **query: Any) -> Dict[str, Any]:
        """Ask for something; repeated until there is an answer."""
        return await self.insist(lambda: self.ask(Method.GET, path, query_params=query))

    async def do(self, method: Method, path: Any, content: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Change something; repeated until there is an answer."""
        return await self.insist(lambda: self.ask(method, path, content=content or {}))

    async def try_once(self, method: Method, path: Any, content: Dict[str, Any]) -> None:
        """Change something that nobody misses if it fails."""
        with suppress(MatrixRequestError, MatrixConnectionError, asyncio.TimeoutError, OSError):
            await self.ask(method, path, content=content)

    async def ask(self, method: Method, path: Any, **arguments: Any) -> Dict[str, Any]:
        """Make a request once; `sensitive` keeps its content out of the log."""
        answer = await self._api.request(method, path, sensitive=method is not Method.GET, **arguments)
        return answer if isinstance(answer, dict) else {}

    def _reason_of_status(self, error: MatrixRequestError) -> str:
        # What is not in Matrix's form comes from a proxy, or this is another kind of server.
        if not error.errcode and not _is_its_fault(error):
            self._require_homeserver()
        return f"status {error.http_status}"

    def _reason_of_silence(self, error: Exception) -> str:
        if not isinstance(error, _AWAY):  # a ValueError: no JSON
            self._require_homeserver()
            return type(error).__name__
        if isinstance(error.__cause__, (aiohttp.ContentTypeError, aiohttp.InvalidURL)):
            self._require_homeserver()
        return type(error.__cause__ or error).__name__

    def _tell(self, is_there: bool, reason: str = "") -> None:
        if is_there and self._is_told:
            logger.warning("The Matrix homeserver %s answers again.", self._url)
        elif not is_there and not self._is_told:
            logger.warning(
                "The Matrix homeserver %s does not answer (%s). Trying until it does; if it stays so, check "
                "homeserver in credentials.yml, or METOO_MATRIX_HOMESERVER.",
                self._url,
                reason,
            )
        self._is_told = not is_there

    def _require_homeserver(self) -> None:
        if not self._is_homeserver:
            raise Refused(
                f"{self._url} is no Matrix homeserver. Correct homeserver in credentials.yml, or "
                "METOO_MATRIX_HOMESERVER, to the address of its client API, such as https://matrix.example.org."
            )

    async def _log_in_with_password(self) -> None:
        content = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._user_id},
            "password": self._password,
            "device_id": _DEVICE,
            "initial_device_display_name": _DEVICE_NAME,
        }
        # Without the token of before, which others may still be trying.
        api = HTTPAPI(self._url, client_session=self._session)
        try:
            answer = await self.insist(lambda: api.request(Method.POST, Path.v3.login, content, sensitive=True))
        except MatrixRequestError:
            raise Refused(
                f"the homeserver does not let {self._user_id} in. Correct user_id and password in "
                "credentials.yml, or METOO_MATRIX_USER_ID and METOO_MATRIX_PASSWORD."
            ) from None
        self._api.token = answer["access_token"]


def _is_its_fault(error: MatrixRequestError) -> bool:
    return bool(error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_final(error: MatrixRequestError) -> bool:
    """Whether the homeserver would refuse again."""
    return bool(error.errcode) and error.http_status not in _NOT_NOW and not _is_its_fault(error)
