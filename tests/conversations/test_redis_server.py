"""The Redis server that processes share: its settings, its absence, and its return."""

import asyncio
import socket
from pathlib import Path
from typing import Iterator

import pytest
import yaml
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.exceptions import RasaException

from bot import ROOT
from bot.conversations import ConversationsAway, ErasableConversations, RedisConversations
from bot.conversations.in_redis import unpacked
from bot.conversations.redis_server import PREFIX, RedisServer, server_of_environment
from bot.endpoints import completed
from bot.environment import LOOPBACK
from tests.conversations.conftest import Connect
from tests.conversations.test_stores import DOMAIN, take_turn, texts
from tests.redis_server import RedisProcess


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[RedisProcess]:
    """A server of the test's own, to be killed."""
    with RedisProcess(tmp_path) as process:
        yield process


@pytest.mark.asyncio
async def test_processes_share_a_conversation(redis_server: RedisProcess, connect: Connect) -> None:
    redis_server.client.flushall()
    first, second = (RedisConversations(DOMAIN, server=connect(redis_server.address)) for _ in range(2))
    tracker = await first.get_or_create_tracker("one")
    take_turn(tracker, "hi", place="Lyon")
    await first.save(tracker)
    retrieved = await second.retrieve("one")
    assert texts(retrieved) == ["hi"] and retrieved is not None and retrieved.get_slot("place") == "Lyon"
    await second.erase("one")
    take_turn(tracker, "still being answered")
    await first.save(tracker)
    assert not await first.exists("one") and not await second.exists("one")


@pytest.mark.asyncio
async def test_redis_never_holds_a_visitor_s_words(redis_server: RedisProcess, connect: Connect) -> None:
    redis_server.client.flushall()
    store = RedisConversations(DOMAIN, server=connect(redis_server.address))
    tracker = await store.get_or_create_tracker("one")
    take_turn(tracker, "hi")
    assert tracker.latest_message is not None
    tracker.latest_message.text = "something that only the visitor knows"
    await store.save(tracker)
    held = list(redis_server.client.scan_iter())
    events = [unpacked(redis_server.client.get(key) or b"") for key in held if b":events:" in key]
    assert "answer to hi" in str(events) and "only the visitor" not in str(events)
    # Everything ends by itself.
    assert all(0 < redis_server.client.pttl(key) <= 1_800_000 for key in held)
    assert all(key.startswith(PREFIX.encode()) for key in held)


@pytest.mark.asyncio
async def test_a_restart_loses_nothing(restarted: RedisProcess, connect: Connect) -> None:
    store = RedisConversations(DOMAIN, server=connect(restarted.address))
    tracker = await store.get_or_create_tracker("one")
    take_turn(tracker, "hi", place="Lyon")
    await store.save(tracker)
    await store.erase("two")
    restarted.kill()
    asyncio.get_running_loop().call_later(0.3, restarted.start)
    # Who asks meanwhile waits a moment, and does not notice.
    assert texts(await store.retrieve("one")) == ["hi"]
    assert restarted.client.exists(f"{PREFIX}erased:two")


@pytest.mark.asyncio
async def test_while_redis_is_away_visitors_are_asked_to_try_again(restarted: RedisProcess, connect: Connect) -> None:
    store = RedisConversations(DOMAIN, server=connect(restarted.address))
    tracker = await store.get_or_create_tracker("one")
    assert await store.are_reachable()
    restarted.kill()
    assert not await store.are_reachable()
    for asking in (store.retrieve("one"), store.save(tracker), store.exists("one"), store.erase("one"), store.keys()):
        with pytest.raises(ConversationsAway):
            await asking
    restarted.start()
    assert await store.are_reachable() and await store.exists("one")


@pytest.mark.asyncio
async def test_a_server_that_says_nothing_is_not_waited_for_long(connect: Connect) -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen()
        store = RedisConversations(DOMAIN, server=connect(f"redis://{LOOPBACK}:{silent.getsockname()[1]}"))
        began = asyncio.get_running_loop().time()
        assert not await store.are_reachable()
        with pytest.raises(ConversationsAway):
            await store.exists("one")
        assert asyncio.get_running_loop().time() - began < 6


@pytest.mark.asyncio
async def test_a_server_that_only_reads_holds_no_conversation(restarted: RedisProcess, connect: Connect) -> None:
    store = RedisConversations(DOMAIN, server=connect(restarted.address))
    restarted.client.config_set("maxmemory", 1)
    assert not await store.are_reachable()


@pytest.mark.asyncio
@pytest.mark.parametrize("is_back", [True, False])
async def test_an_answer_that_could_not_be_saved_is_not_given_and_nothing_of_it_stays_in_memory(
    restarted: RedisProcess, is_back: bool, connect: Connect
) -> None:
    store = RedisConversations(DOMAIN, server=connect(restarted.address))
    # What Rasa wraps a store in: it catches errors, and keeps what could not be saved in the process.
    wrapped = FailSafeTrackerStore(store)
    before = await wrapped.get_or_create_tracker("one")
    take_turn(before, "hi", place="Lyon")
    await wrapped.save(before)
    with pytest.raises(ConversationsAway):
        async with store.turn("one"):
            restarted.kill()
            tracker = await wrapped.get_or_create_tracker("one")
            assert tracker.get_slot("place") is None
            if is_back:
                restarted.start()
            take_turn(tracker, "where?")
            await wrapped.save(tracker)
    assert wrapped._fallback_tracker_store is None
    if not is_back:
        restarted.start()
    # What was there before is as it was.
    assert texts(await wrapped.retrieve("one")) == ["hi"]


@pytest.mark.parametrize("address", ["localhost:6379", "http://localhost", "redis://:secret@host:port"])
def test_a_wrong_address_is_told_in_a_line_without_its_password(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METOO_REDIS", address)
    server_of_environment.cache_clear()
    with pytest.raises(RasaException, match=r"^METOO_REDIS is no address of a Redis server: write it like") as told:
        RedisConversations(DOMAIN)
    assert "secret" not in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize("address", ["redis://host", "rediss://user:secret@host:6380/1", "unix:///run/redis.sock"])
def test_addresses_with_and_without_tls_and_on_one_machine_are_taken(address: str) -> None:
    assert RedisServer(address)


def test_the_setting_alone_puts_conversations_into_redis(
    tmp_path: Path, redis_server: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METOO_REDIS", redis_server.address)
    server_of_environment.cache_clear()
    shipped = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    url = "http://127.0.0.1:6055/webhook"
    assert completed(shipped, url, {}) == {**shipped, "action_endpoint": {**shipped["action_endpoint"], "url": url}}
    path = tmp_path / "endpoints.yml"
    path.write_text(yaml.safe_dump(completed(shipped, url)), encoding="utf-8")
    endpoints = AvailableEndpoints.read_endpoints(str(path))
    store = TrackerStore.create(endpoints.tracker_store, DOMAIN)
    assert isinstance(store, RedisConversations) and isinstance(store, ErasableConversations)
    assert store.idle_seconds == shipped["tracker_store"]["idle_seconds"]
    assert endpoints.lock_store.type == "bot.conversations.RedisLocks"
