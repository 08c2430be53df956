"""A question about a person."""

from actions.composing import listed, resting_on
from actions.focus import Focus
from actions.question import Question
from bot.facts import FactStore, enumerated
from bot.reply import Reply

MOST = 3


def reply_on_person(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Give the first facts about each person who was named; the same words for everybody whom there are none about."""
    people = [name for name in question.named("person") if store.facts_about(name)]
    by_id = {fact.id: fact for name in people for fact in store.facts_about(name)[:MOST]}
    facts = list(by_id.values())
    if not facts:
        return Reply.worded("person_unknown")
    reply = Reply.worded("person", people=enumerated(people), answers=listed(facts))
    return resting_on(store, facts, reply)
