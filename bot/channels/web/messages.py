"""Reading a message that is posted to the web channel, and finding the answer that it got already."""

import re
from http import HTTPStatus
from typing import Any, List, Mapping, Optional

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic.request import Request

from bot.channels.http import WebError
from bot.channels.incoming import MAX_TEXT
from bot.reply import Reply

_KEY = re.compile(r"[\w-]{8,64}", re.ASCII)
# Half of a pair of UTF-16, which is no character and can't be written as UTF-8.
_HALF_OF_A_PAIR = re.compile(r"[\ud800-\udfff]")


def key_of(request: Request) -> Optional[str]:
    """What tells a message that is sent again, since its answer was lost on the way, from the same words said twice.

    Raises:
        WebError: it has another form.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise WebError(HTTPStatus.BAD_REQUEST, "bad_request")
    return key


def replies_given(tracker: Optional[DialogueStateTracker], key: str) -> List[Reply]:
    """The replies that a message with this key got already."""
    replies: List[Reply] = []
    for event in reversed(tracker.events if tracker else ()):
        if isinstance(event, BotUttered):
            replies.insert(0, Reply.from_message(event.message()))
        elif isinstance(event, UserUttered):
            if event.message_id == key:
                return replies
            replies.clear()
    return []


def text_of(given: Mapping[str, Any]) -> str:
    """What the visitor wrote.

    Raises:
        WebError: it is no text, is empty, or is too long.
    """
    text = given.get("text")
    if not isinstance(text, str) or _HALF_OF_A_PAIR.search(text):
        raise WebError(HTTPStatus.BAD_REQUEST, "bad_request")
    if not text.strip():
        raise WebError(HTTPStatus.UNPROCESSABLE_ENTITY, "empty_text")
    if len(text) > MAX_TEXT:
        raise WebError(HTTPStatus.UNPROCESSABLE_ENTITY, "text_too_long")
    return text
