"""What every messaging channel does with a message, whichever network it came by.

A channel makes one `Messaging` and, for each message that is meant for the assistant, asks it what to answer:

    messaging = Messaging("matrix", on_new_message)
    sender_id = messaging.sender_id(room_id, user_id)
    if messaging.is_new(event_id):
        show(await messaging.answer(sender_id, text))

Rasa knows a sender by the channel's name and a keyed hash. The key is METOO_SENDER_KEY, which several machines must
share, or a random one that is made at the first start and kept in the folder METOO_STATE (.state): with it ids stay the
same after a restart, and without it nobody can tell whether somebody they know has written.
"""

import hashlib
import hmac
import logging
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Hashable, List, Mapping, Optional, Sequence

from cachetools import TTLCache
from limits import RateLimitItemPerMinute
from rasa.core.channels.channel import UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from bot.channels.agent import conversations_of
from bot.channels.fairness import Shares
from bot.channels.incoming import MAX_TEXT, MESSAGES_PER_MINUTE, Limiter, Turns, as_text
from bot.channels.output import CollectedReplies
from bot.channels.rendering import suggestions_of
from bot.environment import state_folder
from bot.faults import described
from bot.files import write_whole
from bot.reply import Reply, ReplyKind, Suggestion
from bot.usage.watching import READ_FOR_HARM

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

# Senders whose latest suggestions are kept, and for how long: as many and as long as conversations.
_MAX_SENDERS = 20_000
_IDLE_SECONDS = 1_800
# Ids of messages that are known to have come: networks send again within minutes, or after an outage within a day.
_MAX_IDS = 100_000
_ID_SECONDS = 86_400
_KEY_BYTES = 32
# A suggestion's number as people write it: 2, 2., (2), [2], #2.
_NUMBER = re.compile(r"[\s\[(#]*(\d{1,2})[\s\])#.,!:]*")
_NO_WORDS = re.compile(r"[\W_]+")


class Messaging:
    """Who is asking, how much may be asked, in what order it is answered, and what a sent-back number means."""

    def __init__(
        self,
        channel: str,
        on_new_message: OnNewMessage,
        messages_per_minute: int = MESSAGES_PER_MINUTE,
        key: Optional[bytes] = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without any message.

        Args:
            channel: its name, such as "matrix".
            on_new_message: what Rasa gives to a channel's blueprint.
            messages_per_minute: how many messages of one sender are answered.
            key: of the hash in sender ids; `sender_key()` if None.
            timer: seconds that never go backwards.

        Raises:
            RasaException: there is no key and none can be made, or the limit is not positive.
        """
        if messages_per_minute < 1:
            raise RasaException(f"credentials.yml: messages_per_minute of {channel} must be 1 or more.")
        self.channel = channel
        self._on_new_message = on_new_message
        self._key = key or sender_key()
        self._limiter = Limiter()
        self._rate = RateLimitItemPerMinute(messages_per_minute)
        # Who was told to be slower: once is enough until there is room again.
        self._told: "TTLCache[str, bool]" = TTLCache(_MAX_SENDERS, 60, timer)
        # Who was told that only text can be read.
        self._told_text_only: "TTLCache[str, bool]" = TTLCache(_MAX_SENDERS, _IDLE_SECONDS, timer)
        self._seen: "TTLCache[Hashable, bool]" = TTLCache(_MAX_IDS, _ID_SECONDS, timer)
        self._offered: "TTLCache[str, Sequence[Suggestion]]" = TTLCache(_MAX_SENDERS, _IDLE_SECONDS, timer)
        # One message of a sender after another, in the order in which they came; of all senders, a few at a time.
        self._turns = Turns()
        self._shares = Shares()

    def sender_id(self, *identifiers: object) -> str:
        """The id by which Rasa knows a sender: no name, number or address can be read from it.

        Args:
            identifiers: what the network knows of the sender, such as the ids of room and user.
        """
        # Each with its length, so that ("a", "bc") is not ("ab", "c").
        joined = "".join(f"{len(str(each))}:{each}" for each in (self.channel, *identifiers))
        return f"{self.channel}-{hmac.new(self._key, joined.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()}"

    def is_new(self, message_id: Hashable) -> bool:
        """Whether a message comes for the first time; from now on it does not.

        Args:
            message_id: the network's own id of the message, or of the delivery.
        """
        if message_id in self._seen:
            return False
        self._seen[message_id] = True
        return True

    async def answer(self, sender_id: str, text: str) -> List[Reply]:
        """The replies to a message, which are one answer.

        They are none where there is no text, or where the sender is too fast and was told so. Whatever goes wrong is a
        reply, too. Two messages of one sender are answered one after another, in the order of the calls.

        Args:
            sender_id: from `sender_id`.
            text: the message as the network gives it.
        """
        return await self._in_turn(sender_id, lambda: self._answer_text(sender_id, text))

    async def answer_command(self, sender_id: str, intent: str) -> List[Reply]:
        """The replies to a command that the channel itself offers, such as /help; with limit and order as in `answer`.

        Args:
            sender_id: from `sender_id`.
            intent: what the command means to Rasa, such as "/greet"; never anything that a visitor wrote.
        """
        return await self._in_turn(sender_id, lambda: self._ask_rasa(sender_id, intent))

    async def answer_unreadable(self, sender_id: str) -> List[Reply]:
        """The reply to a picture or a voice message: once, and none more until there is text."""
        if sender_id in self._told_text_only:
            return []
        self._told_text_only[sender_id] = True
        return await self._in_turn(sender_id, self._text_only)

    def meant(self, sender_id: str, text: str) -> str:
        """The text that a message stands for: a suggestion's, if it is its number or its words, or else its own."""
        offered = self._offered.get(sender_id, ())
        number = _NUMBER.fullmatch(text)
        if number and 1 <= int(number[1]) <= len(offered):
            return offered[int(number[1]) - 1].text
        for suggestion in offered:
            if _words(suggestion.title) == _words(text):
                return suggestion.text
        return text

    def offer(self, sender_id: str, replies: Sequence[Reply]) -> None:
        """Keep what these replies suggest, in place of what was suggested before."""
        suggestions = suggestions_of(replies)
        if suggestions:
            self._offered[sender_id] = suggestions
        else:
            self._offered.pop(sender_id, None)

    async def erase(self, sender_id: str, app: Sanic) -> None:
        """Forget a conversation at once. Asked for in words ("delete my chat"), Rasa's answer does the same."""
        self._offered.pop(sender_id, None)
        self._told.pop(sender_id, None)
        conversations = conversations_of(app)
        if conversations is not None:
            await conversations.erase(sender_id)

    async def _in_turn(self, sender_id: str, ask: Callable[[], Awaitable[List[Reply]]]) -> List[Reply]:
        has_room = self._limiter.hit(self._rate, sender_id)
        async with self._turns.of(sender_id):
            if not has_room:
                return self._slower(sender_id)
            self._told.pop(sender_id, None)
            replies = await ask()
            if replies:
                self.offer(sender_id, replies)
            return replies

    async def _answer_text(self, sender_id: str, text: str) -> List[Reply]:
        self._told_text_only.pop(sender_id, None)
        # Half a character (a lone surrogate) cannot be encoded.
        text = text.encode("utf-8", "replace").decode("utf-8").strip()
        if not text:
            return []
        if len(text) > MAX_TEXT:
            return await self._answer_long_text(sender_id, text)
        return await self._ask_rasa(sender_id, as_text(self.meant(sender_id, text)))

    async def _answer_long_text(self, sender_id: str, text: str) -> List[Reply]:
        """Who tells of harm at length is not told to be brief: its beginning and its end are read for that alone."""
        for part in (text[:MAX_TEXT], text[-MAX_TEXT:]):
            replies = await self._ask_rasa(sender_id, as_text(part), {READ_FOR_HARM: True})
            support = [reply for reply in replies if reply.kind is ReplyKind.SUPPORT]
            if support:
                return support
        return [Reply.worded("too_long", longest=str(MAX_TEXT))]

    async def _text_only(self) -> List[Reply]:
        return [Reply.worded("text_only")]

    async def _ask_rasa(self, sender_id: str, text: str, metadata: Optional[Dict[str, Any]] = None) -> List[Reply]:
        output = CollectedReplies(self.channel)
        message = UserMessage(text, output, sender_id, input_channel=self.channel, metadata=metadata)
        try:
            async with self._shares.turn(sender_id):
                await self._on_new_message(message)
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor gets a reply
            logger.error("A message by %s was not answered: %s.", self.channel, described(error))
        # No reply: no model is loaded, or the action server can't be reached.
        return output.replies or [Reply.worded("trouble")]

    def _slower(self, sender_id: str) -> List[Reply]:
        if sender_id in self._told:
            return []
        self._told[sender_id] = True
        return [Reply.worded("too_fast")]


def sender_key(environment: Mapping[str, str] = os.environ) -> bytes:
    """The key of the hash in sender ids.

    Raises:
        RasaException: it is too short, or can neither be read nor made.
    """
    given = environment.get("METOO_SENDER_KEY")
    if given:
        if len(given) < _KEY_BYTES:
            raise RasaException(
                f"METOO_SENDER_KEY must have {_KEY_BYTES} characters or more: give what 'openssl rand -hex 32' prints."
            )
        return given.encode("utf-8", "surrogateescape")
    path = state_folder(environment) / "sender-key"
    try:
        if not path.exists():
            write_private(path, secrets.token_hex(_KEY_BYTES).encode(), replace=False)
        key = path.read_bytes().strip()
    except OSError as error:
        raise RasaException(
            f"{path} can't be used ({error.strerror}): make its folder writable, name another folder with METOO_STATE, "
            "or set METOO_SENDER_KEY."
        ) from error
    if len(key) < _KEY_BYTES:
        raise RasaException(f"{path} is damaged: delete it, and the next start makes a new one.")
    return key


def write_private(path: Path, content: bytes, replace: bool = True) -> None:
    """Write a file that only its owner can read: whole or not at all, also where the machine stops meanwhile.

    Args:
        path: where; its folder is made if it is not there.
        content: what.
        replace: whether to put it in place of a file that is there; if not, that one is left alone.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, content, 0o600, replace)


def _words(text: str) -> str:
    return _NO_WORDS.sub(" ", text).strip().casefold()
