"""A question about the subject to which the documents have no answer."""

from actions.composing import listed, resting_on
from actions.focus import Focus
from actions.question import Question
from actions.region import reply_on_region
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind

MOST = 2


def reply_on_silence(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Say that the document doesn't say, and what comes nearest: what it says about who or what was named."""
    for kind in ("person", "organisation", "region"):
        for name in question.named(kind):
            facts = store.facts_about(name)
            if facts:
                wording = "silent_on_name" if len(facts) <= MOST else "silent_on_name_among_others"
                told = facts[:MOST]
                return resting_on(store, told, Reply.worded(wording, subject=name, answers=listed(told)))
    if question.named("region"):
        unknown = reply_on_region(store, question, focus)
        if unknown.kind is ReplyKind.REFUSAL:
            return unknown
    return Reply.worded("silent")
