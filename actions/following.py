"""What leads on from the facts told last: those that belong with them."""

from typing import List, Sequence, Set

from bot.facts import Fact, FactStore, Kind


def related(store: FactStore, shown: Sequence[Fact]) -> List[Fact]:
    """The other facts of the same topics, those about the same people, organisations or places first.

    What was told about a region is followed by nothing about another region.
    """
    ids = {fact.id for fact in shown}
    names = {name for fact in shown for name in _subjects(fact)}
    others = [
        fact
        for topic in dict.fromkeys(fact.topic for fact in shown)
        for fact in store.facts_of_topic(topic)
        if fact.id not in ids
    ]
    same = [fact for fact in others if names & _subjects(fact)]
    if any(store.kind_of(name) is Kind.REGION for fact in shown for name in fact.about.places):
        return same
    return same + [fact for fact in others if fact not in same]


def _subjects(fact: Fact) -> Set[str]:
    return {*fact.about.people, *fact.about.organisations, *fact.about.places}
