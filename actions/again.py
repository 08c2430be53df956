"""What was told last, once more: its source, in easy words, or as it was."""

from actions.clarify import which_of
from actions.composing import answer_from, resting_on
from actions.focus import Focus
from actions.question import Question
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind


def reply_with_source(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The words of the document that the last answer rests on, with their line; another source's with its page."""
    elsewhere = [each for each in focus.last_reply.facts if each.source_url] if focus.last_reply else []
    if focus.last_reply and elsewhere:
        words = "\n".join(citation.as_text() for citation in elsewhere)
        return Reply.worded("source", citations=words).based_on(elsewhere, focus.last_reply.suggestions)
    shown = focus.shown(store)
    if not shown:
        return Reply.worded("source_in_general")
    cited = answer_from(store, shown, "").facts
    words = "\n".join(citation.as_text() for citation in cited)
    return resting_on(store, shown, Reply.worded("source", citations=words))


def reply_simpler(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The last answer in easy words; what was no answer, once more."""
    shown = focus.shown(store)
    if not shown:
        return which_of(store.whole_topic(store.topics[0].id))
    if focus.last_reply and focus.last_reply.kind is ReplyKind.REFUSAL and focus.last_reply.facts:
        return focus.last_reply
    answers = "\n".join(fact.simple or fact.answer for fact in shown)
    return resting_on(store, shown, Reply.worded("simpler", answers=answers))


def reply_again(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The last reply as it was."""
    return focus.last_reply or which_of(store.whole_topic(store.topics[0].id))
