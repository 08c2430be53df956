"""Watches what the tracker store saves, and counts each turn once."""

import logging
import time
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any, Callable, List, NamedTuple, Optional, Protocol, Sequence

from cachetools import TTLCache

from bot.faults import described
from bot.reply import Reply, ReplyKind
from bot.usage.counting import SUPPORT, Counted, Numbers, Turn, thumb
from bot.usage.settings import address_of, keeps_wordings
from bot.usage.table import UsageTable
from bot.usage.wordings import HeldWordings, Masks
from bot.usage.writing import INTERVAL_SECONDS, UsageWriter

logger = logging.getLogger(__name__)

# In a message's metadata: it is read for harm alone, because the whole was too long to be answered.
READ_FOR_HARM = "read_for_harm"


class Tracker(Protocol):
    """What is read of Rasa's DialogueStateTracker."""

    sender_id: str

    @property
    def events(self) -> Sequence[Any]:
        """What happened in the conversation, in order."""


class _Latest(NamedTuple):
    message_id: str
    counted: List[Counted]


class Usage:
    """Counts turns and thumbs. None of its methods waits for a database, and none ever fails."""

    def __init__(
        self,
        table: Optional[UsageTable] = None,
        masker: Optional[Masks] = None,
        idle_seconds: float = 1_800,
        max_conversations: int = 20_000,
        interval: float = INTERVAL_SECONDS,
        timer: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: datetime.now(timezone.utc).date(),
    ) -> None:
        """Begin to count.

        Args:
            table: where counts are kept; None counts nothing.
            masker: masks wordings of what was not answered; None keeps none.
            idle_seconds: after so long without a message a conversation is over.
            max_conversations: how many are known at a time.
            interval: seconds between two writings.
            timer: seconds that never go backwards.
            today: the day that is counted.
        """
        self._today = today
        self._wordings = HeldWordings(masker, idle_seconds, max_conversations, timer) if masker else None
        self._writer: Optional[UsageWriter] = None
        if table:
            self._writer = UsageWriter(table, interval, self._wordings.take_over if self._wordings else dict)
        # What the latest turn of each conversation was counted as, for thumbs and "that's not what I meant".
        self._latest: "TTLCache[str, _Latest]" = TTLCache(max_conversations, idle_seconds, timer)

    def take(self, tracker: Tracker) -> None:
        """Count the latest turn of a conversation that is saved, if it is a visitor's message and not counted yet."""
        if self._writer is None:
            return
        try:
            self._take(tracker, self._writer)
        except Exception as error:  # noqa: BLE001  # counting never costs an answer
            logger.error("A turn was not counted: %s.", described(error))

    def counted(self, conversation_id: str) -> List[Counted]:
        """What the replies of a conversation's latest turn are counted as; none where there was none."""
        latest = self._latest.get(conversation_id)
        return latest.counted if latest else []

    def thumb(self, counted: Counted, useful: bool) -> None:
        """Count a thumb on a reply."""
        if self._writer:
            self._writer.add(thumb(counted, useful))

    def forget(self, conversation_id: str) -> None:
        """A conversation is erased: nothing of it is remembered, and none of its wordings is kept."""
        self._latest.pop(conversation_id, None)
        if self._wordings:
            self._wordings.forget(conversation_id)

    def close(self) -> None:
        """Write what is left."""
        if self._writer:
            self._writer.close()

    def _take(self, tracker: Tracker, writer: UsageWriter) -> None:
        message, replies = _latest_turn(tracker)
        # A channel's command, such as the one that begins a conversation; a turn that was counted before; or one that
        # failed, which will be sent again.
        if message is None or not message.text or message.text.startswith("/") or not replies:
            return
        before = self._latest.get(tracker.sender_id)
        if before and before.message_id == message.message_id:
            return
        day = self._today()
        turn = Turn(message.input_channel or "", message.parse_data, replies)
        counted = turn.counted(day)
        if self._wordings:
            self._wordings.take(tracker.sender_id, turn, counted[0], message.text, day)
        if (message.metadata or {}).get(READ_FOR_HARM) and counted[0].kind != SUPPORT:
            return
        self._latest[tracker.sender_id] = _Latest(message.message_id, counted)
        writer.add({counted[0]: Numbers(asked=1)})
        if before and turn.says_it_was_wrong and _can_be_disputed(before.counted[0], turn):
            writer.add({before.counted[0]: Numbers(disputed=1)})


@lru_cache(maxsize=1)
def usage_of_environment(idle_seconds: float, max_conversations: int) -> Usage:
    """The counting that METOO_USAGE and METOO_USAGE_WORDINGS ask for; one for the process.

    Raises:
        UsageError: a setting is wrong.
    """
    address = address_of()
    wordings = keeps_wordings()
    if address is None:
        return Usage()
    return Usage(UsageTable(address), _masker() if wordings else None, idle_seconds, max_conversations)


def _masker() -> Masks:
    from bot.usage.masking import Masker  # imports spaCy, which takes seconds

    return Masker()


def _latest_turn(tracker: Tracker) -> "tuple[Any, List[Reply]]":
    """The visitor's latest message, None where there is none, and the replies to it."""
    replies: List[Reply] = []
    for event in reversed(tracker.events):
        if event.type_name == "bot":
            replies.insert(0, Reply.from_message(event.message()))
        elif event.type_name == "user":
            return event, replies
    return None, replies


def _can_be_disputed(counted: Counted, turn: Turn) -> bool:
    of_support = counted.kind == ReplyKind.SUPPORT.value
    return of_support or turn.intent != "feedback_on_support"
