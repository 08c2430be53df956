"""The Telegram channel: Rasa's connector, mended.

Rasa's own never answers, since its session belongs to an event loop that has ended, and it believes whatever reaches
its address. Here Telegram is given a secret with the webhook, and a request without it is not even read.

An update is acknowledged when it has been answered, or after two seconds: until then Telegram would send it once more,
so that a crash loses nothing. An edited message is not answered again: its answer stands there already.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
import secrets
from contextlib import suppress
from typing import Any, Awaitable, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence
from urllib.parse import urlsplit

import aiohttp
from aiogram.bot.api import TelegramAPIServer, check_token
from aiogram.utils.exceptions import (
    BadRequest,
    CantParseEntities,
    MigrateToChat,
    NetworkError,
    NotFound,
    RestartingTelegram,
    RetryAfter,
    TelegramAPIError,
    Unauthorized,
    ValidationError,
)
from cachetools import TTLCache
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.telegram import TelegramInput, TelegramOutput
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response

from bot.channels.agent import ready_agent
from bot.channels.deliveries import Deliveries
from bot.channels.http import Routes, WebError, json_object, not_ready
from bot.channels.messaging import Messaging
from bot.channels.rendering import Rendered, for_telegram, suggestions_of
from bot.channels.settings import require, settings_of
from bot.faults import described
from bot.logs import keep_words_out_of_logs
from bot.reply import Reply, Suggestion, message_wording, telegram_commands

logger = logging.getLogger(__name__)

API_URL = "https://api.telegram.org"
_SETTINGS = ("token", "webhook_url", "api_url")
_UPDATES = ("message", "callback_query", "my_chat_member")
_CONNECTIONS = 20
# A message of 4,096 characters that replies to another such one, each character escaped as six.
_MAX_BODY = 300_000
_TIMEOUT = aiohttp.ClientTimeout(total=20)
# Errors of Telegram's own, which pass; the library has no other class for those with a status of 500 and more.
_PASSING = (TelegramAPIError, RestartingTelegram, NetworkError)
# How often a call is made where Telegram says "too many" or has such an error, and the longest that is waited for that.
_ATTEMPTS = 4
_LONGEST_WAIT = 120
_LONGEST_PAUSE = 300
# Buttons that still send their question, and for how long.
_MAX_BUTTONS = 100_000
_BUTTON_SECONDS = 86_400
# What the commands of the bot mean to Rasa.
_COMMANDS = {"start": "/greet", "help": "/ask_capabilities", "delete": "/delete_chat"}
# What a link to the bot (t.me/name?start=...) puts behind /start.
_START_PARAMETER = re.compile(r"[\w-]{0,64}")
# What reading something of another shape ends with; a number may also be infinite.
_OTHER_SHAPE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
# What a message may hold besides text that somebody may expect to be looked at.
_UNREADABLE = (
    *("photo", "voice", "video", "video_note", "audio", "document", "sticker", "animation", "story"),
    *("location", "venue", "contact", "poll", "dice", "paid_media", "checklist"),
)


class Place(NamedTuple):
    """Where a reply goes: a chat, in a group also the message that it replies to and the topic."""

    chat_id: int
    reply_to: Optional[int] = None
    topic: Optional[int] = None

    def fields(self) -> Dict[str, Any]:
        """The fields of sendMessage for it."""
        fields: Dict[str, Any] = {"chat_id": self.chat_id}
        if self.reply_to is not None:
            fields["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        if self.topic is not None:
            fields["message_thread_id"] = self.topic
        return fields


class TelegramApi(TelegramOutput):
    """Rasa's client of the Bot API. Its session begins with the first call, in the event loop of the server."""

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__(token)
        self.server = TelegramAPIServer.from_base(api_url)
        self.timeout = _TIMEOUT
        # The bot's own name without @, as soon as Telegram has told it.
        self.username = ""

    async def call(self, method: str, **fields: Any) -> Any:
        """Call a method of the API, and once more after a wait where Telegram asks for one.

        Raises:
            TelegramAPIError: Telegram refuses, or can't be reached.
        """
        data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self.request(method, data)
            except RetryAfter as error:
                if error.timeout > _LONGEST_WAIT:
                    raise
                await asyncio.sleep(error.timeout)
            except MigrateToChat as error:  # a group has become a larger one
                data["chat_id"] = str(error.migrate_to_chat_id)
            except TelegramAPIError as error:
                if type(error) not in _PASSING:
                    raise
                await asyncio.sleep(attempt)
        return await self.request(method, data)

    async def end(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


class TelegramChannel(TelegramInput):
    """Takes updates from Telegram, and answers messages, commands and buttons."""

    def __init__(self, token: str, webhook_url: str, api_url: str = API_URL) -> None:
        """Configure the channel.

        Args:
            token: of the bot, from @BotFather.
            webhook_url: the public address of this server's /webhooks/telegram/webhook.
            api_url: a Bot API server of one's own, where there is one.

        Raises:
            RasaException: a setting has another form.
        """
        try:
            check_token(token)
        except ValidationError:
            raise RasaException(
                "The telegram channel's token is not one of Telegram's: copy it from @BotFather into "
                "METOO_TELEGRAM_TOKEN, or token in credentials.yml. It looks like 110201543:AAHdqTcvCH1vGWJx…"
            ) from None
        for name, url, schemes in (("webhook_url", webhook_url, ("https",)), ("api_url", api_url, ("https", "http"))):
            # A Bot API server of one's own may also call a webhook without TLS.
            allowed = schemes if api_url == API_URL else ("https", "http")
            if urlsplit(url).scheme not in allowed or not urlsplit(url).hostname:
                raise RasaException(
                    f"The telegram channel's {name} '{url}' is no {allowed[0]} address: correct it in credentials.yml "
                    f"or METOO_TELEGRAM_{name.upper()}, such as https://example.org/webhooks/telegram/webhook."
                )
        super().__init__(token, None, webhook_url, debug_mode=False)
        self._api = TelegramApi(token, api_url)
        # The same at every start and in every process, and nobody without the token can tell it.
        self._secret = hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "TelegramChannel":
        """Make the channel from its entry in credentials.yml and its environment variables.

        Raises:
            RasaException: a setting is unknown, missing or wrong.
        """
        settings = settings_of("telegram", _SETTINGS, credentials)
        webhook_url = "such as https://example.org/webhooks/telegram/webhook"
        require("telegram", settings, token="@BotFather gives it", webhook_url=webhook_url)
        return cls(**settings)

    def get_output_channel(self) -> TelegramApi:
        """The client of the API; Rasa's own would set the webhook here, before the server runs."""
        return self._api

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook, and nothing that anyone else may call."""
        keep_words_out_of_logs()
        messaging, deliveries = Messaging("telegram", on_new_message), Deliveries("Telegram")
        answering = _Answering(self._api, messaging, deliveries)
        blueprint = Blueprint("telegram_webhook", strict_slashes=True)
        routes = Routes(blueprint, ())

        @routes.add("/", "GET")
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @routes.add("/webhook", "POST")
        async def webhook(request: Request) -> HTTPResponse:
            given = request.headers.get("x-telegram-bot-api-secret-token", "")
            if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
                raise WebError(401, "unsigned")
            if ready_agent(request.app) is None:
                raise not_ready()  # Telegram sends it again
            update = await json_object(request, _MAX_BODY)
            update_id = update.get("update_id")
            if not isinstance(update_id, int) or isinstance(update_id, bool):
                raise WebError(400, "bad_request")
            if messaging.is_new(update_id):
                await deliveries.accept(answering.take(update, request.app))
            return empty(200)

        @blueprint.listener("after_server_start")
        async def begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            app.add_task(self.set_webhook())

        @blueprint.listener("before_server_stop")
        async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            await deliveries.finish()
            await self._api.end()

        return blueprint

    async def set_webhook(self) -> None:
        """Tell Telegram where to send updates, as often as it takes; the rest of the assistant runs meanwhile."""
        pause = 1
        while True:
            try:
                self._api.username = (await self._api.call("getMe"))["username"]
                await self._api.call(
                    "setWebhook",
                    url=self.webhook_url,
                    secret_token=self._secret,
                    allowed_updates=_UPDATES,
                    max_connections=_CONNECTIONS,
                    drop_pending_updates=False,
                )
                await self._api.call("setMyCommands", commands=_described_commands())
                logger.info("Telegram sends its updates from now on.")
                return
            except (Unauthorized, NotFound):
                logger.error(
                    "Telegram does not know the token, so its channel stays off: copy the token from @BotFather into "
                    "METOO_TELEGRAM_TOKEN, or token in credentials.yml, and start again."
                )
                return
            except (TelegramAPIError, asyncio.TimeoutError) as error:
                # What Telegram says to a wrong address names the address, and nothing of a visitor.
                reason = str(error) if isinstance(error, BadRequest) else described(error)
                logger.warning("Telegram's webhook could not be set (%s). Trying again in %d s.", reason, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


class _Answering:
    """Answers what updates bring."""

    def __init__(self, api: TelegramApi, messaging: Messaging, deliveries: Deliveries) -> None:
        self._api = api
        self._messaging = messaging
        self._deliveries = deliveries
        # What a button sends back is too short for a question, so it is a key to it.
        self._buttons: "TTLCache[str, Suggestion]" = TTLCache(_MAX_BUTTONS, _BUTTON_SECONDS)

    async def take(self, update: Mapping[str, Any], app: Sanic) -> None:
        """Do what an update asks for; nothing where it is of another kind, or not meant for the assistant."""
        written = _read(update.get("message"), self._api.id, self._api.username)
        if written:
            await self._take_message(written, app)
        pressed = _read_press(update.get("callback_query"))
        if pressed:
            await self._take_press(pressed, app)
        left = _read_leaving(update.get("my_chat_member"))
        if left is not None:
            await self._messaging.erase(self._messaging.sender_id(left, left), app)

    async def _take_message(self, written: "Written", app: Sanic) -> None:
        sender_id = self._messaging.sender_id(written.place.chat_id, written.user_id)
        async with self._deliveries.turn(sender_id):
            await self._send(written.place, sender_id, app, await self._replies(sender_id, written, app))

    async def _replies(self, sender_id: str, written: "Written", app: Sanic) -> List[Reply]:
        text = written.text
        if written.command == "start" and _START_PARAMETER.fullmatch(text):
            await self._messaging.erase(sender_id, app)
            text = ""
        if written.command and not text:
            return await self._messaging.answer_command(sender_id, _COMMANDS[written.command])
        if text:
            return await self._messaging.answer(sender_id, text)
        if written.album and not self._messaging.is_new((written.place.chat_id, written.album)):
            return []  # the other pictures of an album
        return [Reply.worded("text_only")]

    async def _take_press(self, pressed: "Pressed", app: Sanic) -> None:
        suggestion = self._buttons.get(pressed.data)
        told = {} if suggestion else {"text": message_wording()["old_button"], "show_alert": True}
        # Telegram takes it for a few minutes only; the answer below comes all the same.
        with suppress(BadRequest):
            await self._api.call("answerCallbackQuery", callback_query_id=pressed.id, **told)
        if suggestion:
            sender_id = self._messaging.sender_id(pressed.place.chat_id, pressed.user_id)
            async with self._deliveries.turn(sender_id):
                replies = await self._messaging.answer(sender_id, suggestion.text)
                await self._send(pressed.place, sender_id, app, replies, suggestion.title)

    async def _send(
        self, place: "Place", sender_id: str, app: Sanic, replies: Sequence[Reply], question: Optional[str] = None
    ) -> None:
        """Send replies to a chat.

        Args:
            place: where.
            sender_id: whose conversation ends if the chat takes no messages any more.
            app: the server.
            replies: what; nothing is sent where there are none.
            question: the title of the button that asked for them, which the chat does not show by itself.
        """
        parts = for_telegram(replies, question) if replies else []
        try:
            for part in parts:
                keyboard = self._keyboard(suggestions_of(replies)) if part is parts[-1] else {}
                await self._send_part(part, {**place.fields(), **keyboard})
                place = place._replace(reply_to=None)
        except Unauthorized as error:
            if not str(error).startswith("Forbidden"):
                raise  # the token was taken back
            # Blocked, or sent away: nothing more is said there, and nothing of it is kept.
            await self._messaging.erase(sender_id, app)

    async def _send_part(self, part: Rendered, fields: Mapping[str, Any]) -> None:
        fields = {**fields, "link_preview_options": {"is_disabled": True}}
        try:
            await self._api.call("sendMessage", text=part.markup, parse_mode="HTML", **fields)
        except CantParseEntities:
            logger.error("Telegram does not take the markup of a reply, which is sent without it.")
            await self._api.call("sendMessage", text=part.shown, **fields)

    def _keyboard(self, suggestions: Sequence[Suggestion]) -> Dict[str, Any]:
        rows = []
        for suggestion in suggestions:
            key = secrets.token_urlsafe(12)
            self._buttons[key] = suggestion
            rows.append([{"text": suggestion.title, "callback_data": key}])
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


class Written(NamedTuple):
    """A message that is meant for the assistant."""

    place: Place
    user_id: int
    # Without the mention of the bot; empty where there is only a picture or the like.
    text: str
    # "start" of "/start"; what comes behind it is the text.
    command: Optional[str]
    # Several pictures that are sent at once share this.
    album: Optional[str]


def _read(message: Any, bot_id: int, username: str) -> Optional[Written]:
    """What somebody wrote to the assistant; None where a message is not meant for it, or is of a kind not known yet.

    Args:
        message: the message of an update.
        bot_id: the bot's own id.
        username: the bot's own name, without @; empty while it is not known.
    """
    try:
        return _written(message, bot_id, username)
    except _OTHER_SHAPE:
        return None


def _written(message: Any, bot_id: int, username: str) -> Optional[Written]:
    chat_id, is_private = int(message["chat"]["id"]), message["chat"]["type"] == "private"
    user_id, is_bot = int(message["from"]["id"]), message["from"]["is_bot"]
    text = message.get("text") or message.get("caption") or ""
    entities = [
        (entity, _part(text, entity["offset"], entity["length"]))
        for entity in message.get("entities") or message.get("caption_entities") or ()
    ]
    if is_bot or not (text or any(kind in message for kind in _UNREADABLE)):
        return None  # another bot, or "somebody joined"
    own = f"@{username}".lower() if username else None
    command, addressed = None, is_private
    for entity, words in entities:
        kind = entity.get("type")
        if kind == "bot_command" and entity["offset"] == 0:
            name, _, to = words[1:].lower().partition("@")
            if to and f"@{to}" != own:
                return None  # a command for another bot
            if name in _COMMANDS:
                command, text, addressed = name, text.replace(words, "", 1), True
            elif to:
                text, addressed = text.replace(words, f"/{name}", 1), True
        elif kind == "mention" and words.lower() == own:
            text, addressed = text.replace(words, " ", 1), True
        elif kind == "text_mention" and (entity.get("user") or {}).get("id") == bot_id:
            text, addressed = text.replace(words, " ", 1), True
    answered = message.get("reply_to_message") or {}
    if not addressed and (answered.get("from") or {}).get("id") != bot_id:
        return None  # others talk with each other
    place = Place(chat_id) if is_private else Place(chat_id, message.get("message_id"), _topic(message))
    text = text.strip()
    if not text and not command and not any(kind in message for kind in _UNREADABLE):
        command = "help"  # called by name, without a question
    album = message.get("media_group_id")
    return Written(place, user_id, text, command, album if isinstance(album, str) else None)


class Pressed(NamedTuple):
    """A button that somebody has pressed."""

    id: str
    place: Place
    user_id: int
    data: str


def _read_press(query: Any) -> Optional[Pressed]:
    """The button that was pressed; None where it was none of the assistant's."""
    try:
        message = query["message"]
        chat_id, is_private = int(message["chat"]["id"]), message["chat"]["type"] == "private"
        place = Place(chat_id) if is_private else Place(chat_id, int(message["message_id"]), _topic(message))
        return Pressed(str(query["id"]), place, int(query["from"]["id"]), str(query["data"]))
    except _OTHER_SHAPE:
        return None


def _read_leaving(change: Any) -> Optional[int]:
    """The private chat in which the bot was blocked; None where something else changed."""
    try:
        is_gone = change["chat"]["type"] == "private" and change["new_chat_member"]["status"] in ("kicked", "left")
        return int(change["chat"]["id"]) if is_gone else None
    except _OTHER_SHAPE:
        return None


def _topic(message: Mapping[str, Any]) -> Optional[int]:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _described_commands() -> List[Dict[str, str]]:
    return [{"command": name, "description": description} for name, description in telegram_commands().items()]


def _part(text: str, offset: int, length: int) -> str:
    """A part of a text whose place is counted in UTF-16 units, as Telegram counts."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
