"""Reading what comes from a Matrix room: whether it is meant for the assistant, and what it asks."""

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional

# What people write, and what they send in place of text.
_TEXT = ("m.text", "m.emote")
_UNREADABLE = ("m.image", "m.audio", "m.video", "m.file", "m.location")
# The quoted message at the top of a reply, as clients used to repeat it.
_QUOTE = re.compile(r"\A(?:> ?[^\n]*\n)+\n?")


@dataclass(frozen=True)
class Account:
    """The assistant's own account."""

    user_id: str
    name: str = ""


@dataclass(frozen=True)
class Written:
    """A message of a visitor.

    `text` is None for what can't be read, such as a picture; `names_us` says whether the assistant is mentioned;
    `thread` is the event at the root of the thread that it is written in.
    """

    text: Optional[str]
    names_us: bool
    thread: Optional[str] = None


def read_message(event: Mapping[str, Any], account: Account) -> Optional[Written]:
    """The message in an event, None where it is none: an edit, a notice of another bot, a removed message."""
    content = event.get("content")
    if not isinstance(content, dict) or _relation(content).get("rel_type") == "m.replace":
        return None
    kind = "m.image" if event.get("type") == "m.sticker" else content.get("msgtype")
    body = content.get("body")
    if not isinstance(body, str) or kind not in _TEXT + _UNREADABLE:
        return None
    # Below a picture there may be words: then `filename` says what would otherwise stand in `body`.
    has_words = kind in _TEXT or content.get("filename") not in (None, body)
    thread = _relation(content).get("event_id") if _relation(content).get("rel_type") == "m.thread" else None
    if "m.in_reply_to" in _relation(content):
        body = _QUOTE.sub("", body)
    is_marked = isinstance(content.get("m.mentions"), dict)
    names_us = _is_mentioned(content, account.user_id) or _is_called(body, account, is_marked)
    text = _without_name(body, account, names_us and is_marked)
    return Written(text if has_words else None, names_us, thread if isinstance(thread, str) else None)


def _is_called(text: str, account: Account, is_marked: bool) -> bool:
    # Where the client marks mentions, a name without a colon is only a word: "MeToo began …".
    return any(
        re.match(rf"\s*{name}", text, re.IGNORECASE)
        for name in _addresses(account, r"\s*[:,]" if is_marked else r"(?!\w)")
    )


def _without_name(text: str, account: Account, is_mention: bool) -> str:
    """A message without the assistant's name at its start, where that is a form of address."""
    for name in _addresses(account, r"(?!\w)" if is_mention else r"\s*[:,]"):
        text = re.sub(rf"\A\s*{name}[\s:,]*", "", text, flags=re.IGNORECASE)
    return text.strip()


def _addresses(account: Account, after_name: str) -> List[str]:
    user_id = rf"{re.escape(account.user_id)}(?![\w-])"
    return [user_id, re.escape(account.name) + after_name] if account.name else [user_id]


def sound(events: Any) -> List[Dict[str, Any]]:
    """Those of some events that have what every event has."""
    return [
        event
        for event in (events if isinstance(events, list) else [])
        if isinstance(event, dict) and all(isinstance(event.get(name), str) for name in ("event_id", "type", "sender"))
    ]


def own_joins(events: List[Dict[str, Any]], account: Account) -> List[int]:
    """The places in a timeline where the assistant joined; what stands before the last is none of its business."""
    return [index for index, event in enumerate(events) if is_join(event, account.user_id)]


def is_join(event: Mapping[str, Any], user_id: str) -> bool:
    """Whether an event is the joining of this user, and not a new name of somebody who is there."""
    if not is_membership(event, "join") or event.get("state_key") != user_id:
        return False
    return _object(_object(event.get("unsigned")).get("prev_content")).get("membership") != "join"


def is_membership(event: Mapping[str, Any], *memberships: str) -> bool:
    """Whether an event says that somebody now is a member in one of these ways."""
    return event.get("type") == "m.room.member" and _object(event.get("content")).get("membership") in memberships


def _relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(content.get("m.relates_to"))


def _object(given: Any) -> Mapping[str, Any]:
    """What is an object in a sound event; an empty one where it is something else."""
    return given if isinstance(given, dict) else {}


def _is_mentioned(content: Mapping[str, Any], user_id: str) -> bool:
    mentions = content.get("m.mentions")
    if isinstance(mentions, dict):
        named = mentions.get("user_ids")
        return isinstance(named, list) and user_id in named
    # Older clients mark a name by a link alone.
    formatted = content.get("formatted_body")
    return isinstance(formatted, str) and f"https://matrix.to/#/{user_id}" in formatted
