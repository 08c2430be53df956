"""Asking back, with titles that a visitor would use."""

from typing import Iterable, List, Sequence

from actions.composing import answer_from
from actions.focus import Focus
from actions.question import Question
from bot.facts import Fact, FactStore, Topic
from bot.reply import Reply, Suggestion

MOST = 3


def reply_on_readings(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Ask which of the readings was meant, between which the pipeline could not choose."""
    titles = [_title(store, reading) for reading in question.readings]
    return _asking("which_reading", [title for title in titles if title])


def reply_on_wrong_answer(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Offer what else the message before could have meant."""
    answered = {fact.topic for fact in focus.shown(store)}
    topics = [store.topic_of_intent(intent) for intent in focus.last_readings]
    others = [topic for topic in topics if topic and topic.id not in answered]
    return _asking("wrong_answer", map(_suggestion, others))


def reply_on_yes(store: FactStore, question: Question, focus: Focus) -> Reply:
    """A yes to what was offered last: give it where it is one thing, else ask which of it."""
    return reply_on_offered(store, focus.last_reply.suggestions if focus.last_reply else ())


def reply_on_offered(store: FactStore, offered: Sequence[Suggestion]) -> Reply:
    """What was offered, where it is one question that facts answer; else ask which of it."""
    facts = store.facts_asked_by(offered[0].text) if len(offered) == 1 else []
    if facts:
        return answer_from(store, facts, store.topic(facts[0].topic).intro)
    return _asking("which_offer", offered)


def reply_on_no(store: FactStore, question: Question, focus: Focus) -> Reply:
    """A no to what was offered last."""
    return Reply.worded("no_offer")


def which_of(facts: Sequence[Fact]) -> Reply:
    """Ask which of some facts was meant, where nothing has been told yet that a message could go on from."""
    return _asking("which_fact", map(_suggestion, facts))


def _asking(wording: str, suggestions: Iterable[Suggestion]) -> Reply:
    reply = Reply.worded(wording)
    offered: List[Suggestion] = list(dict.fromkeys(suggestions))[:MOST]
    return reply.based_on((), offered or reply.suggestions)


def _title(store: FactStore, reading: Question) -> "Suggestion | None":
    topic = store.topic_of_intent(reading.intent)
    if topic is None:
        return None
    return _suggestion(store.fact(reading.fact_ids[0]) if len(reading.fact_ids) == 1 else topic)


def _suggestion(entry: "Fact | Topic") -> Suggestion:
    return Suggestion(entry.title, entry.questions[0])
