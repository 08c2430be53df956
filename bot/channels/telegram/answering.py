"""Answering what Telegram's updates bring: messages, commands, buttons, and being blocked."""

import logging
import re
import secrets
from contextlib import suppress
from typing import Any, Dict, List, Mapping, Optional, Sequence

from aiogram.utils.exceptions import BadRequest, CantParseEntities, Unauthorized
from cachetools import TTLCache
from sanic import Sanic

from bot.channels.deliveries import Deliveries
from bot.channels.messaging import Messaging
from bot.channels.rendering import Rendered, for_telegram, suggestions_of
from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.updates import COMMANDS, Place, Pressed, Written, read_leaving, read_message, read_press
from bot.reply import Reply, Suggestion, message_wording

logger = logging.getLogger(__name__)

# Buttons that still send their question, and for how long.
_MAX_BUTTONS = 100_000
_BUTTON_SECONDS = 86_400
# What a link to the bot (t.me/name?start=...) puts behind /start.
_START_PARAMETER = re.compile(r"[\w-]{0,64}")


class Answering:
    """Answers what updates bring."""

    def __init__(self, api: TelegramApi, messaging: Messaging, deliveries: Deliveries) -> None:
        """Take the client, what answers, and what keeps deliveries in order."""
        self._api = api
        self._messaging = messaging
        self._deliveries = deliveries
        # What a button sends back is too short for a question, so it is a key to it.
        self._buttons: "TTLCache[str, Suggestion]" = TTLCache(_MAX_BUTTONS, _BUTTON_SECONDS)

    async def take(self, update: Mapping[str, Any], app: Sanic) -> None:
        """Do what an update asks for; nothing where it is of another kind, or not meant for the assistant."""
        written = read_message(update.get("message"), self._api.id, self._api.username)
        if written:
            await self._take_message(written, app)
        pressed = read_press(update.get("callback_query"))
        if pressed:
            await self._take_press(pressed, app)
        left = read_leaving(update.get("my_chat_member"))
        if left is not None:
            await self._messaging.erase(self._messaging.sender_id(left, left), app)

    async def _take_message(self, written: Written, app: Sanic) -> None:
        sender_id = self._messaging.sender_id(written.place.chat_id, written.user_id)
        async with self._deliveries.turn(sender_id):
            await self._send(written.place, sender_id, app, await self._replies(sender_id, written, app))

    async def _replies(self, sender_id: str, written: Written, app: Sanic) -> List[Reply]:
        text = written.text
        if written.command == "start" and _START_PARAMETER.fullmatch(text):
            await self._messaging.erase(sender_id, app)
            text = ""
        if written.command and not text:
            return await self._messaging.answer_command(sender_id, COMMANDS[written.command])
        if text:
            return await self._messaging.answer(sender_id, text)
        if written.album and not self._messaging.is_new((written.place.chat_id, written.album)):
            return []  # the other pictures of an album
        return [Reply.worded("text_only")]

    async def _take_press(self, pressed: Pressed, app: Sanic) -> None:
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
        self, place: Place, sender_id: str, app: Sanic, replies: Sequence[Reply], question: Optional[str] = None
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
