"""A message that rests on something the documents do not bear out."""

from actions.composing import resting_on
from actions.focus import Focus
from actions.question import Question
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind


def reply_on_misconception(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Correct it first, with the facts.

    Raises:
        KeyError: the store has no such misconception.
    """
    misconception = store.misconception(question.misconception)
    facts = [store.fact(fact_id) for fact_id in misconception.facts]
    return resting_on(store, facts, Reply(ReplyKind.ANSWER, misconception.correction))
