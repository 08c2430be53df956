"""Wordings of questions that were not answered, if the operator asks for them: masked, and never beside a disclosure.

A wording is held in memory until its conversation is over. If at any time, before or after it, the conversation tells
of harm or comes near to that, or is erased, nothing of it is kept. What is held when the process ends is lost with it.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import Callable, Dict, List, Protocol

from bot.reply import ReplyKind
from bot.usage.counting import DELICATE, Counted, Turn, monday
from bot.usage.table import Wording

# A message may come in the last moment, and be answered a little later: so much longer a wording is held.
_MARGIN = 1 / 30
_MOST_OF_CONVERSATION = 30
# The guard's probability of harm from which on a conversation is left alone: this share of the limit for support.
_NEAR_HARM = 0.25
# Who asks this may be in trouble.
_CARE = (*DELICATE, "ask_therapist", "leave_quickly", "feedback_on_support")
_WANTED = (ReplyKind.REFUSAL.value, ReplyKind.CLARIFY.value)
# Failures of the assistant, and words that cannot be masked.
_UNWANTED_GATES = ("trouble", "language")


class Masks(Protocol):
    """What masks a text: see bot.usage.masking."""

    def mask(self, text: str) -> str:
        """The text with masks in the place of what could tell of a person."""


@dataclass
class _Held:
    over_at: float
    is_left_alone: bool = False
    wordings: List[Wording] = field(default_factory=list)


class HeldWordings:
    """The wordings of the conversations that are going on. Its methods may be called from several threads."""

    def __init__(
        self,
        masker: Masks,
        idle_seconds: float,
        max_conversations: int,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with none.

        Args:
            masker: masks a wording before it is held.
            idle_seconds: after so long without a message a conversation is over.
            max_conversations: of more, the longest idle ones are dropped with what is held of them.
            timer: seconds that never go backwards.
        """
        self._masker = masker
        self._seconds = idle_seconds * (1 + _MARGIN)
        self._max_conversations = max_conversations
        self._timer = timer
        self._lock = threading.Lock()
        # The longest idle one first.
        self._held: "OrderedDict[str, _Held]" = OrderedDict()

    def take(self, conversation_id: str, turn: Turn, counted: Counted, text: str, day: date) -> None:
        """Hold what is wanted of a turn, or drop all of the conversation."""
        is_wanted = counted.kind in _WANTED and counted.gate not in _UNWANTED_GATES
        near_harm = _is_near_harm(turn)
        masked = self._masker.mask(text) if is_wanted and not near_harm else ""
        with self._lock:
            held = self._held.pop(conversation_id, None) or _Held(0.0)
            held.over_at = self._timer() + self._seconds
            if near_harm:
                held.is_left_alone = True
            if held.is_left_alone:
                held.wordings = []
            elif masked and len(held.wordings) < _MOST_OF_CONVERSATION:
                held.wordings.append(Wording(str(monday(day)), counted.gate, masked))
            if held.is_left_alone or held.wordings:
                self._held[conversation_id] = held
            if len(self._held) > self._max_conversations:
                self._held.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Drop what is held of a conversation."""
        with self._lock:
            self._held.pop(conversation_id, None)

    def take_over(self) -> Dict[Wording, int]:
        """The wordings of the conversations that are over, with how often each was asked; they are no longer held."""
        over: Dict[Wording, int] = {}
        now = self._timer()
        with self._lock:
            while self._held and next(iter(self._held.values())).over_at <= now:
                _, held = self._held.popitem(last=False)
                for wording in held.wordings:
                    over[wording] = over.get(wording, 0) + 1
        return over


def _is_near_harm(turn: Turn) -> bool:
    guard = turn.parsed.get("guard")
    return bool(
        turn.need
        or turn.intent in _CARE
        or any(reply.kind is ReplyKind.SUPPORT for reply in turn.replies)
        or (guard and (guard["pattern"] or guard["value"] >= _NEAR_HARM * guard["limit"]))
    )
