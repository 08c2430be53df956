"""Stands in for api.telegram.org: checks each call as https://core.telegram.org/bots/api documents it."""

import html
import json
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import requests
from aiohttp import web

from tests.channels.stand_in import Failure, Refused, StandIn

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT_ID = 110201543
USERNAME = "MeTooFactsBot"

_UPDATE_TYPES = {
    *("message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result"),
    *("callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member"),
    *("chat_member", "chat_join_request", "message_reaction", "message_reaction_count"),
}
_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>")
_PLAIN_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre", "blockquote"}
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class Shown(NamedTuple):
    """A text as the app shows it: what is read, and its links."""

    text: str
    links: List[str]


def shown(fields: Mapping[str, Any]) -> Shown:
    """The text of a message as the app shows it.

    Raises:
        Refused: it is not valid in its parse mode, or has a wrong length.
    """
    given = fields.get("text")
    if not isinstance(given, str) or not given.strip():
        raise Refused("message text is empty")
    parse_mode = fields.get("parse_mode")
    if parse_mode not in (None, "HTML"):
        raise Refused(f"unsupported parse_mode {parse_mode}")
    result = _parsed(given) if parse_mode else Shown(given, [])
    if len(result.text.encode("utf-16-le")) // 2 > 4096:
        raise Refused("message is too long")
    return result


def _parsed(given: str) -> Shown:
    text, links, open_tags, at = "", [], [], 0
    while at < len(given):
        character = given[at]
        tag, entity = _TAG.match(given, at), _ENTITY.match(given, at)
        if character == "<" and tag:
            _take_tag(tag, open_tags, links)
            at = tag.end()
        elif character == "&" and entity:
            text += html.unescape(entity[0])
            at = entity.end()
        elif character in "<>&":
            raise Refused(f"can't parse entities: {character} is not escaped at {at}")
        else:
            text += character
            at += 1
    if open_tags:
        raise Refused(f"can't parse entities: {open_tags} not closed")
    return Shown(text, links)


def _take_tag(tag: "re.Match[str]", open_tags: List[str], links: List[str]) -> None:
    at = tag.start()
    closing, name, attributes = tag.groups()
    if closing:
        if not open_tags or open_tags.pop() != name or attributes:
            raise Refused(f"can't parse entities: unmatched end tag at {at}")
        return
    if name == "a":
        href = re.fullmatch(r'\s+href="([^"]+)"', attributes)
        if not href:
            raise Refused(f"can't parse entities: a link without an address at {at}")
        links.append(html.unescape(href[1]))
    elif name not in _PLAIN_TAGS or (attributes and (name, attributes) != ("blockquote", " expandable")):
        raise Refused(f"can't parse entities: unsupported start tag {name!r} at {at}")
    open_tags.append(name)


class TelegramServer(StandIn):
    """Answers the methods that a bot with a webhook needs."""

    def __init__(self) -> None:
        super().__init__()
        self.webhook: Dict[str, Any] = {}
        self._message_id = 1000
        # What somebody wrote last.
        self.latest_text = ""

    @property
    def url(self) -> str:
        """The address to give for https://api.telegram.org."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> Dict[str, str]:
        """The environment variables that open the channel to this server."""
        return {
            "METOO_TELEGRAM_TOKEN": TOKEN,
            "METOO_TELEGRAM_WEBHOOK_URL": "https://bot.example/webhooks/telegram/webhook",
            "METOO_TELEGRAM_API_URL": self.url,
        }

    def routes(self) -> List[web.RouteDef]:
        """One address a method, with the token in it."""
        return [web.post("/bot{token}/{method}", self._answer), web.get("/bot{token}/{method}", self._answer)]

    def sent(self, chat_id: Optional[int] = None, since: int = 0) -> List[Shown]:
        """The messages that were sent, as the app shows them."""
        return [
            shown(call.fields)
            for call in self.called("sendMessage", since)
            if chat_id is None or call.fields["chat_id"] == str(chat_id)
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _failed(401, "Unauthorized")
        if request.content_type == "application/json":
            fields = await request.json()
        else:
            fields = dict(await request.post())
        failure = self.note(method, fields)
        if failure:
            return web.json_response(failure.body, status=failure.status, headers=failure.headers)
        handler = getattr(self, f"_on_{method}", None)
        if handler is None:
            self.faults.append(f"there is no method {method}")
            return _failed(404, "Not Found")
        try:
            return web.json_response({"ok": True, "result": handler(fields)})
        except Refused as refused:
            self.faults.append(f"{method}: {refused}")
            return _failed(400, f"Bad Request: {refused}")

    def _on_getMe(self, fields: Mapping[str, Any]) -> Dict[str, Any]:
        _allow(fields, ())
        return {"id": BOT_ID, "is_bot": True, "first_name": "MeToo facts", "username": USERNAME}

    def _on_setWebhook(self, fields: Mapping[str, Any]) -> bool:
        _allow(fields, ("url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"))
        if not fields.get("url", "").startswith("https://"):
            raise Refused("bad webhook: an HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", fields.get("secret_token", "")):
            raise Refused("secret token contains unallowed characters")
        types = _json(fields, "allowed_updates", list)
        if not set(types) <= _UPDATE_TYPES:
            raise Refused("unknown allowed_updates")
        if not 1 <= int(fields.get("max_connections", 40)) <= 100:
            raise Refused("max_connections must be from 1 to 100")
        if str(fields.get("drop_pending_updates", "false")).lower() not in ("true", "false"):
            raise Refused("drop_pending_updates must be true or false")
        self.webhook = {**fields, "allowed_updates": types}
        return True

    def _on_setMyCommands(self, fields: Mapping[str, Any]) -> bool:
        _allow(fields, ("commands", "scope", "language_code"))
        for command in _json(fields, "commands", list):
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused("a command is not valid")
        return True

    def _on_answerCallbackQuery(self, fields: Mapping[str, Any]) -> bool:
        _allow(fields, ("callback_query_id", "text", "show_alert", "cache_time"))
        if not fields.get("callback_query_id"):
            raise Refused("query id is missing")
        if len(fields.get("text", "")) > 200:
            raise Refused("text is longer than 200 characters")
        return True

    def _on_sendChatAction(self, fields: Mapping[str, Any]) -> bool:
        _allow(fields, ("chat_id", "action", "message_thread_id"))
        return True

    def _on_sendMessage(self, fields: Mapping[str, Any]) -> Dict[str, Any]:
        _allow(
            fields,
            (
                *("chat_id", "text", "parse_mode", "reply_markup", "link_preview_options", "reply_parameters"),
                *("message_thread_id", "disable_notification"),
            ),
        )
        if not re.fullmatch(r"-?\d+", fields.get("chat_id", "")):
            raise Refused("chat not found")
        shown(fields)
        if "link_preview_options" in fields:
            _json(fields, "link_preview_options", dict)
        if "reply_parameters" in fields:
            reply = _json(fields, "reply_parameters", dict)
            if not isinstance(reply.get("message_id"), int):
                raise Refused("reply_parameters need a message_id")
        if "reply_markup" in fields:
            _check_keyboard(_json(fields, "reply_markup", dict))
        self._message_id += 1
        chat_id = int(fields["chat_id"])
        return {
            "message_id": self._message_id,
            "date": 1_700_000_000,
            "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"},
            "text": shown(fields).text,
            # The service repeats the message that is replied to, with its words.
            "reply_to_message": {"message_id": 1, "text": self.latest_text},
        }


def buttons_of(fields: Mapping[str, Any]) -> List[Tuple[str, str]]:
    """Title and callback data of the buttons under a message."""
    markup = json.loads(fields.get("reply_markup", '{"inline_keyboard": []}'))
    return [(button["text"], button["callback_data"]) for row in markup["inline_keyboard"] for button in row]


class TelegramUser:
    """Somebody who writes to the bot; what the service then sends to the webhook."""

    _next_update = 700_000_000
    _next_user = 50_000

    def __init__(self, port: int, server: TelegramServer) -> None:
        TelegramUser._next_user += 1
        self.id = TelegramUser._next_user
        self._url = f"http://127.0.0.1:{port}/webhooks/telegram/webhook"
        self._server = server

    def message(self, text: Optional[str] = None, **more: Any) -> Dict[str, Any]:
        """An update with a message of this user, in the private chat unless told otherwise."""
        message = {
            "message_id": self._new_id(),
            "from": {"id": self.id, "is_bot": False, "first_name": "Quill", "username": f"quill{self.id}"},
            "chat": {"id": self.id, "type": "private", "first_name": "Quill"},
            "date": 1_700_000_000,
        }
        if text is not None:
            message["text"] = self._server.latest_text = text
        return self.update("message", {**message, **more})

    def press(self, data: str, **more: Any) -> Dict[str, Any]:
        """An update with a press of a button."""
        query = {
            "id": str(self._new_id()),
            "from": {"id": self.id, "is_bot": False, "first_name": "Quill"},
            "message": {
                "message_id": 1,
                "from": {"id": BOT_ID, "is_bot": True, "first_name": "MeToo facts"},
                "chat": {"id": self.id, "type": "private"},
                "date": 1_700_000_000,
                "text": "an answer",
            },
            "chat_instance": "1",
            "data": data,
        }
        return self.update("callback_query", {**query, **more})

    def update(self, kind: str, content: Dict[str, Any]) -> Dict[str, Any]:
        """An update of any kind."""
        return {"update_id": self._new_id(), kind: content}

    def deliver(self, update: Any, headers: Optional[Dict[str, str]] = None, method: str = "POST") -> requests.Response:
        """Send an update to the webhook as the service does; `update` may also be bytes."""
        if headers is None:
            headers = {"X-Telegram-Bot-Api-Secret-Token": self._server.webhook["secret_token"]}
        data = update if isinstance(update, bytes) else json.dumps(update).encode()
        return requests.request(
            method, self._url, data=data, headers={"Content-Type": "application/json", **headers}, timeout=30
        )

    def say(self, text: str) -> Shown:
        """Write a message and wait for the first reply."""
        return self.replies(self.message(text))[0]

    def replies(self, update: Dict[str, Any]) -> List[Shown]:
        """Send an update and wait for what comes of it."""
        return [shown(fields) for fields in self.reply_fields(update)]

    def reply_fields(self, update: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Send an update and wait for what comes of it: the fields of each message."""
        since = len(self._server.calls)
        assert self.deliver(update).status_code == 200
        calls = self._server.wait_for(lambda calls: bool(self._own(calls)), "sendMessage", since)
        return [call.fields for call in self._own(calls)]

    def _own(self, calls: List[Any]) -> List[Any]:
        return [call for call in calls if call.fields["chat_id"] == str(self.id)]

    def _new_id(self) -> int:
        TelegramUser._next_update += 1
        return TelegramUser._next_update


def flood(seconds: int) -> Failure:
    """What the service answers to who sends too much."""
    body = {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }
    return Failure(429, body)


def refusal(status: int, description: str) -> Failure:
    """Another answer of the service that says no."""
    return Failure(status, {"ok": False, "error_code": status, "description": description})


def _check_keyboard(markup: Dict[str, Any]) -> None:
    buttons = [button for row in markup.get("inline_keyboard") or [[]] for button in row]
    if not buttons or len(buttons) > 100:
        raise Refused("an inline keyboard has 1 to 100 buttons")
    for button in buttons:
        if set(button) != {"text", "callback_data"} or not button["text"].strip():
            raise Refused("a button needs a text and callback_data")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused("BUTTON_DATA_INVALID")


def _allow(fields: Mapping[str, Any], names: Any) -> None:
    unknown = set(fields) - set(names)
    if unknown:
        raise Refused(f"unknown fields {sorted(unknown)}")


def _json(fields: Mapping[str, Any], name: str, kind: type) -> Any:
    given = fields.get(name)
    try:
        value = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise Refused(f"{name} is not JSON") from None
    if not isinstance(value, kind):
        raise Refused(f"{name} is not of the right shape")
    return value


def _failed(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)
