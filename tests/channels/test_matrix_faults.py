"""The Matrix channel with a homeserver that does what a real one seldom does."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, AsyncIterator, Dict, List, Tuple

import pytest
from aiohttp import web
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.matrix import MatrixChannel, assistant
from bot.channels.matrix import channel as matrix_channel
from bot.channels.messaging import Messaging
from bot.reply import Reply, ReplyKind

ME, ANN, ROOM = "@metoo:localhost", "@ann:localhost", "!room:localhost"


def batch(token: str, *texts: str, **more: Any) -> Dict[str, Any]:
    """What a sync answers: messages whose ids are their texts."""
    message = {"type": "m.room.message", "sender": ANN}
    events = [{**message, "event_id": f"${text}", "content": {"msgtype": "m.text", "body": text}} for text in texts]
    return {"next_batch": token, "rooms": {"join": {ROOM: {"timeline": {"events": events, **more}}}}}


class Scripted:
    """A homeserver whose answers to syncs are given; once they are used up, nothing more happens there."""

    def __init__(self, *syncs: Any) -> None:
        self.syncs = list(syncs)
        self.tokens: List[str] = []
        self.sent: List[Tuple[str, str]] = []
        self.fail_sends = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer what the channel asks."""
        path = request.path
        if path.endswith("/sync"):
            self.tokens.append(request.query.get("since", ""))
            if not self.syncs:
                await asyncio.sleep(60)
            given = self.syncs.pop(0)
            return given if isinstance(given, web.Response) else web.json_response(given)
        if "/send/" in path:
            if self.fail_sends:
                self.fail_sends -= 1
                return web.Response(status=502)
            self.sent.append((path.rpartition("/")[2], (await request.json())["body"]))
            return web.json_response({"event_id": "$x"})
        if path.endswith("/state/m.room.encryption"):
            await asyncio.sleep(0.05)
            return web.json_response({"errcode": "M_NOT_FOUND", "error": "none"}, status=404)
        answers: Dict[str, Any] = {
            "versions": {"versions": ["v1.11"]},
            "whoami": {"user_id": ME},
            "joined_members": {"joined": {ME: {}, ANN: {}}},
        }
        return web.json_response(answers.get(path.rpartition("/")[2], {}))


async def rasa(message: UserMessage) -> None:
    """Answers with the message itself."""
    await message.output_channel.send_response("", Reply(ReplyKind.ANSWER, f"on {message.text}").as_message())


@asynccontextmanager
async def channel_on(server: Scripted, state_file: Path, on_new_message: Any = rasa) -> AsyncIterator[None]:
    """The channel, running against that server."""
    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", server.answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    channel = MatrixChannel(url, access_token="a token", state_file=str(state_file))
    messaging = Messaging("matrix", on_new_message, key=b"k" * 32)
    running = asyncio.ensure_future(
        matrix_channel._run(channel, messaging, Sanic.get_app("matrix_faults", force_create=True))
    )
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


async def until_sent(server: Scripted, number: int) -> List[str]:
    """The texts that were sent, as soon as they are so many."""
    for _ in range(500):
        if len(server.sent) >= number:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    return [text for _, text in server.sent]


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    async def is_ready(app: Sanic) -> bool:
        return True

    monkeypatch.setattr(matrix_channel, "is_ready", is_ready)
    monkeypatch.setattr(matrix_channel, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(assistant, "_TROUBLE_SECONDS", 0.3)


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "matrix.json"


@pytest.mark.asyncio
async def test_what_is_there_at_the_first_start_is_not_answered(state_file: Path) -> None:
    server = Scripted(batch("s1", "old"), batch("s2", "new"))
    async with channel_on(server, state_file):
        assert await until_sent(server, 1) == ["on new"]
    assert server.tokens == ["", "s1", "s2"]
    assert json.loads(state_file.read_text())["token"] == "s2"


@pytest.mark.asyncio
async def test_it_greets_before_it_answers_and_ignores_what_was_before(state_file: Path) -> None:
    came = batch("s2", "old", "new")
    joined = {"event_id": "$join", "type": "m.room.member", "sender": ME, "state_key": ME}
    came["rooms"]["join"][ROOM]["timeline"]["events"].insert(1, {**joined, "content": {"membership": "join"}})
    server = Scripted(batch("s1"), came)
    async with channel_on(server, state_file):
        assert await until_sent(server, 2) == ["on /greet", "on new"]


@pytest.mark.asyncio
async def test_after_an_answer_that_makes_no_sense_it_begins_where_it_was(
    state_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = Scripted(batch("s1"), batch("s2", "one"), {"no": "token"}, batch("s3", "one", "two"))
    async with channel_on(server, state_file):
        assert await until_sent(server, 2) == ["on one", "on two"]
    assert server.tokens[:3] == ["", "s1", "s2"] and server.tokens[3] in ("s1", "s2")
    assert "Matrix: KeyError" in caplog.text


@pytest.mark.asyncio
async def test_a_token_that_the_server_does_not_know_is_given_up(state_file: Path) -> None:
    unknown = web.json_response({"errcode": "M_INVALID_PARAM", "error": "Invalid stream token"}, status=400)
    server = Scripted(batch("s1"), unknown, batch("t1", "old"), batch("t2", "new"))
    async with channel_on(server, state_file):
        assert await until_sent(server, 1) == ["on new"]
    assert server.tokens == ["", "s1", "", "t1", "t2"]


@pytest.mark.asyncio
async def test_an_answer_that_cannot_be_sent_is_sent_later_and_the_next_waits(state_file: Path) -> None:
    server = Scripted(batch("s1"), batch("s2", "one", "two"))
    server.fail_sends = 2
    async with channel_on(server, state_file):
        assert await until_sent(server, 2) == ["on one", "on two"]
    assert len({transaction for transaction, _ in server.sent}) == 2


@pytest.mark.asyncio
async def test_what_was_not_sent_when_it_ended_is_sent_after_the_restart(state_file: Path) -> None:
    first = Scripted(batch("s1"), batch("s2", "one", "two"))
    first.fail_sends = 1_000
    async with channel_on(first, state_file):
        await asyncio.sleep(0.3)
    assert first.sent == [] and json.loads(state_file.read_text())["token"] == "s1"
    second = Scripted(batch("s3", "one", "two", "three"))
    async with channel_on(second, state_file):
        assert await until_sent(second, 3) == ["on one", "on two", "on three"]
    assert second.tokens == ["s1", "s3"]


@pytest.mark.asyncio
async def test_without_a_reply_it_waits_whether_everything_is_being_stopped(state_file: Path) -> None:
    """Ctrl-C ends the action server at the same time: the message is answered after the restart, not with an excuse."""

    async def without_actions(message: UserMessage) -> None:
        pass

    first = Scripted(batch("s1"), batch("s2", "one"))
    async with channel_on(first, state_file, without_actions):
        await asyncio.sleep(0.2)
    assert first.sent == []
    second = Scripted(batch("s2", "one"))
    async with channel_on(second, state_file):
        assert await until_sent(second, 1) == ["on one"]
    third = Scripted(batch("s3", "two"))
    async with channel_on(third, state_file, without_actions):
        assert (await until_sent(third, 1))[0].startswith("Something went wrong on my side")


@pytest.mark.asyncio
async def test_of_two_processes_one_answers_and_the_other_takes_over(state_file: Path) -> None:
    first, second = Scripted(batch("s1"), batch("s2", "one")), Scripted(batch("s3", "two"))
    async with channel_on(first, state_file):
        await until_sent(first, 1)
        async with channel_on(second, state_file):
            await asyncio.sleep(0.2)
            assert second.tokens == []
    async with channel_on(second, state_file):
        assert await until_sent(second, 1) == ["on two"]


@pytest.mark.asyncio
async def test_events_of_another_shape_do_no_harm(state_file: Path) -> None:
    odd = batch("s2", "one")
    events = odd["rooms"]["join"][ROOM]["timeline"]["events"]
    events[:0] = [
        *(None, "text", {}, {"event_id": "$a"}, {"event_id": 1, "type": "m.room.message", "sender": ANN}),
        {"event_id": "$b", "type": "m.room.message", "sender": ANN, "content": {"msgtype": "m.text", "body": {}}},
        {"event_id": "$c", "type": "m.room.member", "sender": ANN},
        {"event_id": "$d", "type": "m.room.member", "sender": ANN, "content": {"membership": ["join"]}},
        {"event_id": "$e", "type": "m.unknown", "sender": ANN, "content": {"msgtype": "m.text"}},
    ]
    server = Scripted(batch("s1"), {"next_batch": "s1b", "rooms": None}, odd)
    async with channel_on(server, state_file):
        assert await until_sent(server, 1) == ["on one"]
    assert json.loads(state_file.read_text())["token"] == "s2"
