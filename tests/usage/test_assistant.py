"""A running assistant: what it keeps of whole conversations, in what form, and what stops its start."""

import sqlite3
import time
from pathlib import Path
from typing import Dict, List, Set

import pytest

from bot.processes import Assistant, StartError
from bot.usage.counting import Counted, Numbers
from bot.usage.settings import parsed
from bot.usage.table import UsageTable
from tests.channels.client import Client
from tests.commands.screen import rasa_shell

IDLE_SECONDS = 10
PERSONAL = "How much money did Anna Kowalska give to the movement? anna.k@example.org, 020 7946 0958, 12 Baker Street"
MASKED = "How much money did […] give to the movement? [address], [number], [address]"
REFUSED = "When was Tarana Burke born?"


def counts(folder: Path) -> Dict[Counted, Numbers]:
    return UsageTable(parsed(f"sqlite:///{folder}/usage.db")).counts("2000-01-01")


def asked(folder: Path, **wanted: str) -> int:
    """How many turns were counted that are so."""
    rows = counts(folder).items()
    return sum(n.asked for row, n in rows if all(getattr(row, name) == value for name, value in wanted.items()))


def wordings(folder: Path) -> Set[str]:
    return {each.wording for each in UsageTable(parsed(f"sqlite:///{folder}/usage.db")).wordings("2000-01-01")}


def send(client: Client, text: str, key: str) -> None:
    status, _, body = client.request("POST", "/chat/message", {"text": text}, {"Idempotency-Key": key})
    assert status == 200, body


def test_what_is_counted_of_conversations(model: Path, tmp_path: Path) -> None:
    with Assistant(model, variables={"METOO_STATE": str(tmp_path)}) as assistant:
        assistant.wait_until_ready()
        client = Client(assistant.port).begin()
        for key in ("the-first-key", "the-first-key", "the-second-key"):
            send(client, "Who started MeToo?", key)
        good = client.say("What has it achieved?")
        bad = client.say("Who is Harvey Specter?")
        for reply, useful in ((good, True), (good, True), (bad, False)):
            client.request("POST", "/chat/feedback", {"reply_id": reply["id"], "useful": useful})
        client.request("POST", "/chat/feedback", {"reply_id": client.greeting["replies"][0]["id"], "useful": True})
        client.say("What about Peru?")
        client.say("My boss assaulted me")
        client.say("delete my chat")
    assert asked(tmp_path, topic="origin", kind="answer", channel="web") == 2
    assert asked(tmp_path, gate="person") == asked(tmp_path, gate="place") == 1
    assert asked(tmp_path, topic="support") == 1
    assert asked(tmp_path) == 7  # the greeting is none
    said = {(row.topic, row.kind): (n.thumbs_up, n.thumbs_down) for row, n in counts(tmp_path).items()}
    assert said["achievements", "answer"] == (1, 0) and said["none", "refusal"] == (0, 1)
    assert sum(sum(thumbs) for thumbs in said.values()) == 2
    # Nothing but counts: no other table, no other column.
    with sqlite3.connect(tmp_path / "usage.db") as database:
        assert database.execute("SELECT count(*) FROM usage_wordings").fetchone() == (0,)
        made = database.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        assert made == [("usage_counts",), ("usage_wordings",)]


@pytest.fixture
def hasty(copy: Path) -> Path:
    """A project in which conversations are over soon."""
    endpoints = (copy / "endpoints.yml").read_text(encoding="utf-8")
    (copy / "endpoints.yml").write_text(
        endpoints.replace("idle_seconds: 1800", f"idle_seconds: {IDLE_SECONDS}"), encoding="utf-8"
    )
    return copy


def test_wordings_are_masked_and_never_of_a_conversation_with_a_disclosure(
    model: Path, hasty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = tmp_path_factory.mktemp("wordings")
    variables = {"METOO_STATE": str(state), "METOO_USAGE_WORDINGS": "on"}
    with Assistant(model, root=hasty, variables=variables) as assistant:
        assistant.wait_until_ready()
        start = Client(assistant.port)

        def hold(*texts: str) -> Client:
            client = Client(start.port).begin()
            for text in texts:
                client.say(text)
            return client

        assert hold().say(PERSONAL)["kind"] == "refusal"
        hold("What is MeToo?", "Who started MeToo?")
        hold(f"{REFUSED} a", "My boss assaulted me")
        hold("My boss assaulted me", f"{REFUSED} b")
        hold(f"{REFUSED} c", "delete my chat")
        hold(f"{REFUSED} d").request("DELETE", "/chat/session")
        time.sleep(IDLE_SECONDS * 1.5)
        hold(f"{REFUSED} e")  # this one goes on when the assistant ends
    assert wordings(state) == {MASKED}
    assert asked(state, kind="refusal") == 6
    with sqlite3.connect(state / "usage.db") as database:
        (week,) = database.execute("SELECT week FROM usage_wordings").fetchone()
    assert time.strptime(week, "%Y-%m-%d").tm_wday == 0
    content = (state / "usage.db").read_bytes()
    for personal in (b"Anna", b"Kowalska", b"Baker", b"anna.k", b"7946", b"0958"):
        assert personal not in content


def test_counting_can_be_turned_off(model: Path, tmp_path: Path) -> None:
    with Assistant(model, variables={"METOO_STATE": str(tmp_path), "METOO_USAGE": "off"}) as assistant:
        assistant.wait_until_ready()
        reply = Client(assistant.port).begin().say("What is MeToo?")
        assert reply["kind"] == "answer"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        (
            "METOO_USAGE",
            "usage.db",
            "METOO_USAGE is no address of a database: write it like sqlite:////var/lib/metoo/usage.db",
        ),
        ("METOO_USAGE", "oracle://u:secret@h/n", "METOO_USAGE names a database that can't be used"),
        ("METOO_USAGE_WORDINGS", "yes", "METOO_USAGE_WORDINGS is neither 'on' nor 'off': write one of them."),
    ],
)
def test_a_wrong_setting_stops_the_start(model: Path, variable: str, value: str, message: str) -> None:
    with pytest.raises(StartError) as raised, Assistant(model, variables={variable: value}) as assistant:
        assistant.wait_until_ready()
    assert message in str(raised.value) and "secret" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_database_that_fails_delays_no_answer(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lines: List[str] = []
    address = f"sqlite:///{tmp_path}/file/usage.db"
    with Assistant(model, log=lines.append, variables={"METOO_USAGE": address}) as assistant:
        assistant.wait_until_ready()
        client = Client(assistant.port).begin()
        for _ in range(3):
            assert client.say("What is MeToo?")["kind"] == "answer"
    warnings = [line for line in lines if "What visitors ask can't be written" in line]
    assert len(warnings) == 1 and "set METOO_USAGE to another database" in warnings[0]


def test_rasa_shell_counts_like_a_channel(model: Path, assistant: Assistant, tmp_path: Path) -> None:
    with rasa_shell(model, assistant, {"METOO_STATE": str(tmp_path)}) as screen:
        screen.type("What is MeToo?\r")
        screen.words_until("rape culture.")
        screen.type("/stop\r")
        screen.process.wait(30)
    assert asked(tmp_path, channel="cmdline", topic="definition", kind="answer") == asked(tmp_path) == 1
