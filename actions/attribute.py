"""A bare "when?", "where?", "who?" or "why?" about what was told last."""

from typing import Callable, Dict

from actions.clarify import which_of
from actions.composing import answer_from, listed, resting_on
from actions.focus import Focus
from actions.following import belonging
from actions.question import Question
from bot.facts import Fact, FactStore
from bot.reply import Reply, ReplyKind

_TELLS: Dict[str, Callable[[Fact], bool]] = {
    "ask_when": lambda fact: bool(fact.about.dates),
    "ask_where": lambda fact: bool(fact.about.places),
    "ask_who": lambda fact: bool(fact.about.people),
    "ask_why": lambda fact: fact.about.purpose,
}


def reply_on_attribute(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Give those of the facts told last that tell it, else those about the same; else say that none does.

    Where the message names people, only what the documents say about them counts. What was told in a refusal is not
    what the visitor asks about.
    """
    tells = _TELLS[question.intent]
    about_named = [fact for name in question.named("person") for fact in store.facts_about(name)]
    shown = about_named or focus.shown(store)
    if not shown:
        return which_of([fact for fact in store.facts if tells(fact)])
    telling = [fact for fact in shown if tells(fact)] or [fact for fact in belonging(store, shown) if tells(fact)]
    was_refused = focus.last_reply and focus.last_reply.kind is ReplyKind.REFUSAL and focus.last_reply.facts
    if telling and (about_named or not was_refused):
        return answer_from(store, telling, store.topic(telling[0].topic).intro)
    return resting_on(store, shown, Reply.worded("silent_on_this", answers=listed(shown)))
