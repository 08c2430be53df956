"""What is declined: advice, verdicts, hostile words, and orders to be another assistant."""

from actions.composing import listed, resting_on
from actions.focus import Focus
from actions.question import Question
from bot.facts import FactStore
from bot.reply import Reply
from bot.support import shipped_support

# The fact that meets hostile words.
_POSITION = "metoo-survivor-led"
_MOST = 2


def reply_on_legal(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Decline, and name who can explain options."""
    return Reply.worded("legal", line=shipped_support().example(focus.country))


def reply_on_medical(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Decline, with the emergency number first."""
    support = shipped_support()
    emergency = support.emergency_numbers(focus.country)
    return Reply.worded("medical", line=support.example(focus.country), emergency=emergency)


def reply_on_guilt(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Judge nobody; give what the document says of the person, and the same words for all whom it does not name."""
    facts = [fact for name in question.named("person") for fact in store.facts_about(name)][:_MOST]
    if facts:
        return resting_on(store, facts, Reply.worded("guilt_on_name", answers=listed(facts)))
    return Reply.worded("guilt")


def reply_on_hostile(store: FactStore, question: Question, focus: Focus) -> Reply:
    """One sentence of position and one fact; shorter the second time; then a close."""
    if focus.hostile_turns == 0:
        fact = store.fact(_POSITION)
        return resting_on(store, [fact], Reply.worded("hostile", answers=fact.answer))
    return Reply.worded("hostile_again" if focus.hostile_turns == 1 else "hostile_close")
