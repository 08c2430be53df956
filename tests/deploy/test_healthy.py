"""What Docker asks of a container."""

import pytest
from aiohttp import web

from bot import healthy
from bot.environment import LOOPBACK, free_port
from tests.channels.stand_in import Failure, StandIn


class Health(StandIn):
    """An address that says whether all is well."""

    def routes(self) -> "list[web.RouteDef]":
        """The one address."""
        return [web.get("/health", self._health)]

    async def _health(self, request: web.Request) -> web.Response:
        failure = self.note("health", {})
        return web.Response(status=failure.status if failure else 200)


def test_one_of_the_two_servers_that_a_container_may_be_has_to_be_well(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = f"http://{LOOPBACK}:{free_port()}/health"
    monkeypatch.setattr(healthy, "_ADDRESSES", (absent,))
    assert not healthy.is_healthy()
    with Health() as server:
        monkeypatch.setattr(healthy, "_ADDRESSES", (absent, f"http://{LOOPBACK}:{server.port}/health"))
        assert healthy.is_healthy()
        server.fail_next("health", Failure(503, {}))
        assert not healthy.is_healthy()
