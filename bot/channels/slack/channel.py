"""The Slack channel: Rasa's connector, mended.

What is good in it stays: every request is signed, and the signature is checked. Besides, an event is answered once,
however often it comes; replies go without `as_user`, which tokens of today refuse, and in Slack's own markup.

A direct message is answered where it was written, a message that names the app in a channel in its thread. What is
said in a channel without naming the app is none of its business. A message that is changed is not answered again.
"""

import asyncio
import logging
import re
import time
from http import HTTPStatus
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence
from urllib.parse import parse_qs, urlsplit

import aiohttp
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.slack import SlackBot, SlackInput
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.agent import ready_agent
from bot.channels.deliveries import Deliveries
from bot.channels.http import WebError, not_ready, parsed_object, read_body, webhook_routes
from bot.channels.messaging import Messaging
from bot.channels.rendering import for_slack, suggestions_of
from bot.channels.settings import require, settings_of
from bot.channels.slack.events import ACTION, Written, read_event, read_press
from bot.faults import described
from bot.logs import keep_words_out_of_logs
from bot.reply import Reply, Suggestion

logger = logging.getLogger(__name__)

API_URL = "https://slack.com/api/"
_SETTINGS = ("token", "signing_secret", "api_url", "proxy")
# A message of 40,000 characters, escaped, once as text and once as blocks.
_MAX_BODY = 600_000
_SIGNED_SECONDS = 300
_TIMESTAMP, _SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")
_TIMEOUT = aiohttp.ClientTimeout(total=30)
_RETRIES = 3
_LONGEST_PAUSE = 300
# Slack's limits: sections and rows of buttons in a message, buttons that it shows in a row, characters of a title.
_MAX_BLOCKS = 45
_MAX_BUTTONS = 5
_MAX_TITLE = 75
# The token is of no use, whatever is done; see https://api.slack.com/methods/auth.test#errors.
_USELESS_TOKEN = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")
# Where nothing can be said any more.
_GONE = ("channel_not_found", "not_in_channel", "is_archived", "user_disabled", "restricted_action")


class SlackMessages(SlackBot):
    """Posts in one conversation or thread, as the app itself."""

    def __init__(self, client: AsyncWebClient, channel: Optional[str], thread: Optional[str]) -> None:
        super().__init__(client.token or "", channel, thread)
        self.client = client

    async def _post_message(self, channel: str, **kwargs: Any) -> None:
        for name in ("as_user", "type"):  # what Rasa adds and Slack refuses, or does not know
            kwargs.pop(name, None)
        await super()._post_message(channel=channel, unfurl_links=False, unfurl_media=False, **kwargs)

    async def post(self, replies: Sequence[Reply], question: Optional[str] = None) -> None:
        """Post an answer.

        Args:
            replies: the answer.
            question: the title of the button that asked for it.

        Raises:
            SlackClientError: Slack does not take it.
        """
        sections = for_slack(replies, question)
        for start in range(0, len(sections), _MAX_BLOCKS):
            part = sections[start : start + _MAX_BLOCKS]
            blocks: List[Dict[str, Any]] = [
                {"type": "section", "text": {"type": "mrkdwn", "text": section}} for section in part
            ]
            if start + _MAX_BLOCKS >= len(sections):
                blocks += _buttons(suggestions_of(replies))
            # The text is what a notification shows.
            await self._post_message(self.slack_channel or "", text=part[0], blocks=blocks)


class SlackChannel(SlackInput):
    """Takes events and presses of buttons from Slack, and answers them."""

    def __init__(self, token: str, signing_secret: str, api_url: str = API_URL, proxy: Optional[str] = None) -> None:
        """Configure the channel.

        Args:
            token: the app's bot token, which begins with xoxb-.
            signing_secret: what Slack signs its requests with.
            api_url: where the API is.
            proxy: a proxy on the way to it.

        Raises:
            RasaException: a setting has another form.
        """
        if not re.fullmatch(r"(xoxe\.)?xoxb-\S+", token):
            raise RasaException(
                "The slack channel's token is no bot token: copy the one that begins with xoxb- from 'OAuth & "
                "Permissions' of your app into METOO_SLACK_TOKEN, or token in credentials.yml."
            )
        if not re.fullmatch(r"[0-9A-Za-z]{16,}", signing_secret):
            raise RasaException(
                "The slack channel's signing_secret is none of Slack's: copy it from 'Basic Information' of your app "
                "into METOO_SLACK_SIGNING_SECRET, or signing_secret in credentials.yml."
            )
        if urlsplit(api_url).scheme not in ("https", "http") or not urlsplit(api_url).hostname:
            raise RasaException(
                f"The slack channel's api_url '{api_url}' is no address: correct METOO_SLACK_API_URL, or api_url in "
                f"credentials.yml, or leave it out for {API_URL}."
            )
        super().__init__(token, proxy=proxy, slack_signing_secret=signing_secret)
        self._client = AsyncWebClient(
            token,
            base_url=api_url,
            proxy=proxy,
            # Its own loggers would still build lines with what is sent, to print them nowhere.
            logger=logging.getLogger("slack_sdk"),
            retry_handlers=[
                AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES),
                # Only where nothing can have reached Slack: a message is not posted twice.
                AsyncConnectionErrorRetryHandler(max_retry_count=_RETRIES, error_types=[aiohttp.ClientConnectorError]),
            ],
        )
        # The app's own user, as soon as Slack has told it.
        self._own_user = ""

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "SlackChannel":
        """Make the channel from its entry in credentials.yml and its environment variables.

        Raises:
            RasaException: a setting is unknown, missing or wrong.
        """
        settings = settings_of("slack", _SETTINGS, credentials)
        require(
            "slack",
            settings,
            token="'OAuth & Permissions' of your app shows it",
            signing_secret="'Basic Information' of your app shows it",
        )
        return cls(**settings)

    def get_output_channel(self, channel: Optional[str] = None, thread_id: Optional[str] = None) -> SlackMessages:
        """What posts in a conversation."""
        return SlackMessages(self._client, channel, thread_id)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one address that Slack sends to: events, and presses of buttons."""
        keep_words_out_of_logs()
        messaging, deliveries = Messaging("slack", on_new_message), Deliveries("Slack")
        blueprint, routes = webhook_routes("slack")

        @routes.add("/webhook", "POST")
        async def webhook(request: Request) -> HTTPResponse:
            return await self._receive(request, messaging, deliveries)

        @blueprint.listener("after_server_start")
        async def begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            self._client.session = aiohttp.ClientSession(timeout=_TIMEOUT)
            app.add_task(self.check_token())

        @blueprint.listener("before_server_stop")
        async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            await deliveries.finish()
            if self._client.session:
                await self._client.session.close()

        return blueprint

    async def _receive(self, request: Request, messaging: Messaging, deliveries: Deliveries) -> HTTPResponse:
        body = await self._signed_body(request)
        if request.content_type.startswith("application/x-www-form-urlencoded"):
            payload = parse_qs(body.decode("utf-8", "replace")).get("payload")
            if not payload:
                return empty(HTTPStatus.OK)  # a slash command: the app has none
            delivery_id, message = read_press(parsed_object(payload[0]))
        else:
            envelope = parsed_object(body)
            if envelope.get("type") == "url_verification":
                return json_response({"challenge": str(envelope.get("challenge"))})
            delivery_id, message = read_event(envelope, self._own_user)
        if message is None:
            return empty(HTTPStatus.OK)
        if not delivery_id:
            raise WebError(HTTPStatus.BAD_REQUEST, "bad_request")
        if ready_agent(request.app) is None:
            raise not_ready()  # Slack sends it again
        if not messaging.is_new(delivery_id):
            return empty(HTTPStatus.OK, {"X-Slack-No-Retry": "1"})
        await deliveries.accept(self._answer(message, messaging, deliveries, request.app))
        return empty(HTTPStatus.OK)

    async def _signed_body(self, request: Request) -> bytes:
        """The body, where Slack has signed it; where that can't be so, it is not even read."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if (
            not _TIMESTAMP.fullmatch(timestamp)
            or not _SIGNATURE.fullmatch(signature)
            or abs(time.time() - int(timestamp)) > _SIGNED_SECONDS
        ):
            raise WebError(HTTPStatus.UNAUTHORIZED, "unsigned")
        request.body = await read_body(request, _MAX_BODY)
        if not self.is_request_from_slack_authentic(request):
            raise WebError(HTTPStatus.UNAUTHORIZED, "unsigned")
        return request.body

    async def _answer(self, message: Written, messaging: Messaging, deliveries: Deliveries, app: Sanic) -> None:
        sender_id = messaging.sender_id(message.channel, message.user)
        async with deliveries.turn(sender_id):
            if message.is_unreadable:
                replies = [Reply.worded("text_only")]
            elif message.text:
                replies = await messaging.answer(sender_id, message.text)
            else:  # called by name, without a question
                replies = await messaging.answer_command(sender_id, "/ask_capabilities")
            if not replies:
                return
            try:
                await self.get_output_channel(message.channel, message.thread).post(replies, message.question)
            except SlackApiError as error:
                code = error.response.get("error") if isinstance(error.response.data, dict) else None
                if code in _GONE:
                    await messaging.erase(sender_id, app)
                else:
                    logger.error("Slack did not take an answer: %s.", code or described(error))

    async def check_token(self) -> None:
        """Ask Slack who the app is, as often as it takes; the rest of the assistant runs meanwhile."""
        pause = 1
        while True:
            try:
                self._own_user = (await self._client.auth_test())["user_id"]
                logger.info("Slack knows the app.")
                return
            except SlackApiError as error:
                reason = str(error.response.get("error"))
                if reason in _USELESS_TOKEN:
                    logger.error(
                        "Slack does not take the token (%s), so its channel can't answer: install your app to the "
                        "workspace, copy its token from 'OAuth & Permissions' into METOO_SLACK_TOKEN, or token in "
                        "credentials.yml, and start again.",
                        reason,
                    )
                    return
            except (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError) as error:
                reason = described(error)
            logger.warning("Slack could not be asked who the app is (%s). Trying again in %d s.", reason, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _buttons(suggestions: Sequence[Suggestion]) -> List[Dict[str, Any]]:
    elements = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": _shortened(suggestion.title)},
            "action_id": f"{ACTION}{number}",
            "value": suggestion.text,
        }
        for number, suggestion in enumerate(suggestions[:_MAX_BUTTONS], 1)
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def _shortened(title: str) -> str:
    return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1] + "…"
