"""The web channel: a small HTTP interface under /chat, for the widget and for anybody's own client.

Each conversation has a token of 256 random bits. The server knows a conversation by the token's hash alone, holds it
in the tracker store, and writes nothing of it to disk or to a log.
"""

import asyncio
import hashlib
import math
import os
import re
import secrets
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from cachetools import TTLCache
from limits import RateLimitItemPerMinute
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, redirect
from sanic.response import json as json_response

from bot.channels.agent import conversations_of, is_ready
from bot.channels.connections import client_of
from bot.channels.fairness import Shares
from bot.channels.http import Routes, WebError, bearer_token, json_object, not_ready, unauthorized
from bot.channels.incoming import MESSAGES_PER_MINUTE, Limiter, Turns, as_text
from bot.channels.output import CollectedReplies
from bot.channels.web.messages import key_of, replies_given, text_of
from bot.conversations import ErasableConversations
from bot.logs import keep_words_out_of_logs
from bot.reply import Reply
from bot.usage import Counted

_BUNDLE = Path(__file__).resolve().parents[2] / "widget" / "bundle"
# The page's files whose names hold a digest of their content.
_FINAL = "static"
# A neutral page, with nothing to explain. It is also the loader's, until the page in its frame names another.
_EXIT_PAGE = "https://www.bbc.co.uk/weather"
_SECRET = re.compile(r"[A-Za-z0-9]{32,}")


class WebChannel(InputChannel):
    """Serves the contract of the web channel: a page, its files, and conversations as JSON."""

    def __init__(
        self,
        allowed_origins: Sequence[str] = (),
        messages_per_minute: int = MESSAGES_PER_MINUTE,
        sessions_per_minute: int = 300,
        exit_page: str = _EXIT_PAGE,
    ) -> None:
        """Configure the channel.

        Args:
            allowed_origins: sites that may embed the chat, such as "https://example.org".
            messages_per_minute: how many messages one conversation may send.
            sessions_per_minute: how many conversations one address may begin.
            exit_page: where "Exit this page" leads.

        Raises:
            RasaException: an origin, the exit page or the proxy's secret is not of its form, or a limit not positive.
        """
        for origin in allowed_origins:
            parts = urlsplit(origin)
            if (
                parts.scheme not in ("http", "https")
                or not parts.netloc
                or f"{parts.scheme}://{parts.netloc}" != origin
            ):
                raise RasaException(
                    f"credentials.yml: '{origin}' is no origin: write it like https://example.org, without a path."
                )
        if min(messages_per_minute, sessions_per_minute) < 1:
            raise RasaException("credentials.yml: messages_per_minute and sessions_per_minute must be 1 or more.")
        self._allowed_origins = frozenset(allowed_origins)
        if not re.fullmatch(r"https?://\S+", exit_page):
            raise RasaException("credentials.yml: exit_page must be an address such as https://example.org/weather.")
        self._exit_page = exit_page
        self._proxy_secret = proxy_secret()
        self._limiter = Limiter()
        self._messages = RateLimitItemPerMinute(messages_per_minute)
        self._sessions = RateLimitItemPerMinute(sessions_per_minute)
        # One message of a conversation after another, in the order in which they came.
        self._turns = Turns()
        self._shares = Shares()
        # What each reply is counted as, so that a thumb can be counted without knowing the conversation.
        self._given: "TTLCache[str, Counted]" = TTLCache(10_000, 3_600)

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's events."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "WebChannel":
        """Make the channel from its entry in credentials.yml.

        Raises:
            RasaException: a setting is unknown or wrong.
        """
        try:
            return cls(**(credentials or {}))
        except TypeError as error:
            raise RasaException(
                f"credentials.yml: a setting of {cls.__name__} is unknown ({error}). "
                "It knows allowed_origins, messages_per_minute, sessions_per_minute and exit_page."
            ) from error

    def url_prefix(self) -> str:
        """The channel lives beside Rasa's /webhooks/, not under it."""
        return "/chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the contract."""
        keep_words_out_of_logs()
        blueprint = Blueprint("web_channel", strict_slashes=True)
        routes = Routes(blueprint, self._allowed_origins)
        routes.add_page("/", _BUNDLE / "index.html", values={"exit_page": self._exit_page})
        routes.add_page("/embed.js", _BUNDLE / "embed.js")
        for file in sorted((_BUNDLE / _FINAL).iterdir()):
            routes.add_page(f"/{_FINAL}/{file.name}", file, is_final=True)

        @routes.add("/health", "GET")
        async def health(request: Request) -> HTTPResponse:
            if not await is_ready(request.app):
                raise not_ready()
            return json_response({"status": "ok"})

        @routes.add("/session", "POST", "DELETE")
        async def session(request: Request) -> HTTPResponse:
            self._check_origin(request)
            if request.method == "DELETE":
                await _conversations(request).erase(await self._authorized(request))
                return empty()
            self._check_rate(self._sessions, client_of(request))
            await json_object(request)
            return await self._begin(request, on_new_message)

        @routes.add("/message", "POST")
        async def message(request: Request) -> HTTPResponse:
            self._check_origin(request)
            sender_id = await self._authorized(request)
            self._check_rate(self._messages, sender_id)
            key = key_of(request)
            text = text_of(await json_object(request))
            # Shielded: a visitor who goes away does not leave half a turn behind.
            turn = self._turn(request, on_new_message, sender_id, text, key)
            replies = await asyncio.shield(asyncio.ensure_future(turn))
            counted = _conversations(request).usage.counted(sender_id)
            return json_response({"replies": self._as_json(replies, counted)})

        @routes.add("/feedback", "POST")
        async def feedback(request: Request) -> HTTPResponse:
            self._check_origin(request)
            self._check_rate(self._messages, await self._authorized(request))
            self._take_thumb(request, await json_object(request))
            return empty()

        @routes.add("", "GET")
        async def without_slash(request: Request) -> HTTPResponse:
            return redirect(f"{self.url_prefix()}/", status=HTTPStatus.PERMANENT_REDIRECT)

        routes.add_nothing_elsewhere()

        @blueprint.listener("before_server_start")
        async def begin(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            # Only a proxy that knows the secret may say which address a visitor comes from.
            app.config.FORWARDED_SECRET = self._proxy_secret
            # Rasa itself answers the root, with its name and version: its route is there before any channel's.
            app.register_middleware(_from_root_to_page, "request")

        return blueprint

    def _check_origin(self, request: Request) -> None:
        # A browser names the site that a request comes from; other clients send no Origin and are no risk to a visitor.
        origin = request.headers.get("origin")
        if origin and origin not in self._allowed_origins and _host_of(origin) != request.host:
            raise WebError(HTTPStatus.FORBIDDEN, "forbidden")

    async def _authorized(self, request: Request) -> str:
        """The sender id of the request's conversation."""
        sender_id = sender_id_of(bearer_token(request))
        if not await _conversations(request).exists(sender_id):
            raise unauthorized()
        return sender_id

    def _check_rate(self, limit: RateLimitItemPerMinute, key: str) -> None:
        if not self._limiter.hit(limit, key):
            free_at, _ = self._limiter.get_window_stats(limit, key)
            wait = max(1, math.ceil(free_at - time.time()))
            raise WebError(HTTPStatus.TOO_MANY_REQUESTS, "too_many", {"Retry-After": str(wait)})

    async def _begin(self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        conversations = _conversations(request)
        token = secrets.token_urlsafe(32)
        output = CollectedReplies(self.name())
        async with self._shares.turn(client_of(request)):
            await on_new_message(UserMessage("/greet", output, sender_id_of(token), input_channel=self.name()))
        if not output.replies:
            raise not_ready()
        body = {"token": token, "expires_in": conversations.idle_seconds, "replies": self._as_json(output.replies)}
        return json_response(body, HTTPStatus.CREATED)

    async def _turn(
        self,
        request: Request,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        sender_id: str,
        text: str,
        key: Optional[str],
    ) -> List[Reply]:
        conversations = _conversations(request)
        # With the conversation's turn, a message that is sent again to another process is told from a new one there,
        # too. Others of the same address do not wait for a conversation that a dead process holds.
        async with self._turns.of(sender_id), conversations.turn(sender_id), self._shares.turn(client_of(request)):
            if not await conversations.exists(sender_id):
                raise unauthorized()
            given = replies_given(await conversations.retrieve(sender_id), key) if key else []
            if given:
                return given
            output = CollectedReplies(self.name())
            message = UserMessage(as_text(text), output, sender_id, input_channel=self.name(), message_id=key)
            await on_new_message(message)
            if not output.replies:
                raise not_ready()
            return output.replies

    def _take_thumb(self, request: Request, given: Mapping[str, Any]) -> None:
        reply_id, useful = given.get("reply_id"), given.get("useful")
        if not isinstance(reply_id, str) or not isinstance(useful, bool):
            raise WebError(HTTPStatus.BAD_REQUEST, "bad_request")
        counted = self._given.pop(reply_id, None)
        if counted:
            _conversations(request).usage.thumb(counted, useful)

    def _as_json(self, replies: Sequence[Reply], counted: Sequence[Counted] = ()) -> List[Dict[str, Any]]:
        shown = [{"id": secrets.token_urlsafe(12), **reply.as_dict()} for reply in replies]
        self._given.update({str(reply["id"]): each for reply, each in zip(shown, counted, strict=False)})
        return shown


def proxy_secret(environment: Mapping[str, str] = os.environ) -> Optional[str]:
    """What a proxy proves itself with in the header Forwarded, which then names the visitor's address.

    Raises:
        RasaException: it could be guessed, or can't stand in a header.
    """
    given = environment.get("METOO_PROXY_SECRET", "").strip()
    if given and not _SECRET.fullmatch(given):
        raise RasaException(
            "METOO_PROXY_SECRET must have 32 letters or digits or more: give what 'openssl rand -hex 32' prints."
        )
    return given or None


def sender_id_of(token: str) -> str:
    """The id by which Rasa knows the conversation of a token."""
    return "web-" + hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _host_of(origin: str) -> Optional[str]:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


async def _from_root_to_page(request: Request) -> Optional[HTTPResponse]:
    return redirect("/chat/") if request.path == "/" and request.method == "GET" else None


def _conversations(request: Request) -> ErasableConversations:
    conversations = conversations_of(request.app)
    if conversations is None:
        raise not_ready()
    return conversations
