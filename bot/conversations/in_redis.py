"""The store in Redis, for several processes on one machine or many, which METOO_REDIS puts in place of that in memory.

What is kept is the same: events as JSON (compressed), never a visitor's words, until a conversation is idle. Each step
is one script, so that no process ever sees half of one.
"""

import json
import zlib
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Dict, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversations.keeping import Conversations, ConversationsAway
from bot.conversations.locks import held_turn, lock_key, turn_in
from bot.conversations.redis_server import PREFIX, RedisServer, server_of_environment

# When each conversation was saved last, in microseconds.
_LATEST = PREFIX + "latest"
# Before a conversation's id: where its events are.
EVENTS = PREFIX + "events:"

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""
# Nobody saves who does not hold the conversation any more, and nothing saves what was erased meanwhile.
_SAVE = (
    _NOW
    + """
local events, erased, latest, lock = unpack(KEYS)
local id, content, idle, most, token, prefix = unpack(ARGV)
if token ~= '' and redis.call('GET', lock) ~= token then return 'lost' end
if redis.call('EXISTS', erased) == 1 then return 'erased' end
redis.call('SET', events, content, 'PX', idle)
redis.call('ZADD', latest, now, id)
redis.call('ZREMRANGEBYSCORE', latest, '-inf', now - idle * 1000)
while redis.call('ZCARD', latest) > tonumber(most) do
    redis.call('DEL', prefix .. redis.call('ZPOPMIN', latest)[1])
end
redis.call('PEXPIRE', latest, idle)
return 'saved'
"""
)
_RETRIEVE = """
redis.call('DEL', KEYS[2])
return redis.call('GET', KEYS[1])
"""
_ERASE = """
redis.call('SET', KEYS[2], 1, 'PX', ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[1])
"""
_KEYS = (
    _NOW
    + """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1] * 1000)
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""
)


class RedisConversations(Conversations):
    """Holds the events of the latest turns of each conversation in Redis."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        server: Optional[RedisServer] = None,
        **settings: Any,
    ) -> None:
        """Take the server; nothing is asked of it yet.

        Args:
            domain: gives the slots.
            event_broker: not supported.
            server: that of METOO_REDIS if None.
            settings: see `Conversations`.

        Raises:
            ValueError: an event broker is configured, or a limit is not positive.
            RasaException: METOO_REDIS is not set or no address, or a setting of the counting is wrong.
        """
        super().__init__(domain, event_broker, **settings)
        self._server = server or server_of_environment()
        # Unlike a transaction, a script is sent again where the connection was lost.
        script = self._server.client.register_script
        self._save, self._retrieve, self._erase, self._keys = map(script, (_SAVE, _RETRIEVE, _ERASE, _KEYS))
        self._idle = self.idle_seconds * 1000

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the latest turns of a conversation without the visitor's words, unless it was erased meanwhile.

        Raises:
            ConversationsAway: it could not be saved. Within a turn it is the turn that raises this, at its end: Rasa
                catches whatever a store raises, and would keep the conversation, words and all, in its own memory.
        """
        conversation_id = tracker.sender_id
        turn = held_turn(conversation_id)
        if turn and turn.has_failed:
            return
        keys = [*_keys_of(conversation_id), _LATEST, lock_key(conversation_id)]
        content = _packed([event.as_dict() for event in self._kept(tracker)])
        settings = [self._idle, self._max_conversations, turn.token if turn else "", EVENTS]
        try:
            outcome = await self._ask_to_save(keys, [conversation_id, content, *settings])
        except ConversationsAway:
            if not turn:
                raise
            turn.has_failed = True
            return
        if outcome == b"saved":
            self._count(tracker)

    async def _ask_to_save(self, keys: List[str], arguments: List[Any]) -> Any:
        outcome = await self._server.ask(self._save(keys, arguments))
        if outcome == b"lost":
            raise ConversationsAway
        return outcome

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it was saved last, None if there is none; a new one may begin under an erased id.

        Raises:
            ConversationsAway: it can't be told; within a turn the turn raises this at its end.
        """
        turn = held_turn(sender_id)
        if turn and turn.has_failed:
            return None
        try:
            content = await self._server.ask(self._retrieve(_keys_of(sender_id)))
        except ConversationsAway:
            if not turn:
                raise
            turn.has_failed = True
            return None
        return None if content is None else self._tracker_of(sender_id, deserialise_events(unpacked(content)))

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations that are held."""
        return [key.decode() for key in await self._server.ask(self._keys([_LATEST], [self._idle]))]

    async def exists(self, conversation_id: str) -> bool:
        """Whether the conversation is there: begun, not erased, not expired.

        Raises:
            ConversationsAway: it can't be told.
        """
        return bool(await self._server.ask(self._server.client.exists(EVENTS + conversation_id)))

    async def erase(self, conversation_id: str) -> None:
        """Forget the conversation at once.

        Raises:
            ConversationsAway: it could not be erased yet.
        """
        self.usage.forget(conversation_id)
        keys = [*_keys_of(conversation_id), _LATEST]
        await self._server.ask(self._erase(keys, [conversation_id, self._idle]))

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold the conversation: see `turn_in`."""
        async with turn_in(self._server, conversation_id):
            yield

    async def are_reachable(self) -> bool:
        """Whether Redis takes what is written."""
        return await self._server.is_reachable()


def _packed(events: List[Dict[str, Any]]) -> bytes:
    # A fifth of the size for a fraction of a millisecond.
    return zlib.compress(json.dumps(events).encode(), 1)


def unpacked(content: bytes) -> List[Dict[str, Any]]:
    """The events of a conversation, as Redis holds them."""
    return list(json.loads(zlib.decompress(content)))


def _keys_of(conversation_id: str) -> List[str]:
    """Where the events are, and what is there while an answer in progress may not save because of an erasing."""
    return [EVENTS + conversation_id, f"{PREFIX}erased:{conversation_id}"]
