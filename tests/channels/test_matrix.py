"""The Matrix channel against a real Synapse, with visitors who write by a real client."""

import asyncio
import json
import os
import signal
import stat
import time
from pathlib import Path
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional
from unittest.mock import patch

import pytest
import pytest_asyncio
import requests
import yaml
from mautrix.api import Method
from mautrix.api import Path as ApiPath

from bot.channels.matrix.events import Account
from bot.channels.matrix.homeserver import Homeserver, Refused
from bot.processes import Assistant
from tests.channels.matrix_server import Synapse, Visitor

PASSWORD = "the assistant's password"
WORD = "quoll" + "vexillum"
QUESTIONS = [
    *("What is MeToo?", "Who started it?", "When did it take off?", "Who is Tarana Burke?", "What has it achieved?"),
    *("MeToo in France", "MeToo in Bollywood", "What is Times Up?", "Who supports it?", "What is it working towards?"),
]


ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
SCRAMBLED = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgAkLmt6q", "session_id": "x"}
FIRST = "Hello. I'm an automated assistant"


class House:
    """A homeserver and an assistant on it, which can both be ended and started again."""

    def __init__(self, folder: Path, model: Path) -> None:
        self._folder, self._model = folder, model
        self.synapse = Synapse(folder / "synapse")
        self.state = folder / "state" / "matrix.json"
        self.log: List[str] = []
        self.user_id = ""
        self.assistant: Optional[Assistant] = None
        # Whether the log is as verbose as it can be, which makes answers slow.
        self.is_verbose = False

    def start(self) -> None:
        """Start both."""
        self.synapse.start()
        account = self.synapse.register("metoo", PASSWORD)
        self.user_id = account["user_id"]
        requests.put(
            f"{self.synapse.url}/_matrix/client/v3/profile/{self.user_id}/displayname",
            json={"displayname": "MeToo assistant"},
            headers={"Authorization": f"Bearer {account['access_token']}"},
            timeout=20,
        ).raise_for_status()
        self.start_assistant()

    def start_assistant(self, verbose: bool = False) -> None:
        """Start the assistant, and wait until it is on Matrix."""
        self.is_verbose = verbose
        settings = {"homeserver": self.synapse.url, "user_id": self.user_id, "password": PASSWORD, "max_members": 2}
        credentials = self._folder / "credentials.yml"
        channels: Dict[str, Any] = {"bot.channels.web.WebChannel": {}, "bot.channels.matrix.MatrixChannel": settings}
        credentials.write_text(yaml.safe_dump(channels), encoding="utf-8")
        before = len(self.log)
        level = "DEBUG" if verbose else "INFO"
        variables = {"METOO_STATE": str(self.state.parent), "LOG_LEVEL": level, "LOG_LEVEL_LIBRARIES": level}
        with patch.dict(os.environ, variables):
            self.assistant = Assistant(self._model, log=self.log.append, credentials=credentials)
            self.assistant.__enter__()
        self.assistant.wait_until_ready()
        deadline = time.monotonic() + 30
        while not any("is on Matrix as" in line for line in self.log[before:]):
            assert time.monotonic() < deadline, self.log[-20:]
            time.sleep(0.05)

    def stop_assistant(self) -> None:
        """End it as Ctrl-C does."""
        if self.assistant is not None:
            self.assistant.__exit__(None, None, None)
            self.assistant = None

    def crash_assistant(self) -> None:
        """End it as a power cut does."""
        assert self.assistant is not None
        os.kill(self.assistant.process_ids[0], signal.SIGKILL)
        self.stop_assistant()

    def stop(self) -> None:
        """End both."""
        self.stop_assistant()
        self.synapse.stop()


@pytest.fixture(scope="module")
def house(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Runs for all tests of this file."""
    running = House(tmp_path_factory.mktemp("matrix"), model)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest_asyncio.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    """Somebody new."""
    async with Visitor(house.synapse, house.user_id) as somebody:
        yield somebody


def threaded(root: str) -> Dict[str, Any]:
    """Content of a message in a thread: what answers it names it."""
    return {"m.relates_to": {"rel_type": "m.thread", "event_id": root}}


def answered(visitor: Visitor, room_id: str) -> List[str]:
    """The ids of the messages in threads that were answered, in the order of the answers."""
    contents = [event["content"] for event in visitor.of_bot(room_id)]
    return [each["m.relates_to"]["m.in_reply_to"]["event_id"] for each in contents if "m.relates_to" in each]


async def say_all(visitor: Visitor, room_id: str, texts: List[str]) -> List[str]:
    """Write messages one after another without waiting for answers; their ids."""
    root = visitor.of_bot(room_id)[0]["event_id"]
    return [await visitor.say(room_id, text, **threaded(root)) for text in texts]


@pytest.mark.asyncio
async def test_invited_it_comes_greets_and_answers(visitor: Visitor, house: House) -> None:
    room_id = await visitor.create_room(house.user_id, is_direct=True)
    (greeting,) = await visitor.answers(room_id, 1)
    assert greeting["body"].startswith(FIRST) and visitor.membership(room_id, house.user_id) == "join"
    asked = time.monotonic()
    answer = await visitor.ask(room_id, "Who started MeToo?")
    assert time.monotonic() - asked < 5
    assert answer["msgtype"] == "m.notice" and answer["m.mentions"] == {} and "m.relates_to" not in answer
    assert "— metoo.txt, line 8" in answer["body"]
    assert "\n1. Who is Tarana Burke?\n2. When did it take off?" in answer["body"]
    assert answer["format"] == "org.matrix.custom.html"
    assert "<blockquote><p>“The phrase was popularised" in answer["formatted_body"]
    assert "<ol><li>Who is Tarana Burke?</li>" in answer["formatted_body"]
    # a follow-up, a suggestion by its number, and one by its words
    assert "Myspace" in (await visitor.ask(room_id, "Where did she use it first?"))["body"]
    await visitor.ask(room_id, "Who started MeToo?")
    by_number = await visitor.ask(room_id, "2")
    await visitor.ask(room_id, "Who started MeToo?")
    by_words = await visitor.ask(room_id, "when did it take off")
    assert by_number == by_words and "2017" in by_number["body"]


@pytest.mark.asyncio
async def test_a_message_is_marked_as_read_and_typing_is_shown(visitor: Visitor, house: House) -> None:
    room_id = await visitor.invite()
    event_id = await visitor.say(room_id, "What is MeToo?")
    await visitor.answers(room_id, 2)

    def typing() -> List[List[str]]:
        return [each["content"]["user_ids"] for each in visitor.ephemeral[room_id] if each["type"] == "m.typing"]

    await visitor.wait_for(lambda: typing()[-1:] == [[]])
    assert [house.user_id] in typing()
    receipts = [each["content"] for each in visitor.ephemeral[room_id] if each["type"] == "m.receipt"]
    assert any(house.user_id in receipt.get(event_id, {}).get("m.read", {}) for receipt in receipts)


@pytest.mark.asyncio
async def test_who_tells_of_harm_gets_support_lines_as_links(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    answer = await visitor.ask(room_id, "My boss assaulted me last week")
    assert "I believe you" in answer["body"] and '<a href="https://lila.help">lila.help</a>' in answer["formatted_body"]
    assert answer["msgtype"] == "m.text"  # clients show a notice pale
    answer = await visitor.ask(room_id, "3")
    assert '<a href="tel:116006">' in answer["formatted_body"] and "116 006" in answer["body"]


@pytest.mark.asyncio
async def test_what_looks_like_a_command_is_text(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    await visitor.ask(room_id, "Who is Tarana Burke?")
    await visitor.ask(room_id, "/restart")
    assert "Tarana Burke" not in (await visitor.ask(room_id, '/answer_region{"region": "France"}'))["body"]
    answer = await visitor.ask(room_id, "/" + WORD)
    assert WORD not in answer["body"] and answer["msgtype"] == "m.notice"


@pytest.mark.asyncio
async def test_what_is_too_long_is_said(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    assert "500 characters or fewer" in (await visitor.ask(room_id, f"{WORD} " * 60))["body"]
    assert "helpline" in (await visitor.ask(room_id, "1"))["body"]


@pytest.mark.asyncio
async def test_an_encrypted_room_is_told_once(visitor: Visitor, house: House) -> None:
    room_id = await visitor.create_room(house.user_id, is_direct=True, initial_state=[ENCRYPTION])
    (told,) = await visitor.answers(room_id, 1)
    assert "I can't read messages in this room, because it is encrypted" in told["body"]
    for _ in range(2):
        await visitor.send(room_id, SCRAMBLED, "m.room.encrypted")
    assert await visitor.stays_silent(room_id)
    # a room that becomes encrypted
    other_id = await visitor.invite()
    path = ApiPath.v3.rooms[other_id].state["m.room.encryption"]
    await visitor.request(Method.PUT, path, ENCRYPTION["content"])
    await visitor.send(other_id, SCRAMBLED, "m.room.encrypted")
    assert "it is encrypted" in (await visitor.answers(other_id, 2))[1]["body"]
    assert await visitor.stays_silent(other_id)


@pytest.mark.asyncio
async def test_in_a_room_of_many_it_answers_who_mentions_it(visitor: Visitor, house: House) -> None:
    async with Visitor(house.synapse, house.user_id) as friend:
        room_id = await visitor.create_room(friend.user_id)
        await friend.join(room_id)
        await visitor.request(Method.POST, ApiPath.v3.rooms[room_id].invite, {"user_id": house.user_id})
        await visitor.wait_for(lambda: visitor.membership(room_id, house.user_id) == "join")
        for text in ("Who started MeToo?", "MeToo assistant is what I mean", "2", "so @metoo:localhost told you"):
            await visitor.say(room_id, text, **{"m.mentions": {}})
        await friend.say(room_id, "What is MeToo?")
        assert await visitor.stays_silent(room_id) and visitor.of_bot(room_id) == []

        event_id = await visitor.say(room_id, "Who started it?", **{"m.mentions": {"user_ids": [house.user_id]}})
        (answer,) = await visitor.answers(room_id, 1)
        assert answer["m.relates_to"] == {"m.in_reply_to": {"event_id": event_id}}
        assert answer["m.mentions"] == {"user_ids": [visitor.user_id]} and "Milano" in answer["body"]
        # each has a conversation of their own
        assert "Times Up" in (await friend.ask(room_id, "MeToo assistant: What is Times Up?"))["body"]
        await visitor.wait_for(lambda: len(visitor.of_bot(room_id)) == 2)
        assert "2017" in (await visitor.ask(room_id, "@metoo:localhost 2"))["body"]
        greeting = await friend.ask(room_id, "MeToo assistant:")
        assert greeting["body"].startswith("Hello")


@pytest.mark.asyncio
async def test_edits_reactions_notices_and_removed_messages_are_ignored(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    event_id = await visitor.say(room_id, "What is MeToo?")
    await visitor.answers(room_id, 2)
    edited = {"msgtype": "m.text", "body": "What is Times Up?"}
    relation = {"rel_type": "m.replace", "event_id": event_id}
    await visitor.send(room_id, {**edited, "m.new_content": edited, "m.relates_to": relation})
    reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": "👍"}}
    await visitor.send(room_id, reaction, "m.reaction")
    await visitor.send(room_id, {"msgtype": "m.notice", "body": "What is MeToo?"})
    await visitor.request(Method.PUT, ApiPath.v3.rooms[room_id].redact[event_id]["1"], {})
    await visitor.send(room_id, {"msgtype": "m.key.verification.request", "body": "verify", "to": "x"})
    assert await visitor.stays_silent(room_id)
    assert "Milano" in (await visitor.ask(room_id, "Who started it?"))["body"]


@pytest.mark.asyncio
async def test_of_pictures_it_says_once_that_it_reads_text(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    picture = {"msgtype": "m.image", "body": "image.png", "url": "mxc://localhost/x"}
    for content in (picture, picture, {"msgtype": "m.audio", "body": "Voice message", "url": "mxc://localhost/y"}):
        await visitor.send(room_id, content)
    assert "I can only read text" in (await visitor.answers(room_id, 2))[1]["body"]
    assert await visitor.stays_silent(room_id)
    await visitor.send(room_id, {**picture, "body": "What is Times Up?", "filename": "image.png"})
    assert "Times Up" in (await visitor.answers(room_id, 3))[2]["body"]


@pytest.mark.asyncio
async def test_what_was_written_before_it_came_is_ignored(visitor: Visitor, house: House) -> None:
    room_id = await visitor.create_room()
    for text in ("What is MeToo?", "My boss assaulted me"):
        await visitor.say(room_id, text)
    await visitor.request(Method.POST, ApiPath.v3.rooms[room_id].invite, {"user_id": house.user_id})
    (greeting,) = await visitor.answers(room_id, 1)
    assert greeting["body"].startswith(FIRST)
    assert await visitor.stays_silent(room_id)


@pytest.mark.asyncio
async def test_a_conversation_is_erased_on_demand(visitor: Visitor) -> None:
    room_id = await visitor.invite()
    alone = await visitor.ask(room_id, "When?")
    await visitor.ask(room_id, "What is Times Up?")
    in_context = await visitor.ask(room_id, "When?")
    assert "erased" in (await visitor.ask(room_id, "delete my chat"))["body"]
    assert await visitor.ask(room_id, "When?") == alone != in_context


@pytest.mark.asyncio
async def test_leaving_a_room_erases_what_was_said_there(visitor: Visitor, house: House) -> None:
    room_id = await visitor.invite()
    alone = await visitor.ask(room_id, "When?")
    in_context = [await visitor.ask(room_id, text) for text in ("What is Times Up?", "When?")][1]
    assert in_context != alone
    # the assistant is sent away and invited once more
    for action in ("kick", "invite"):
        await visitor.request(Method.POST, getattr(ApiPath.v3.rooms[room_id], action), {"user_id": house.user_id})
        await asyncio.sleep(0.3)
    await visitor.answers(room_id, 5)
    assert visitor.of_bot(room_id)[-1]["content"]["body"].startswith("Hello")
    assert await visitor.ask(room_id, "When?") == alone
    # the visitor leaves and comes back
    await visitor.request(Method.PUT, ApiPath.v3.rooms[room_id].state["m.room.join_rules"], {"join_rule": "public"})
    async with Visitor(house.synapse, house.user_id) as friend:
        await friend.join(room_id)
        called = "MeToo assistant: "
        await visitor.ask(room_id, f"{called}What is Times Up?")
        await visitor.leave(room_id)
        await visitor.join(room_id)
        assert (await visitor.ask(room_id, f"{called}When?"))["body"] == alone["body"]
        # with no visitor left, the assistant goes, too
        await friend.leave(room_id)
    await visitor.leave(room_id)
    deadline = time.monotonic() + 20
    while room_id in await joined_rooms(house):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


@pytest.mark.asyncio
async def test_it_logs_in_again_where_its_token_has_ended(visitor: Visitor, house: House) -> None:
    room_id = await visitor.invite()
    logged_in(house, device_id="METOO")  # the server ends the device's token of before
    sent = await say_all(visitor, room_id, QUESTIONS[:3])
    await visitor.answers(room_id, 4)
    assert answered(visitor, room_id) == sent


@pytest.mark.asyncio
async def test_a_token_is_enough_and_what_is_wrong_is_said(house: House) -> None:
    url, token = house.synapse.url, logged_in(house)
    right = Homeserver(url, "", "", token)
    assert await right.log_in() == Account(house.user_id, "MeToo assistant")
    await right.close()
    for wrong, said in (
        (Homeserver(url, "", "", "no token"), "the homeserver refuses the token. Correct access_token"),
        (Homeserver(url, house.user_id, "wrong", ""), f"the homeserver does not let {house.user_id} in. Correct"),
        (Homeserver(url, "@nobody:localhost", PASSWORD, ""), "the homeserver does not let @nobody:localhost in."),
        (Homeserver(f"{url}/elsewhere", "", "", token), f"{url}/elsewhere is no Matrix homeserver. Correct homeserver"),
    ):
        with pytest.raises(Refused) as raised:
            await wrong.log_in()
        assert str(raised.value).startswith(said)
        await wrong.close()


@pytest.mark.asyncio
async def test_two_hundred_messages_of_twenty_visitors_are_answered_once_and_in_order(house: House) -> None:
    visitors = [Visitor(house.synapse, house.user_id) for _ in range(20)]
    for somebody in visitors:
        await somebody.__aenter__()
    try:
        rooms = await asyncio.gather(*(somebody.invite() for somebody in visitors))
        started = time.monotonic()
        sent = await asyncio.gather(*(say_all(*each, QUESTIONS) for each in zip(visitors, rooms)))
        await asyncio.gather(*(each.answers(room_id, 11, 200) for each, room_id in zip(visitors, rooms)))
        print(f"200 messages of 20 visitors: {time.monotonic() - started:.1f} s")
        await asyncio.sleep(1)
        for somebody, room_id, event_ids in zip(visitors, rooms, sent):
            await somebody.look(0)
            assert answered(somebody, room_id) == event_ids
        first = [event["content"]["body"] for event in visitors[0].of_bot(rooms[0])]
        for somebody, room_id in zip(visitors, rooms):
            assert [event["content"]["body"] for event in somebody.of_bot(room_id)] == first
    finally:
        for somebody in visitors:
            await somebody.__aexit__(None, None, None)


@pytest.mark.asyncio
async def test_the_homeserver_may_end_and_start_again(visitor: Visitor, house: House) -> None:
    room_id = await visitor.invite()
    sent = await say_all(visitor, room_id, QUESTIONS[:4])
    house.synapse.stop()
    await asyncio.sleep(1)
    house.synapse.start()
    sent += await say_all(visitor, room_id, QUESTIONS[4:8])
    await visitor.answers(room_id, 9, 120)
    await asyncio.sleep(1)
    await visitor.look(0)
    assert answered(visitor, room_id) == sent


@pytest.mark.asyncio
async def test_the_assistant_may_crash_and_start_again(visitor: Visitor, house: House) -> None:
    """While answering, and with more waiting than the server gives at once."""
    room_id = await visitor.invite()
    sent = await say_all(visitor, room_id, QUESTIONS[:2])
    await visitor.answers(room_id, 3)
    before = house.state.read_bytes()
    sent += await say_all(visitor, room_id, QUESTIONS[2:7])
    await visitor.wait_for(lambda: len(visitor.of_bot(room_id)) >= 4)
    house.crash_assistant()
    sent += await say_all(visitor, room_id, ["Who is Alyssa Milano?"])
    for number in range(120):
        await visitor.send(room_id, {"msgtype": "m.notice", "body": str(number)})
    sent += await say_all(visitor, room_id, QUESTIONS[7:9])
    # As if nothing since had been written down: everything is answered again, and the server drops what it had already.
    house.state.write_bytes(before)
    house.start_assistant()
    await visitor.answers(room_id, len(sent) + 1, 120)
    await asyncio.sleep(1)
    await visitor.look(0)
    assert answered(visitor, room_id) == sent
    assert "Times Up" in (await visitor.ask(room_id, "What is Times Up?"))["body"]


@pytest.mark.asyncio
async def test_the_assistant_may_be_ended_and_started_again(visitor: Visitor, house: House) -> None:
    """What comes meanwhile is answered; an invitation, too. Nothing that was said before is said again."""
    room_id = await visitor.invite()
    encrypted_id = await visitor.create_room(house.user_id, is_direct=True, initial_state=[ENCRYPTION])
    await visitor.answers(encrypted_id, 1)
    sent = await say_all(visitor, room_id, QUESTIONS[:6])
    house.stop_assistant()
    await visitor.send(encrypted_id, SCRAMBLED, "m.room.encrypted")
    sent += await say_all(visitor, room_id, QUESTIONS[6:8])
    invited_id = await visitor.create_room(house.user_id, is_direct=True)
    house.start_assistant(verbose=True)
    await visitor.answers(room_id, 9, 120)
    await visitor.answers(invited_id, 1)
    await asyncio.sleep(1)
    await visitor.look(0)
    assert answered(visitor, room_id) == sent
    assert len(visitor.of_bot(invited_id)) == len(visitor.of_bot(encrypted_id)) == 1


@pytest.mark.asyncio
async def test_nothing_of_a_message_is_kept(visitor: Visitor, house: House) -> None:
    if not house.is_verbose:
        house.stop_assistant()
        house.start_assistant(verbose=True)
    room_id = await visitor.invite()
    await visitor.ask(room_id, f"who is {WORD}")
    await visitor.send(room_id, {"msgtype": "m.image", "body": WORD, "url": "mxc://localhost/x"})
    await visitor.answers(room_id, 3)
    await asyncio.sleep(0.5)
    for path in house.state.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = path.read_bytes()
        assert not [told for told in (WORD, room_id, visitor.user_id) if told.encode() in content]
    assert set(json.loads(house.state.read_text(encoding="utf-8"))) == {"user_id", "token", "answered", "told"}
    log = "\n".join(house.log)
    assert "DEBUG" in log and WORD not in log and PASSWORD not in log
    assert visitor.user_id not in log and room_id not in log
    assert not [line for line in house.log if " ERROR " in line and "bot.channels" in line]


async def joined_rooms(house: House) -> List[str]:
    """The rooms that the assistant is in."""
    headers = {"Authorization": f"Bearer {logged_in(house)}"}
    answer = requests.get(f"{house.synapse.url}/_matrix/client/v3/joined_rooms", headers=headers, timeout=20).json()
    return list(answer["joined_rooms"])


def logged_in(house: House, **more: str) -> str:
    """A token of the assistant's account."""
    user = {"type": "m.id.user", "user": house.user_id}
    login = {"type": "m.login.password", "identifier": user, "password": PASSWORD}
    answer = requests.post(f"{house.synapse.url}/_matrix/client/v3/login", json={**login, **more}, timeout=20)
    return str(answer.json()["access_token"])
