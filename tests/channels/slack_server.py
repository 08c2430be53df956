"""Stands in for slack.com/api: checks each call as https://api.slack.com documents it."""

import hashlib
import hmac
import itertools
import json
import re
import time
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import urlencode

import requests
from aiohttp import web

from tests.channels.stand_in import Call, Failure, Refused, StandIn

TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
OWN_USER, OWN_BOT, TEAM = "U0LAN0Z89", "B0LAN0Z89", "T061EG9R6"

_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|\s]+)\|([^<>|]+)>")
_numbers = itertools.count(1)


def shown(mrkdwn: str) -> str:
    """Mrkdwn as the app shows it; of a link, its words.

    Raises:
        Refused: a control character is neither escaped nor part of a link.
    """
    text = _LINK.sub(lambda link: link[2], mrkdwn)
    if re.search(r"[<>]|&(?!amp;|lt;|gt;)", re.sub(r"(?m)^> ?", "", text)):
        raise Refused("a control character is not escaped")
    return re.sub(r"(?m)^> ?", "", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def links_of(fields: Mapping[str, Any]) -> List[str]:
    """The addresses that a message links to."""
    return [link[0] for block in fields["blocks"] if block["type"] == "section" for link in _LINK.findall(_text(block))]


def text_of(fields: Mapping[str, Any]) -> str:
    """All that a message shows, without its buttons."""
    return "\n\n".join(shown(_text(block)) for block in fields["blocks"] if block["type"] in ("section", "context"))


def buttons_of(fields: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """The buttons of a message."""
    return [element for block in fields["blocks"] if block["type"] == "actions" for element in block["elements"]]


class SlackServer(StandIn):
    """Answers the methods that a bot needs."""

    @property
    def url(self) -> str:
        """The address to give for https://slack.com/api/."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def variables(self) -> Dict[str, str]:
        """The environment variables that open the channel to this server."""
        return {"METOO_SLACK_TOKEN": TOKEN, "METOO_SLACK_SIGNING_SECRET": SECRET, "METOO_SLACK_API_URL": self.url}

    def routes(self) -> List[web.RouteDef]:
        """One address a method."""
        return [web.post("/api/{method}", self._answer)]

    def posted(self, channel: str, since: int = 0) -> List[Dict[str, Any]]:
        """The messages that were posted in a channel."""
        return [call.fields for call in self.called("chat.postMessage", since) if call.fields["channel"] == channel]

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        fields = await request.json() if request.content_type == "application/json" else dict(await request.post())
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        failure = self.note(method, fields)
        if failure:
            return web.json_response(failure.body, status=failure.status, headers=failure.headers)
        try:
            return web.json_response(_answer(method, fields))
        except Refused as refused:
            self.faults.append(f"{method}: {refused}")
            return web.json_response({"ok": False, "error": "invalid_blocks"})


class SlackUser:
    """Somebody who writes to the bot; what Slack then sends."""

    def __init__(self, port: int, server: SlackServer) -> None:
        number = next(_numbers)
        self.id, self.channel = f"U{number:08}", f"D{number:08}"
        self._url = f"http://127.0.0.1:{port}/webhooks/slack/webhook"
        self._server = server

    def message(self, text: Optional[str] = None, **more: Any) -> Dict[str, Any]:
        """An event with a direct message of this user."""
        ts = f"{1_700_000_000 + next(_numbers)}.000100"
        event = {"type": "message", "channel": self.channel, "channel_type": "im", "user": self.id, "ts": ts}
        if text is not None:
            event["text"] = text
        return self.event({**event, "team": TEAM, "event_ts": ts, **more})

    def mention(self, text: str, channel: str = "C0LAN2Q65", **more: Any) -> Dict[str, Any]:
        """An event with a message in a channel that names the bot."""
        message = self.message(f"<@{OWN_USER}> {text}", type="app_mention", channel=channel, **more)
        message["event"].pop("channel_type")
        return message

    def event(self, event: Dict[str, Any]) -> Dict[str, Any]:
        """An event of any kind, in its envelope."""
        return {
            "token": "XXYYZZ",
            "team_id": TEAM,
            "api_app_id": "A123ABC456",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(_numbers):08}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": OWN_USER, "is_bot": True}],
        }

    def press(self, button: Mapping[str, Any], **more: Any) -> Dict[str, Any]:
        """The payload of a press of a button."""
        ts = f"{1_700_000_000 + next(_numbers)}.000100"
        action = {"type": "button", "action_id": button["action_id"], "block_id": "b", "action_ts": ts}
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "x"},
            "user": {"id": self.id, "username": "quill", "team_id": TEAM},
            "api_app_id": "A123ABC456",
            "trigger_id": f"{next(_numbers)}.1.f",
            "channel": {"id": self.channel, "name": "directmessage"},
            "container": {"type": "message", "message_ts": ts, "channel_id": self.channel, "is_ephemeral": False},
            "message": {"type": "message", "user": OWN_USER, "bot_id": OWN_BOT, "ts": ts, "text": "an answer"},
            "response_url": "https://hooks.slack.com/actions/T/1/x",
            "actions": [{**action, "text": button["text"], "value": button["value"]}],
        }
        return {**payload, **more}

    def deliver(
        self,
        content: Any,
        form: bool = False,
        secret: str = SECRET,
        age: float = 0,
        headers: Optional[Dict[str, str]] = None,
    ) -> requests.Response:
        """Send something to the webhook, signed as Slack signs; `content` may also be bytes.

        Args:
            content: an event, or the payload of an interaction.
            form: whether it is an interaction, which comes as a form.
            secret: the key to sign with.
            age: how many seconds ago it was signed.
            headers: headers to add or to put in place of others; None leaves one out.
        """
        if isinstance(content, bytes):
            body = content
        elif form:
            body = urlencode({"payload": json.dumps(content)}).encode()
        else:
            body = json.dumps(content).encode()
        timestamp = str(int(time.time() - age))
        signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        sent = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}
        sent.update(headers or {})
        return requests.post(
            self._url, data=body, headers={name: value for name, value in sent.items() if value is not None}, timeout=30
        )

    def say(self, text: str) -> str:
        """Write a direct message and wait for the first reply."""
        return text_of(self.replies(self.message(text))[0])

    def replies(self, content: Dict[str, Any], form: bool = False) -> List[Dict[str, Any]]:
        """Send an event or an interaction and wait for what comes of it: the fields of each message."""
        since = len(self._server.calls)
        channel = (content.get("event") or {}).get("channel") or content["channel"]["id"]

        def own(calls: List[Call]) -> List[Dict[str, Any]]:
            return [call.fields for call in calls if call.fields["channel"] == channel]

        assert self.deliver(content, form=form).status_code == 200
        return own(self._server.wait_for(lambda calls: bool(own(calls)), "chat.postMessage", since))


def flood(seconds: int) -> Failure:
    """What Slack answers to who sends too much."""
    return Failure(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})


def _text(block: Mapping[str, Any]) -> str:
    return block["text"]["text"] if block["type"] == "section" else block["elements"][0]["text"]


def _answer(method: str, fields: Mapping[str, Any]) -> Dict[str, Any]:
    if method == "auth.test":
        return {"ok": True, "team_id": TEAM, "user_id": OWN_USER, "bot_id": OWN_BOT, "user": "metoo", "team": "x"}
    if method == "chat.postMessage":
        _check_message(fields)
        return {"ok": True, "channel": fields["channel"], "ts": f"{time.time():.6f}"}
    raise Refused("unknown_method")


def _check_message(fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - {"channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn"}
    if unknown:  # as_user among them, which tokens of today refuse
        raise Refused(f"fields that have no place here: {sorted(unknown)}")
    if not re.fullmatch(r"[CDG][A-Z0-9]{8,}", fields.get("channel", "")):
        raise Refused("channel_not_found")
    if not isinstance(fields.get("text"), str) or not fields["text"].strip() or len(fields["text"]) > 4000:
        raise Refused("the text for notifications is missing or too long")
    shown(fields["text"])
    if "thread_ts" in fields and not re.fullmatch(r"\d+\.\d{6}", fields["thread_ts"]):
        raise Refused("thread_ts is no timestamp")
    if not 1 <= len(fields.get("blocks", [{}])) <= 50:
        raise Refused("1 to 50 blocks")
    for block in fields.get("blocks", ()):
        _check_block(block)


def _check_block(block: Mapping[str, Any]) -> None:
    if block["type"] == "section":
        _check_text(block["text"], "mrkdwn", 3000)
        shown(block["text"]["text"])
    elif block["type"] == "context":
        if not 1 <= len(block["elements"]) <= 10:
            raise Refused("1 to 10 elements")
        for element in block["elements"]:
            _check_text(element, "mrkdwn", 3000)
            shown(element["text"])
    elif block["type"] == "actions":
        _check_buttons(block["elements"])
    else:
        raise Refused(f"a block of type {block['type']}")


def _check_buttons(buttons: List[Mapping[str, Any]]) -> None:
    if not 1 <= len(buttons) <= 5:
        raise Refused("1 to 5 buttons")
    for button in buttons:
        if set(button) != {"type", "text", "action_id", "value"} or button["type"] != "button":
            raise Refused("a button of another shape")
        _check_text(button["text"], "plain_text", 75)
        if not 1 <= len(button["value"]) <= 2000 or not 1 <= len(button["action_id"]) <= 255:
            raise Refused("a value or an action_id of a wrong length")
    if len({button["action_id"] for button in buttons}) != len(buttons):
        raise Refused("an action_id twice")


def _check_text(text: Mapping[str, Any], kind: str, longest: int) -> None:
    if text["type"] != kind or not 1 <= len(text["text"]) <= longest:
        raise Refused(f"a text that is no {kind} of 1 to {longest} characters")
