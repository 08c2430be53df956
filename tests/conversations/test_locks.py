"""The lock of a conversation: one process at a time, and soon free when its holder dies."""

import asyncio
import time
from typing import List

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.conversations import ConversationsAway, RedisConversations, RedisLocks, locks
from bot.conversations.locks import held_turn, lock_key
from bot.conversations.redis_server import RedisServer, server_of_environment
from tests.conversations.conftest import Connect
from tests.conversations.test_stores import DOMAIN, take_turn, texts
from tests.redis_server import RedisProcess


@pytest.fixture
def server(redis_server: RedisProcess, connect: Connect) -> RedisServer:
    redis_server.client.flushall()
    return connect(redis_server.address)


@pytest.mark.asyncio
async def test_one_after_another_holds_a_conversation(server: RedisServer) -> None:
    events: List[str] = []

    async def answer(name: str, process: RedisLocks) -> None:
        async with process.lock("one"):
            events.append(f"{name} begins")
            await asyncio.sleep(0.05)
            events.append(f"{name} ends")

    processes = [RedisLocks(server=server), RedisLocks(server=server)]
    await asyncio.gather(*(answer(str(number), processes[number % 2]) for number in range(4)))
    assert [event.split()[1] for event in events] == ["begins", "ends"] * 4
    assert [begin.split()[0] for begin in events[::2]] == [end.split()[0] for end in events[1::2]]


@pytest.mark.asyncio
async def test_conversations_do_not_wait_for_each_other(server: RedisServer) -> None:
    store = RedisLocks(server=server)

    async def hold_another() -> None:
        async with store.lock("two"):
            pass

    async with store.lock("one"):
        await asyncio.wait_for(hold_another(), 1)


@pytest.mark.asyncio
async def test_a_task_that_holds_a_conversation_may_hold_it_again(server: RedisServer) -> None:
    store = RedisLocks(server=server)
    async with store.lock("one"):
        async with store.lock("one"):
            pass
        assert await server.client.exists(lock_key("one"))
    assert not await server.client.exists(lock_key("one"))


@pytest.mark.asyncio
async def test_a_dead_holder_s_conversation_is_free_when_its_lock_ends(
    server: RedisServer, redis_server: RedisProcess
) -> None:
    await server.client.set(lock_key("one"), "somebody who was killed", px=300)
    began = time.monotonic()
    async with RedisLocks(server=server).lock("one"):
        assert 0.2 < time.monotonic() - began < locks.LIFETIME_SECONDS


@pytest.mark.asyncio
async def test_a_lock_lasts_as_long_as_an_answer_takes(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "LIFETIME_SECONDS", 1.0)
    monkeypatch.setattr(locks, "_RENEW_SECONDS", 0.05)
    async with RedisLocks(server=server).lock("one"):
        await asyncio.sleep(1.5)
        assert await server.client.exists(lock_key("one"))


@pytest.mark.asyncio
async def test_who_waits_too_long_is_asked_to_try_again(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_WAIT_SECONDS", 0.1)
    await server.client.set(lock_key("one"), "somebody who is busy")
    with pytest.raises(ConversationsAway):
        async with RedisLocks(server=server).lock("one"):
            raise AssertionError("it is held by somebody else")


@pytest.mark.asyncio
async def test_who_was_taken_for_dead_saves_nothing_and_says_nothing(server: RedisServer) -> None:
    store = RedisConversations(DOMAIN, server=server)
    with pytest.raises(ConversationsAway):
        async with store.turn("one"):
            tracker = await store.get_or_create_tracker("one")
            await server.client.set(lock_key("one"), "whoever came next")
            take_turn(tracker, "too late")
            await store.save(tracker)
    assert texts(await store.retrieve("one")) == []
    assert await server.client.get(lock_key("one")) == b"whoever came next"


@pytest.mark.asyncio
async def test_a_lost_lock_is_not_taken_for_an_absent_server(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(locks, "_RENEW_SECONDS", 0.05)
    async with RedisLocks(server=server).lock("one"):
        await server.client.delete(lock_key("one"))
        await asyncio.sleep(0.2)
    assert caplog.records == []


@pytest.mark.asyncio
async def test_nothing_is_held_after_the_turn(server: RedisServer) -> None:
    store = RedisConversations(DOMAIN, server=server)
    with pytest.raises(RuntimeError):
        async with store.turn("one"):
            assert held_turn("one")
            raise RuntimeError
    assert held_turn("one") is None
    assert not await server.client.exists(lock_key("one"))


def test_rasa_makes_the_locks_that_the_endpoints_name(
    redis_server: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METOO_REDIS", redis_server.address)
    server_of_environment.cache_clear()
    assert isinstance(LockStore.create(EndpointConfig(type="bot.conversations.RedisLocks")), RedisLocks)
