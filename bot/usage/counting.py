"""What a turn is counted as: a day, a channel, a topic, a kind of reply, and the gate that refused. No text, no one."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.facts import FactStore, shipped_store
from bot.reply import Reply, ReplyKind
from bot.support.need import TELLS_COUNTRY, Need

# What a message is counted under whose reply is support or small talk: no more is told apart.
SUPPORT = ReplyKind.SUPPORT.value
CHAT = ReplyKind.CHAT.value
# Near to what somebody may have lived through: counted by the week, not by the day, and shown only from five on.
DELICATE = (SUPPORT, "ask_legal", "ask_medical")

# Gates: why a message was not answered from the documents.
ELSEWHERE = "elsewhere"
BARELY = "barely"
_TROUBLE = "trouble"
_SILENCE = "silence"
_PLACE = "place"
_CONTEXT = "context"
_GATE_OF_INTENT = {
    "nlu_fallback": "near",
    "out_of_scope": "inside",
    "ambiguous": "ahead",
    "other_language": "language",
    "ask_who_is": "person",
    "ask_region": _PLACE,
}
# Refused with nothing in the documents that they would be near to.
_NO_TOPIC = ("nlu_fallback", "out_of_scope", "other_language", "criticism")
NO_TOPIC = "none"
# A topic is near to a question that no document answers if the intent model gives it this score, from 0 to 1.
_NEAR = 0.2


@dataclass(frozen=True)
class Counted:
    """What is counted together. `day` is like 2026-11-23, for what is delicate the Monday of the week."""

    day: str
    channel: str
    topic: str
    kind: str
    gate: str = ""


@dataclass(frozen=True)
class Numbers:
    """How often it was asked, met with a thumb up or down, or with "that's not what I meant"."""

    asked: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    disputed: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            self.asked + other.asked,
            self.thumbs_up + other.thumbs_up,
            self.thumbs_down + other.thumbs_down,
            self.disputed + other.disputed,
        )


@dataclass(frozen=True)
class Turn:
    """A message as it was understood, and the replies to it.

    `parsed` is Rasa's parse result; of its text nothing here makes use.
    """

    channel: str
    parsed: Mapping[str, Any]
    replies: Sequence[Reply] = field(default=())

    @property
    def intent(self) -> str:
        """What the message was taken for."""
        return (self.parsed.get("intent") or {}).get("name") or ""

    @property
    def need(self) -> Optional[Need]:
        """What the safety guard found."""
        return Need.of(self.parsed)

    @property
    def says_it_was_wrong(self) -> bool:
        """Whether the message says that the reply before was not what was meant.

        Where it also says what was, the pipeline takes it for that question, the only one in the list of several.
        """
        corrected = len(self.parsed.get("questions") or ()) == 1 and self.need is None
        return corrected or self.intent in ("wrong_answer", "feedback_on_support")

    def counted(self, day: date) -> List[Counted]:
        """What each reply is counted as; the first stands for the turn."""
        return [self._counted(reply, day) for reply in self.replies]

    def _counted(self, reply: Reply, day: date) -> Counted:
        gate = self._gate(reply)
        topic = self._topic(reply, shipped_store())
        delicate = topic in DELICATE
        return Counted(str(monday(day) if delicate else day), self.channel, topic, reply.kind.value, gate)

    def _gate(self, reply: Reply) -> str:
        if reply.kind is ReplyKind.SUPPORT:
            return BARELY if self._is_barely_harm() else ""
        if reply.kind is ReplyKind.ANSWER:
            return ELSEWHERE if reply.facts and all(fact.source_url for fact in reply.facts) else ""
        if reply.kind is ReplyKind.BOUNDARY:
            return str(reply.kind.value)
        if reply.kind is ReplyKind.CHAT:
            return ""
        if reply.text == _trouble():
            return _TROUBLE
        if shipped_store().topic_of_intent(self.intent) and reply.kind is ReplyKind.REFUSAL:
            return _PLACE
        if reply.kind is ReplyKind.CLARIFY and self.intent != "ambiguous":
            return _CONTEXT
        return _GATE_OF_INTENT.get(self.intent, _SILENCE)

    def _topic(self, reply: Reply, store: FactStore) -> str:
        if reply.kind in (ReplyKind.SUPPORT, ReplyKind.CHAT):
            return str(reply.kind.value)
        asked = store.topic_of_intent(self.intent)
        if asked:
            return asked.id
        if reply.kind is ReplyKind.BOUNDARY:
            return self.intent
        if self.intent in _NO_TOPIC:
            return NO_TOPIC
        cited = [store.fact(fact.id).topic for fact in reply.facts if store.has_fact(fact.id)]
        return cited[0] if cited else self._nearest(store)

    def _nearest(self, store: FactStore) -> str:
        readings = [reading["intent"] for reading in self.parsed.get("readings") or ()]
        ranked: Sequence[Dict[str, Any]] = self.parsed.get("intent_ranking") or ()
        near = [each["name"] for each in ranked if each["confidence"] >= _NEAR]
        topics = [store.topic_of_intent(intent) for intent in (*readings, *near)]
        return next((topic.id for topic in topics if topic), NO_TOPIC)

    def _is_barely_harm(self) -> bool:
        """Whether support was given on a probability that is less than half way from the guard's limit to certainty."""
        guard = self.parsed.get("guard")
        if self.need is None or self.need.kind == TELLS_COUNTRY or not guard or guard["pattern"]:
            return False
        return bool(guard["value"] < (1 + guard["limit"]) / 2)


def thumb(counted: Counted, useful: bool) -> Dict[Counted, Numbers]:
    """A thumb on a reply, as what is added."""
    return {counted: Numbers(thumbs_up=int(useful), thumbs_down=int(not useful))}


def of_week(counted: Counted) -> Counted:
    """The same counted under its week's Monday."""
    return replace(counted, day=str(monday(date.fromisoformat(counted.day))))


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


@cache
def _trouble() -> str:
    return Reply.worded("trouble").text
