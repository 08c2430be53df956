"""A bare "when?", "where?", "who?" or "why?" about what was told last."""

from typing import Callable, Dict

from actions.clarify import which_of
from actions.composing import answer_from, listed, resting_on
from actions.focus import Focus
from actions.following import related
from actions.question import Question
from bot.facts import Fact, FactStore
from bot.reply import Reply

_TELLS: Dict[str, Callable[[Fact], bool]] = {
    "ask_when": lambda fact: bool(fact.about.dates),
    "ask_where": lambda fact: bool(fact.about.places),
    "ask_who": lambda fact: bool(fact.about.people or fact.about.organisations),
    "ask_why": lambda fact: fact.about.purpose,
}


def reply_on_attribute(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Give those of the facts told last that tell it, else those that belong with them; else say that none does."""
    tells = _TELLS[question.intent]
    shown = focus.shown(store)
    if not shown:
        return which_of([fact for fact in store.facts if tells(fact)])
    telling = [fact for fact in shown if tells(fact)] or [fact for fact in related(store, shown) if tells(fact)]
    if telling:
        return answer_from(store, telling, store.topic(telling[0].topic).intro)
    return resting_on(store, shown, Reply.worded("silent_on_this", answers=listed(shown)))
