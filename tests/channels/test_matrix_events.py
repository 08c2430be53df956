"""Reading what comes from a Matrix room."""

from typing import Any, Dict, Optional

import pytest

from bot.channels.matrix.events import Account, Written, is_join, read_message

ME = "@metoo:example.org"
ACCOUNT = Account(ME, "MeToo")


def message(body: Any, msgtype: str = "m.text", **content: Any) -> Dict[str, Any]:
    return {"type": "m.room.message", "content": {"msgtype": msgtype, "body": body, **content}}


def marked(*user_ids: str) -> Dict[str, Any]:
    return {"m.mentions": {"user_ids": list(user_ids)} if user_ids else {}}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (message("Who started it?"), Written("Who started it?", False)),
        (message("asks who started it", "m.emote"), Written("asks who started it", False)),
        # mentions that the client marks
        (message("Who started it?", **marked(ME)), Written("Who started it?", True)),
        (message("MeToo: who started it?", **marked(ME)), Written("who started it?", True)),
        (message("MeToo who started it?", **marked(ME)), Written("who started it?", True)),
        (message("so, @metoo:example.org, who?", **marked(ME)), Written("so, @metoo:example.org, who?", True)),
        (message("Who started it?", **marked("@ann:example.org")), Written("Who started it?", False)),
        # written by hand, where the client marks mentions
        (message("MeToo: who started it?", **marked()), Written("who started it?", True)),
        (message("metoo, who started it?", **marked()), Written("who started it?", True)),
        (message("MeToo began in 2006", **marked()), Written("MeToo began in 2006", False)),
        (message("@metoo:example.org who started it?", **marked()), Written("who started it?", True)),
        (message("@metoo:example.org: who started it?", **marked()), Written("who started it?", True)),
        (message("@metoo:example.organic: who?", **marked()), Written("@metoo:example.organic: who?", False)),
        # of a client that marks nothing
        (message("MeToo: who started it?"), Written("who started it?", True)),
        (message("MeToo who started it?"), Written("MeToo who started it?", True)),
        (message("MeTooth is here"), Written("MeTooth is here", False)),
        (message("you there", formatted_body=f'<a href="https://matrix.to/#/{ME}">x</a>'), Written("you there", True)),
        (message("MeToo:", **marked()), Written("", True)),
        # a reply repeats what it is to
        (
            message("> <@ann:example.org> MeToo: hi\n> there\n\nWho?", **{"m.relates_to": {"m.in_reply_to": {}}}),
            Written("Who?", False),
        ),
        (message("> Who?"), Written("> Who?", False)),
        (
            message("Who?", **{"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}),
            Written("Who?", False, "$root"),
        ),
        # what can't be read
        (message("image.png", "m.image"), Written(None, False)),
        (message("image.png", "m.image", filename="image.png"), Written(None, False)),
        (message("Who is this?", "m.image", filename="image.png"), Written("Who is this?", False)),
        (message("Voice message", "m.audio"), Written(None, False)),
        ({"type": "m.sticker", "content": {"body": "Wave"}}, Written(None, False)),
        # what is no message to the assistant
        (message("Who started it?", "m.notice"), None),
        (message("* Who?", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}), None),
        (message("verify", "m.key.verification.request"), None),
        ({"type": "m.room.message", "content": {}}, None),
        ({"type": "m.room.message", "content": "text"}, None),
        ({"type": "m.room.message"}, None),
        (message(["no", "text"]), None),
        (message("Who?", **{"m.relates_to": "x", "m.mentions": 3}), Written("Who?", False)),
        (message("Who?", **{"m.relates_to": {"rel_type": "m.thread"}}), Written("Who?", False)),
        (message("Who?", **{"m.mentions": {"user_ids": 1}}), Written("Who?", False)),
    ],
)
def test_what_a_message_asks(event: Dict[str, Any], expected: Optional[Written]) -> None:
    assert read_message(event, ACCOUNT) == expected


def test_without_a_name_of_its_own_it_goes_by_its_id() -> None:
    assert read_message(message("MeToo: who?"), Account(ME)) == Written("MeToo: who?", False)
    assert read_message(message(f"{ME} who?"), Account(ME)) == Written("who?", True)


def test_a_new_name_is_no_joining() -> None:
    event = {"type": "m.room.member", "state_key": ME, "content": {"membership": "join"}}
    assert is_join(event, ME) and not is_join(event, "@ann:example.org")
    assert is_join({**event, "unsigned": {"prev_content": {"membership": "invite"}}}, ME)
    assert not is_join({**event, "unsigned": {"prev_content": {"membership": "join"}}}, ME)
    assert not is_join({**event, "content": {"membership": "leave"}}, ME)
