"""Serving HTTP with strict headers, where every error is JSON and a body is read no further than allowed."""

import asyncio
import gzip
import hashlib
import html
import json
import logging
import re
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any, Awaitable, Callable, Collection, Dict, Mapping, Optional, Sequence, Tuple, Union

from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.channels.connections import check_connections
from bot.conversations import ConversationsAway
from bot.faults import described
from bot.reply import error_message

logger = logging.getLogger(__name__)

MAX_BODY = 20_000
RETRY_SECONDS = 2
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

# How errors of Sanic's own are told.
_CODES: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "not_ready",
}
# Those after which a client tries again.
_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

Handler = Callable[..., Awaitable[HTTPResponse]]


class WebError(Exception):
    """A request that is answered with an error of the contract."""

    def __init__(self, status: int, code: str, headers: Optional[Dict[str, str]] = None) -> None:
        super().__init__(code)
        self.status = int(status)
        self.code = code
        self.headers = headers or {}

    def response(self) -> HTTPResponse:
        """The error as JSON, without an echo of the request."""
        body = {"error": {"code": self.code, "message": error_message(self.code)}}
        return json_response(body, self.status, headers=self.headers)


def unauthorized() -> WebError:
    """The error of a conversation that is unknown, erased or expired."""
    return WebError(HTTPStatus.UNAUTHORIZED, "unauthorized", {"WWW-Authenticate": "Bearer"})


def bearer_token(request: Request) -> str:
    """The token that a request carries.

    Raises:
        WebError: it carries none.
    """
    header: str = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized()
    return token


def not_ready() -> WebError:
    """The error of an assistant without a model, its action server, or what holds the conversations."""
    return WebError(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", {"Retry-After": str(RETRY_SECONDS)})


def told(error: Exception, where: str) -> HTTPResponse:
    """An error as a client is told of it; what should not be is logged, with the place where it was."""
    if isinstance(error, WebError):
        return error.response()
    if isinstance(error, ConversationsAway):
        return not_ready().response()
    status = error.status_code if isinstance(error, SanicException) else HTTPStatus.INTERNAL_SERVER_ERROR
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _CODES:
        logger.error("%s failed: %s.", where, described(error))
        return WebError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal").response()
    headers = {"Retry-After": str(RETRY_SECONDS)} if status in _WAIT else {}
    return WebError(status, _CODES.get(status, "bad_request"), headers).response()


class Routes:
    """The addresses of a blueprint, all with the same headers."""

    def __init__(self, blueprint: Blueprint, embedders: Collection[str]) -> None:
        """Take the blueprint, and the sites whose pages may show ours in a frame."""
        self._blueprint = blueprint
        frames = " ".join(["'self'", *sorted(embedders)])
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self'; base-uri 'none'; form-action 'none'; "
            f"require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {frames}",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        blueprint.listener("before_server_start")(_guard)

    def add(self, path: str, *methods: str) -> Callable[[Handler], Handler]:
        """Serve a path with these methods; any error of the handler, and any other method, becomes JSON."""

        def decorate(handler: Handler) -> Handler:
            @wraps(handler)
            async def answered(request: Request, **arguments: str) -> HTTPResponse:
                try:
                    _require_method(request, methods)
                    response = await handler(request, **arguments)
                except Exception as error:  # noqa: BLE001  # whatever it is, it is answered in JSON
                    response = told(error, f"The address {path}")
                response.headers.setdefault("Cache-Control", "no-store")
                response.headers.update(self._headers)
                return response

            # `stream`: the body is read by json_object, and no more of it than is allowed.
            self._blueprint.add_route(answered, path, methods=_METHODS, stream=True, name=handler.__name__)
            return handler

        return decorate

    def add_page(
        self, path: str, file: Path, is_final: bool = False, values: Optional[Mapping[str, str]] = None
    ) -> None:
        """Serve a file, read and compressed once, so that neither a full disk nor a changed checkout shows.

        Args:
            path: the address, from the blueprint's prefix on.
            file: an HTML, JavaScript, CSS or SVG file.
            is_final: the address changes whenever the content does, so a browser need never ask for it again.
            values: what stands in the file for names in double braces, such as {{exit_page}}; escaped for HTML.
        """
        text = file.read_text(encoding="utf-8")
        for name, value in (values or {}).items():
            text = text.replace("{{" + name + "}}", html.escape(value))
        plain = text.encode()
        small = gzip.compress(plain, mtime=0)
        tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if is_final else "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            # Sites include the loader, also those that let in only what says that it may be included.
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        content_type = _TYPES[file.suffix]

        async def page(request: Request) -> HTTPResponse:
            if request.headers.get("if-none-match") == tag:
                return HTTPResponse(status=HTTPStatus.NOT_MODIFIED, headers=dict(headers))
            if "gzip" in request.headers.get("accept-encoding", ""):
                return raw(small, content_type=content_type, headers={**headers, "Content-Encoding": "gzip"})
            return raw(plain, content_type=content_type, headers=dict(headers))

        page.__name__ = "page" + re.sub(r"\W", "_", path)
        self.add(path, "GET")(page)

    def add_nothing_elsewhere(self) -> None:
        """Answer every other path with 404."""

        @self.add("/<path:path>", *_METHODS)
        async def elsewhere(request: Request, path: str) -> HTTPResponse:
            raise WebError(HTTPStatus.NOT_FOUND, "not_found")


def webhook_routes(service: str) -> Tuple[Blueprint, Routes]:
    """The blueprint for what a service delivers, and its routes, of which "/" says that the process answers."""
    blueprint = Blueprint(f"{service}_webhook", strict_slashes=True)
    routes = Routes(blueprint, ())

    @routes.add("/", "GET")
    async def health(request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    return blueprint, routes


def _require_method(request: Request, methods: Sequence[str]) -> None:
    if request.method not in methods:
        raise WebError(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", {"Allow": ", ".join(methods)})


async def _guard(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    """What never reaches a channel is answered as the channels answer, and connections are checked."""
    if (Exception, None) not in app.error_handler.cached_handlers:  # or else another channel has done it
        check_connections(app)
        app.error_handler.add(Exception, _told_outside)


def _told_outside(request: Request, error: Exception) -> HTTPResponse:
    response = told(error, "A request")
    response.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
    return response


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The request's body, read no further than the limit."""
    body = bytearray()
    while True:
        part = await request.stream.read()  # type: ignore[union-attr]  # a route with `stream=True` has it
        if part is None:
            return bytes(body)
        body += part
        if len(body) > limit:
            raise WebError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")


async def json_object(request: Request, limit: int = MAX_BODY) -> Dict[str, Any]:
    """The object in the request's body."""
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise WebError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_type")
    return parsed_object(await read_body(request, limit))


def parsed_object(body: Union[bytes, str]) -> Dict[str, Any]:
    """The object that this JSON holds."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise WebError(HTTPStatus.BAD_REQUEST, "bad_request") from None
    if not isinstance(given, dict):
        raise WebError(HTTPStatus.BAD_REQUEST, "bad_request")
    return given
