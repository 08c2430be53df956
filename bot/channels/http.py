"""Serving HTTP with strict headers, where every error is JSON and a body is read no further than allowed."""

import json
import logging
import re
from functools import wraps
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence, Union

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

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
}

Handler = Callable[..., Awaitable[HTTPResponse]]


class WebError(Exception):
    """A request that is answered with an error of the contract."""

    def __init__(self, status: int, code: str, headers: Optional[Dict[str, str]] = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = headers or {}

    def response(self) -> HTTPResponse:
        """The error as JSON, without an echo of the request."""
        body = {"error": {"code": self.code, "message": error_message(self.code)}}
        return json_response(body, self.status, headers=self.headers)


def unauthorized() -> WebError:
    """The error of a conversation that is unknown, erased or expired."""
    return WebError(401, "unauthorized", {"WWW-Authenticate": "Bearer"})


def not_ready() -> WebError:
    """The error of an assistant without a model, or without its action server."""
    return WebError(503, "not_ready", {"Retry-After": str(RETRY_SECONDS)})


class Routes:
    """The addresses of a blueprint, all with the same headers."""

    def __init__(self, blueprint: Blueprint, embedders: Sequence[str]) -> None:
        """Take the blueprint, and the sites whose pages may show ours in a frame."""
        self._blueprint = blueprint
        frames = " ".join(["'self'", *sorted(embedders)])
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            f"img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {frames}",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def add(self, path: str, *methods: str) -> Callable[[Handler], Handler]:
        """Serve a path with these methods; any error of the handler, and any other method, becomes JSON."""

        def decorate(handler: Handler) -> Handler:
            @wraps(handler)
            async def answered(request: Request, **arguments: str) -> HTTPResponse:
                try:
                    if request.method not in methods:
                        raise WebError(405, "method_not_allowed", {"Allow": ", ".join(methods)})
                    response = await handler(request, **arguments)
                except WebError as error:
                    response = error.response()
                except Exception as error:
                    logger.error("The address %s failed: %s.", path, described(error))
                    response = WebError(500, "internal").response()
                response.headers.setdefault("Cache-Control", "no-store")
                response.headers.update(self._headers)
                return response

            # `stream`: the body is read by json_object, and no more of it than is allowed.
            self._blueprint.add_route(answered, path, methods=_METHODS, stream=True, name=handler.__name__)
            return handler

        return decorate

    def add_page(self, path: str, file: Path) -> None:
        """Serve a file, read once, so that neither a full disk nor a changed checkout shows."""
        content, content_type = file.read_bytes(), _TYPES[file.suffix]

        async def page(request: Request) -> HTTPResponse:
            return raw(content, content_type=content_type, headers={"Cache-Control": "no-cache"})

        page.__name__ = "page" + re.sub(r"\W", "_", path)
        self.add(path, "GET")(page)

    def add_nothing_elsewhere(self) -> None:
        """Answer every other path with 404."""

        @self.add("/<path:path>", *_METHODS)
        async def elsewhere(request: Request, path: str) -> HTTPResponse:
            raise WebError(404, "not_found")


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The request's body, read no further than the limit."""
    body = bytearray()
    while True:
        part = await request.stream.read()
        if part is None:
            return bytes(body)
        body += part
        if len(body) > limit:
            raise WebError(413, "too_large")


async def json_object(request: Request, limit: int = MAX_BODY) -> Dict[str, Any]:
    """The object in the request's body."""
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise WebError(415, "unsupported_type")
    return parsed_object(await read_body(request, limit))


def parsed_object(body: Union[bytes, str]) -> Dict[str, Any]:
    """The object that this JSON holds."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise WebError(400, "bad_request") from None
    if not isinstance(given, dict):
        raise WebError(400, "bad_request")
    return given
