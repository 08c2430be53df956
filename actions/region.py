"""A question about the movement in a place."""

from typing import List

from actions.composing import answer_from, listed, resting_on
from actions.focus import Focus
from actions.question import Question
from actions.topic import reply_on_topic
from bot.facts import Fact, FactStore, enumerated
from bot.reply import Reply, Suggestion, within_text

TOPIC = "region"


def reply_on_region(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Give the facts about the named places; without a place, those about all that the documents have.

    Of a place that the documents do not have it says so, with what comes nearest or with the places that there are.
    """
    regions = question.named("region")
    by_id = {fact.id: fact for region in regions for fact in store.facts_about(region)}
    if by_id:
        return _known(store, list(by_id.values()), question)
    return _unknown(store, regions[0]) if regions else reply_on_topic(store, question, focus)


def _known(store: FactStore, facts: List[Fact], question: Question) -> Reply:
    # Which of a place's facts is asked for, the ranker can tell; which of several places, the names tell better. Where
    # it puts several first, it is not sure, or places in general are asked for: then it is the whole place.
    is_one = len(question.fact_ids) == 1 and len(question.named("region")) == 1
    told = [fact for fact in facts if is_one and fact.id in question.fact_ids] or facts
    if len(told) == 1:
        return answer_from(store, told, "")
    regions = [region for region in question.named("region") if store.facts_about(region)]
    reply = Reply.worded("region", regions=enumerated(regions), answers=listed(told))
    return resting_on(store, told, reply)


def _unknown(store: FactStore, region: str) -> Reply:
    nearest = store.nearest_region(region)
    if nearest:
        facts = store.facts_about(nearest)
        reply = Reply.worded("region_nearest", region=within_text(region), nearest=nearest, answers=listed(facts))
        return resting_on(store, facts, reply)
    known = store.regions()
    reply = Reply.worded("region_unknown", region=within_text(region), known=enumerated(known))
    return reply.based_on((), [_about(store, name) for name in known])


def _about(store: FactStore, region: str) -> Suggestion:
    fact = store.facts_about(region)[0]
    return Suggestion(fact.title, fact.questions[0])
