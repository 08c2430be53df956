"""Going on from what was told last: more of it, both of two, or one of two."""

from typing import List, Optional, Sequence

from actions.clarify import reply_on_offered, which_of
from actions.composing import answer_from, listed, resting_on
from actions.focus import Focus
from actions.following import related
from actions.person import reply_on_person
from actions.question import Question
from actions.region import TOPIC as REGION_TOPIC
from actions.region import reply_on_region
from bot.facts import Fact, FactStore
from bot.reply import Reply, ReplyKind

_PLACE_OF = {"ask_first_one": slice(0, 1), "ask_second_one": slice(1, 2)}


def reply_with_more(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The facts that belong with those told last and have not been told yet; where none is left, say that it is all."""
    if question.named("person"):
        return reply_on_person(store, question, focus)
    shown = focus.shown(store)
    if not shown:
        return which_of(store.facts)
    about_them = [fact for name in focus.people for fact in store.facts_about(name)]
    same_person = about_them if all(set(fact.about.people) & set(focus.people) for fact in shown) else []
    further = {fact.id: fact for fact in [*same_person, *related(store, shown)] if fact.id not in focus.told}
    if further:
        facts = list(further.values())
        return answer_from(store, facts, store.topic(facts[0].topic).intro)
    return resting_on(store, shown, Reply.worded("nothing_more", answers=listed(shown)))


def reply_on_both(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The two or more people, regions or facts that were spoken of, one beside the other."""
    shown = focus.shown(store)
    if not shown:
        return which_of(store.facts)
    if any(fact.topic == REGION_TOPIC for fact in shown):
        facts = store.whole_topic(REGION_TOPIC)
        return answer_from(store, facts, store.topic(REGION_TOPIC).intro)
    people = _told_of(focus.people, shown)
    if len(people) == 1:
        people = _last_told_of_before(store, focus, people[0]) + people
    if len(people) > 1:
        return reply_on_person(store, _about(question, people=people), focus)
    facts = shown if len(shown) > 1 else store.whole_topic(shown[0].topic)
    return answer_from(store, facts, store.topic(facts[0].topic).intro)


def reply_on_one(store: FactStore, question: Question, focus: Focus) -> Reply:
    """The first or the second of the people, regions or facts that were told last."""
    place = _PLACE_OF[question.intent]
    if focus.last_reply and focus.last_reply.kind is ReplyKind.CLARIFY:
        return reply_on_offered(store, focus.last_reply.suggestions[place])
    shown = focus.shown(store)
    people = _told_of(focus.people, shown)
    regions = [region for region in _told_of(focus.regions, shown) if region in store.regions()]
    if len(people) > 1:
        return reply_on_person(store, _about(question, people=people[place]), focus)
    if len(regions) > 1:
        return reply_on_region(store, _about(question, regions=regions[place]), focus)
    if not shown:
        return which_of(store.facts)
    return answer_from(store, shown[place] or shown[-1:], "")


def _last_told_of_before(store: FactStore, focus: Focus, person: str) -> List[str]:
    """Whom the conversation was about before it came to this person: one name, or none."""
    told = [store.fact(fact_id) for fact_id in reversed(focus.told) if store.has_fact(fact_id)]
    others: List[str] = [name for fact in told for name in fact.about.people if name != person]
    return others[:1]


def _told_of(names: Sequence[str], shown: Sequence[Fact]) -> List[str]:
    """Those of the names that the facts told last are about: others stay in focus from an earlier answer."""
    told = {name for fact in shown for name in (*fact.about.people, *fact.about.places)}
    return [name for name in names if name in told]


def _about(
    question: Question, people: Optional[Sequence[str]] = None, regions: Optional[Sequence[str]] = None
) -> Question:
    return Question(question.intent, names={"person": list(people or ()), "region": list(regions or ())})
