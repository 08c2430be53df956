"""Turns as Rasa saves them, made without Rasa's model."""

import uuid
from typing import Any, Dict, Optional, Sequence

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.reply import Citation, Reply, ReplyKind

DOMAIN = Domain.from_yaml('version: "3.1"\nintents: [greet]')
GUARD = {"kind": "disclosure", "value": 0.01, "limit": 0.8, "pattern": None}


def parsed(intent: str, **more: Any) -> Dict[str, Any]:
    """What the pipeline understood."""
    return {"intent": {"name": intent, "confidence": 0.9}, "guard": GUARD, **more}


def harm(value: float = 0.99, pattern: Optional[str] = None, kind: str = "disclosure") -> Dict[str, Any]:
    """A message in which the safety guard found harm."""
    return parsed(kind, need={"kind": kind}, guard={**GUARD, "value": value, "pattern": pattern})


def reply(kind: str, text: str = "Some words.", facts: Sequence[str] = (), url: Optional[str] = None) -> Reply:
    """A reply that cites these facts."""
    cited = tuple(Citation(fact, "words", "metoo.txt", 1, source_url=url) for fact in facts)
    return Reply(ReplyKind(kind), text, facts=cited)


def utter(
    tracker: DialogueStateTracker,
    text: str,
    understood: Dict[str, Any],
    replies: Sequence[Reply],
    channel: str = "web",
    metadata: Optional[Dict[str, Any]] = None,
    message_id: Optional[str] = None,
) -> None:
    """Add a message of the visitor and the replies to it."""
    tracker.update(
        UserUttered(
            text,
            understood["intent"],
            [],
            {**understood, "text": text},
            None,
            channel,
            message_id or uuid.uuid4().hex,
            metadata,
        )
    )
    for each in replies:
        message = each.as_message()
        said, buttons = message.pop("text"), message.pop("buttons")
        tracker.update(ActionExecuted("action_answer"))
        tracker.update(BotUttered(said, {"buttons": buttons}, message))
    tracker.update(ActionExecuted("action_listen"))


def tracker(conversation_id: str = "one") -> DialogueStateTracker:
    """A conversation without any message."""
    return DialogueStateTracker.from_events(conversation_id, [], DOMAIN.slots)


def saved(
    text: str, understood: Dict[str, Any], *replies: Reply, conversation_id: str = "one", **more: Any
) -> DialogueStateTracker:
    """A conversation of one message, as it is saved."""
    conversation = tracker(conversation_id)
    utter(conversation, text, understood, replies, **more)
    return conversation
