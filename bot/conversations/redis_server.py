"""The Redis server that several processes share: its client, and what it means that it is away."""

import asyncio
import logging
from functools import lru_cache
from typing import Awaitable, TypeVar

from rasa.shared.exceptions import RasaException
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.conversations.keeping import ConversationsAway
from bot.endpoints import REDIS, redis_address
from bot.faults import described

logger = logging.getLogger(__name__)

# All keys begin with it; the braces would keep them together where keys are spread over several servers.
PREFIX = "{metoo}:"

_CONNECT_SECONDS = 1.0
_ANSWER_SECONDS = 2.0
# So long a request may take with all its tries, which also carry it over a quick restart of the server.
_PATIENCE_SECONDS = 4.0
_TRIES = 6

T = TypeVar("T")


class RedisServer:
    """Asks the server, and turns whatever goes wrong into `ConversationsAway`."""

    def __init__(self, address: str) -> None:
        """Make a client; it connects when it is asked first.

        Raises:
            RasaException: what is given is no address.
        """
        again = Retry(ExponentialBackoff(cap=0.6, base=0.05), _TRIES)
        try:
            self.client: Redis = Redis.from_url(
                address,
                socket_connect_timeout=_CONNECT_SECONDS,
                socket_timeout=_ANSWER_SECONDS,
                retry=again,
                retry_on_error=[RedisConnectionError, RedisTimeoutError],
            )
        except ValueError:
            # The address is not repeated: it may hold a password.
            raise RasaException(
                f"{REDIS} is no address of a Redis server: write it like redis://:password@host:6379/0, "
                "rediss://:password@host:6379/0 or unix:///run/redis.sock."
            ) from None
        self._is_away = False

    async def ask(self, asking: Awaitable[T], seconds: float = _PATIENCE_SECONDS) -> T:
        """What the server answers.

        Raises:
            ConversationsAway: it does not answer in time, or refuses.
        """
        try:
            answer = await asyncio.wait_for(asking, seconds)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            if not self._is_away:
                logger.error("Redis does not answer: %s. Visitors are asked to try again.", described(error))
            self._is_away = True
            raise ConversationsAway from None
        if self._is_away:
            logger.warning("Redis answers again.")
        self._is_away = False
        return answer

    async def is_reachable(self) -> bool:
        """Whether it takes what is written: one that only reads, or has no room, can hold no conversation."""
        try:
            await self.ask(self.client.set(PREFIX + "reachable", 1, px=1_000), _CONNECT_SECONDS)
        except ConversationsAway:
            return False
        return True


@lru_cache(maxsize=1)
def server_of_environment() -> RedisServer:
    """The server of METOO_REDIS; one client for the process.

    Raises:
        RasaException: it is not set, or is no address.
    """
    address = redis_address()
    if address is None:
        raise RasaException(f"{REDIS} is not set: give it the address of a Redis server, such as redis://host:6379/0.")
    return RedisServer(address)
