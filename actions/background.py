"""What another source says where the documents are silent, under its label."""

import os
from datetime import date

from actions.question import Question
from bot.facts.background import shipped_background
from bot.reply import Citation, Reply, ReplyKind

# The operator's switch: "off" leaves the collection out.
SETTING = "METOO_BACKGROUND"
# The intents of messages that ask for facts which the documents may not have.
_ASKING = ("not_in_documents", "ask_region", "ask_who_is")


def from_elsewhere(question: Question, reply: Reply) -> Reply:
    """The reply, or where it refuses and a fact of the background collection answers, that fact with its label."""
    background = shipped_background()
    fact = background.facts.get(question.background)
    if (
        reply.kind is not ReplyKind.REFUSAL
        or question.intent not in _ASKING
        or fact is None
        or os.environ.get(SETTING, "").lower() == "off"
    ):
        return reply
    citation = Citation(
        id=fact.id,
        quote=fact.quote,
        document=fact.source_title,
        line=0,
        collection="background",
        source_url=fact.source_url,
        source_title=fact.source_title,
        checked_on=background.checked_on.isoformat(),
        as_of=fact.as_of.isoformat() if fact.as_of else None,
    )
    wording = "from_elsewhere_as_of" if fact.as_of else "from_elsewhere"
    told = Reply.worded(
        wording,
        label=background.label,
        answer=fact.answer,
        source=fact.source_title,
        checked_on=_day(background.checked_on),
        as_of=_day(fact.as_of or background.checked_on),
    )
    return told.based_on([citation], reply.suggestions)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
