"""What the tests of conversations share: clients of Redis that are closed."""

from contextlib import AsyncExitStack
from typing import AsyncIterator, Callable

import pytest_asyncio

from bot.conversations.redis_server import RedisServer

Connect = Callable[[str], RedisServer]


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients of the server at an address, and closes them when the test ends."""
    async with AsyncExitStack() as stack:

        def new_client(address: str) -> RedisServer:
            server = RedisServer(address)
            # On its own, close() leaves the connections of a client that was made from an address.
            stack.push_async_callback(server.client.close, close_connection_pool=True)
            return server

        yield new_client
