"""What leads on from the facts told last: those that belong with them."""

from typing import List, Sequence, Set

from bot.facts import Fact, FactStore, Kind


def related(store: FactStore, shown: Sequence[Fact]) -> List[Fact]:
    """The other facts of the same topics, those about the same people, organisations or places first.

    What was told about a region is followed by nothing about another region.
    """
    same = _sharing(store, shown)
    if any(store.kind_of(name) is Kind.REGION for fact in shown for name in fact.about.places):
        return same
    return same + [fact for fact in _others(store, shown) if fact not in same]


def belonging(store: FactStore, shown: Sequence[Fact]) -> List[Fact]:
    """The other facts of the same topics about the same people, organisations or places; all, where none was told of.

    What is told of one person's news is no date of another's tweet.
    """
    return _sharing(store, shown) if any(map(_subjects, shown)) else related(store, shown)


def _sharing(store: FactStore, shown: Sequence[Fact]) -> List[Fact]:
    names = {name for fact in shown for name in _subjects(fact)}
    return [fact for fact in _others(store, shown) if names & _subjects(fact)]


def _others(store: FactStore, shown: Sequence[Fact]) -> List[Fact]:
    ids = {fact.id for fact in shown}
    topics = dict.fromkeys(fact.topic for fact in shown)
    return [fact for topic in topics for fact in store.facts_of_topic(topic) if fact.id not in ids]


def _subjects(fact: Fact) -> Set[str]:
    return {*fact.about.people, *fact.about.organisations, *fact.about.places}
