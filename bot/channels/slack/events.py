"""Reading what Slack sends: whether somebody means the app, and what they ask."""

import re
from typing import Any, Collection, Mapping, NamedTuple, Optional, Tuple

# What the ids of the assistant's own buttons begin with.
ACTION = "suggestion-"
# Kinds of messages that somebody has written; all others tell of changes.
_WRITTEN = (None, "file_share", "thread_broadcast")
# What Slack puts in angle brackets: a person, a channel, a group, an address; then, after a bar, how it is shown.
_BRACKETS = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


class Written(NamedTuple):
    """A message that is meant for the assistant."""

    channel: str
    # The thread that the answer belongs to; None outside one.
    thread: Optional[str]
    user: str
    # Without the mention of the app; empty where there is only a file, or only the mention.
    text: str
    is_unreadable: bool = False
    # The title of the button that was pressed, where it was one.
    question: Optional[str] = None


def read_event(envelope: Mapping[str, Any], own_user: str) -> Tuple[Optional[str], Optional[Written]]:
    """The id of an event, and what somebody wrote to the assistant; None for that where it is something else.

    Args:
        envelope: the event as Slack sends it.
        own_user: the app's user; empty while it is not known.
    """
    try:
        event, own_users = envelope["event"], {own_user}
        own_users |= {each.get("user_id") for each in envelope.get("authorizations") or ()}
        is_direct = event["type"] == "message" and event.get("channel_type") == "im"
        if not is_direct and event["type"] != "app_mention":
            return None, None
        if event.get("subtype") not in _WRITTEN or event.get("bot_id") or event.get("bot_profile"):
            return None, None
        channel, user, ts = str(event["channel"]), str(event["user"]), str(event["ts"])
        text = _text(str(event.get("text") or ""), own_users)
        thread, has_files = event.get("thread_ts"), bool(event.get("files"))
    except (KeyError, TypeError, AttributeError):
        return None, None
    if user in own_users or (is_direct and not text and not has_files):
        return None, None
    thread = str(thread) if thread else None if is_direct else ts
    message = Written(channel, thread, user, text, is_unreadable=has_files and not text)
    return str(envelope.get("event_id") or ""), message


def read_press(payload: Mapping[str, Any]) -> Tuple[Optional[str], Optional[Written]]:
    """The id of a press of a button, and the question that it stands for; None where it is something else."""
    try:
        (action, *_) = payload["actions"]
        if payload["type"] != "block_actions" or not str(action["action_id"]).startswith(ACTION):
            return None, None
        channel, user, message = str(payload["channel"]["id"]), str(payload["user"]["id"]), payload["message"]
        thread = message.get("thread_ts")
        written = Written(
            channel,
            str(thread) if thread else None,
            user,
            str(action["value"]),
            question=str(action["text"]["text"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None, None
    return str(payload.get("trigger_id") or ""), written


def _text(mrkdwn: str, own_users: Collection[Any]) -> str:
    """What somebody wrote, without Slack's marks and without the app's own name."""

    def shown(match: "re.Match[str]") -> str:
        mark, target, label = match.groups()
        if mark == "@":
            return " " if target in own_users else label or ""
        return label or ("" if mark else target)

    text = _BRACKETS.sub(shown, mrkdwn)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
