"""The Telegram channel: Rasa's connector, mended.

Rasa's own never answers, since its session belongs to an event loop that has ended, and it believes whatever reaches
its address. Here Telegram is given a secret with the webhook, and a request without it is not even read.

An update is acknowledged when it has been answered, or after two seconds: until then Telegram would send it once more,
so that a crash loses nothing. An edited message is not answered again: its answer stands there already.
"""

import asyncio
import hashlib
import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, List, Optional
from urllib.parse import urlsplit

from aiogram.bot.api import check_token
from aiogram.utils.exceptions import (
    BadRequest,
    NotFound,
    TelegramAPIError,
    Unauthorized,
    ValidationError,
)
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.telegram import TelegramInput
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from bot.channels.agent import ready_agent
from bot.channels.deliveries import Deliveries
from bot.channels.http import WebError, json_object, not_ready, webhook_routes
from bot.channels.messaging import Messaging
from bot.channels.settings import require, settings_of
from bot.channels.telegram.answering import Answering
from bot.channels.telegram.api import API_URL, TelegramApi
from bot.faults import described
from bot.logs import keep_words_out_of_logs
from bot.reply import telegram_commands

logger = logging.getLogger(__name__)

_SETTINGS = ("token", "webhook_url", "api_url")
_UPDATES = ("message", "callback_query", "my_chat_member")
_CONNECTIONS = 20
# A message of 4,096 characters that replies to another such one, each character escaped as six.
_MAX_BODY = 300_000
_LONGEST_PAUSE = 300


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
        answering = Answering(self._api, messaging, deliveries)
        blueprint, routes = webhook_routes("telegram")

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


def _described_commands() -> List[Dict[str, str]]:
    return [{"command": name, "description": description} for name, description in telegram_commands().items()]
