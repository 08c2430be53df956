"""One process at a time answers a conversation, by a lock in Redis.

Rasa's own Redis lock asks once a second whose turn it is, stops the process meanwhile, and keeps the ticket of a
process that was killed for a minute. This one ends a few seconds after its holder's death, and a holder that was
taken for dead can't save any more: see `RedisConversations.save`. Within a process, whoever came first is answered
first (bot.channels.incoming.Turns); between processes the lock knows no order, so a balancer sends a conversation to
one.
"""

import asyncio
import secrets
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import AsyncIterator, Awaitable, Mapping, Optional

from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.conversations.keeping import ConversationsAway
from bot.conversations.redis_server import PREFIX, RedisServer, server_of_environment

# A process that was killed holds its conversations up for so long.
LIFETIME_SECONDS = 4.0
_RENEW_SECONDS = 1.0
# So long a message waits for its turn: for a dead holder, and for an answer that is being given.
_WAIT_SECONDS = 8.0
_POLL_SECONDS = 0.05


@dataclass
class Turn:
    """A conversation's lock while it is held."""

    token: str
    # Something could not be retrieved or saved: whatever was answered is not true, or would be forgotten.
    has_failed: bool = False


# What this task holds, by conversation.
_held: "ContextVar[Mapping[str, Turn]]" = ContextVar("held", default=MappingProxyType({}))


def held_turn(conversation_id: str) -> Optional[Turn]:
    """The turn of a conversation that this task holds, None if it holds none."""
    return _held.get().get(conversation_id)


def lock_key(conversation_id: str) -> str:
    """Where the token of whoever holds the conversation stands."""
    return f"{PREFIX}lock:{conversation_id}"


@asynccontextmanager
async def turn_in(server: RedisServer, conversation_id: str) -> AsyncIterator[None]:
    """Hold a conversation; within, the same task may hold it again.

    Raises:
        ConversationsAway: it did not come to its turn, or the conversation could not be retrieved or saved meanwhile.
    """
    turn = held_turn(conversation_id)
    if turn:
        yield
    else:
        turn = Turn(secrets.token_hex(16))
        lock = Lock(
            server.client,
            lock_key(conversation_id),
            timeout=LIFETIME_SECONDS,
            sleep=_POLL_SECONDS,
            blocking_timeout=_WAIT_SECONDS,
            thread_local=False,
        )
        if not await server.ask(lock.acquire(token=turn.token), _WAIT_SECONDS + 1):
            raise ConversationsAway
        before = _held.set({**_held.get(), conversation_id: turn})
        renewing = asyncio.ensure_future(_renew(server, lock))
        try:
            yield
        finally:
            renewing.cancel()
            _held.reset(before)
            # If it can't be given back it ends by itself.
            with suppress(ConversationsAway):
                await server.ask(_unless_lost(lock.release()))
    if turn.has_failed:
        raise ConversationsAway


class RedisLocks(LockStore):
    """The lock store of Rasa, for endpoints.yml: `lock_store: {type: bot.conversations.RedisLocks}`."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, server: Optional[RedisServer] = None) -> None:
        """Take the server; that of METOO_REDIS if None.

        Raises:
            RasaException: METOO_REDIS is not set, or is no address.
        """
        self._server = server or server_of_environment()

    @asynccontextmanager
    async def lock(  # type: ignore[override]  # Rasa does not look at what it gets
        self, conversation_id: str, lock_lifetime: float = LIFETIME_SECONDS, wait_time_in_seconds: float = _WAIT_SECONDS
    ) -> AsyncIterator[None]:
        """Hold a conversation; the times are this module's own, whatever Rasa says."""
        async with turn_in(self._server, conversation_id):
            yield


async def _renew(server: RedisServer, lock: Lock) -> None:
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        # Redis may be back before the lock has ended; a lock that has ended shows when the answer is saved.
        with suppress(ConversationsAway):
            await server.ask(_unless_lost(lock.extend(LIFETIME_SECONDS, replace_ttl=True)))


async def _unless_lost(changing: Awaitable[object]) -> None:
    """Change the lock if it is still held: that it is not is no fault of the server."""
    with suppress(LockError):
        await changing
