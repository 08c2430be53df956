"""The connections of Rasa's server: what comes over one is checked before it becomes a request.

Sanic 21.12, which Rasa 3.6 asks for, believes what it is told. A negative length makes it read for ever and serve
nobody else; a length that is no number, or an address that is none, makes it fail with a stack trace; and who sends a
byte a minute keeps a connection for as long.
"""

import asyncio
import re
import time
from typing import Any, AsyncIterator, Dict, List, Optional

from httptools import parse_url
from httptools.parser.errors import HttpParserError
from sanic import Sanic
from sanic.exceptions import InvalidUsage, PayloadTooLarge, RequestTimeout, SanicException
from sanic.http import Http, Stage
from sanic.request import Request
from sanic.server.protocols import http_protocol

from bot.channels.fairness import Pace

# More than any channel reads of a body, in bytes.
MAX_BODY = 1_000_000
# The head of a request has to come in so many seconds, and then its body.
READ_SECONDS = 15.0
_MAX_HEADERS = 100
_END = b"\r\n\r\n"
_REQUEST = re.compile(rb"[A-Z]{1,20} ((?:https?:/)?/[\x21-\x7e]*|\*) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*)")
_LENGTH = re.compile(rb"[0-9]+")


class CheckedHttp(Http):
    """A connection whose requests are well-formed, bounded, and do not take for ever to come."""

    __slots__ = ("_deadline",)

    def __init__(self, protocol: Any) -> None:
        """Begin without a request."""
        super().__init__(protocol)
        self._deadline: Optional[float] = None
        self._receive_more = self._receive_in_time

    def init_for_request(self) -> None:
        """Wait for the next request, as long as Sanic's own settings say."""
        super().init_for_request()
        self._deadline = None

    async def http1_request_header(self) -> None:
        """Take the head of a request.

        Raises:
            InvalidUsage: it is not well-formed.
            PayloadTooLarge: it or its body is too large.
            RequestTimeout: it did not come in time.
            TooMany: the client sends too many requests.
        """
        self._deadline = time.monotonic() + READ_SECONDS
        buffer = self.recv_buffer
        while _END not in buffer and len(buffer) < self.HEADER_MAX_SIZE:
            await self._receive_more()
        end = buffer.find(_END)
        if 0 <= end < self.HEADER_MAX_SIZE:  # what is longer is refused below
            _check(bytes(buffer[:end]))
        await super().http1_request_header()
        self.request.conn_info = self.protocol.conn_info  # without it nobody knows whom it is from
        await asyncio.sleep(self.protocol.app.ctx.pace.wait(client_of(self.request)))
        self._deadline = time.monotonic() + READ_SECONDS

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The rest of a body. Once the answer is sent, Sanic expects no error here but that there is too much."""
        try:
            while self.request_body:
                yield await self.read() or b""
        except SanicException:
            if self.stage is Stage.HANDLER:
                raise
            raise PayloadTooLarge("Nobody reads the rest of the body") from None

    async def _receive_in_time(self) -> None:
        if self._deadline is None:
            await self.protocol.receive_more()
            return
        left = max(0.0, self._deadline - time.monotonic())
        # The wait is ended and not cancelled: in a task of its own it would miss what comes before the task begins.
        late = self.protocol.loop.call_later(left, self.protocol._data_received.set)
        try:
            await self.protocol.receive_more()
        finally:
            late.cancel()
        if time.monotonic() >= self._deadline:
            self.keep_alive = False
            raise RequestTimeout("The request did not come in time")


def check_connections(app: Sanic) -> None:
    """Have the server check every connection that it accepts from now on."""
    # Rasa starts the server, and Sanic has no setting for this class.
    http_protocol.Http = CheckedHttp  # type: ignore[misc]  # a class in the place of its own base
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.ctx.pace = Pace()


def client_of(request: Request) -> str:
    """The address that a request comes from, as the proxy tells it where one is configured."""
    return str(request.remote_addr or request.ip)


def _check(head: bytes) -> None:
    """Raise an error where the head of a request is not to be believed."""
    first, *lines = head.split(b"\r\n")
    request, headers = _REQUEST.fullmatch(first), [_HEADER.fullmatch(line) for line in lines]
    if request is None or len(headers) > _MAX_HEADERS:
        raise InvalidUsage("Bad Request")
    values: Dict[bytes, List[bytes]] = {}
    for header in headers:
        if header is None:
            raise InvalidUsage("Bad Request")
        values.setdefault(header[1].lower(), []).append(header[2].strip())
    lengths, codings = values.get(b"content-length", []), values.get(b"transfer-encoding", [])
    # Two ways to tell where a request ends: by them another request is smuggled past a proxy.
    is_clear = len(lengths) + len(codings) <= 1 and len(values.get(b"host", ())) <= 1
    is_known = all(map(_LENGTH.fullmatch, lengths)) and all(coding.lower() == b"chunked" for coding in codings)
    if not is_clear or not is_known or not _is_address(request[1]):
        raise InvalidUsage("Bad Request")
    if any(int(length) > MAX_BODY for length in lengths):
        raise PayloadTooLarge("Request body exceeds the size limit")


def _is_address(given: bytes) -> bool:
    try:
        parse_url(given)
    except HttpParserError:
        return False
    return True
