"""What a conversation is about at the moment, so that "when?", "who is she?" and "tell me more" can be answered.

It is kept in slots: Rasa fills people and regions from the names in a message, `after` sets all of them after a reply.
"""

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.question import Question
from bot.facts import Fact, FactStore, Kind
from bot.reply import Reply
from bot.support import Need

FACTS, TOLD, PEOPLE, REGIONS = "facts_in_focus", "facts_told", "people_in_focus", "regions_in_focus"
ORGANISATIONS = "organisations_in_focus"
HOSTILE = "hostile_turns"

# A store may hold many thousand facts; what was told so long ago may be told again.
_MOST_TOLD = 50


@dataclass(frozen=True)
class Focus:
    """The facts told last and all those told so far, as ids; the people and regions spoken of last; the last reply.

    `country` is the code of the one that the visitor named when help was offered, `hostile_turns` how often hostile
    words were met before.
    """

    facts: Tuple[str, ...] = ()
    told: Tuple[str, ...] = ()
    people: Tuple[str, ...] = ()
    regions: Tuple[str, ...] = ()
    last_reply: Optional[Reply] = None
    last_readings: Tuple[str, ...] = ()
    country: Optional[str] = None
    hostile_turns: int = 0

    def shown(self, store: FactStore) -> List[Fact]:
        """The facts told last, without any that the store no longer has."""
        return [store.fact(fact_id) for fact_id in self.facts if store.has_fact(fact_id)]


def focus_of(tracker: Tracker) -> Focus:
    """The focus before the latest message is answered."""
    return Focus(
        facts=tuple(tracker.get_slot(FACTS) or ()),
        told=tuple(tracker.get_slot(TOLD) or ()),
        people=tuple(tracker.get_slot(PEOPLE) or ()),
        regions=tuple(tracker.get_slot(REGIONS) or ()),
        last_reply=_last_reply(tracker.events),
        last_readings=_last_readings(tracker.events),
        country=_country(tracker.events),
        hostile_turns=int(tracker.get_slot(HOSTILE) or 0),
    )


def after(store: FactStore, focus: Focus, questions: Sequence[Question], reply: Reply) -> List[Dict[str, Any]]:
    """The events that move the focus to what a reply told; a reply that told nothing leaves it where it is.

    After a fact from elsewhere, no fact of the documents is in focus any more.
    """
    if any(question.intent == "hostile" for question in questions):
        return [SlotSet(HOSTILE, focus.hostile_turns + 1)]
    facts = [store.fact(citation.id) for citation in reply.facts if store.has_fact(citation.id)]
    if not facts:
        is_from_elsewhere = any(citation.source_url for citation in reply.facts)
        return [SlotSet(slot, []) for slot in (FACTS, PEOPLE, ORGANISATIONS)] if is_from_elsewhere else []
    ids = [fact.id for fact in facts]
    told = [fact_id for fact_id in focus.told if fact_id not in ids] + ids
    people = _spoken_of("person", questions, (name for fact in facts for name in fact.about.people))
    places = (name for fact in facts for name in fact.about.places if store.kind_of(name) is Kind.REGION)
    regions = _spoken_of("region", questions, places)
    organisations = (name for fact in facts for name in fact.about.organisations)
    return [
        SlotSet(FACTS, ids),
        SlotSet(TOLD, told[-_MOST_TOLD:]),
        SlotSet(PEOPLE, people or list(focus.people)),
        SlotSet(REGIONS, regions or list(focus.regions)),
        SlotSet(ORGANISATIONS, _spoken_of("organisation", questions, organisations)),
    ]


def _spoken_of(kind: str, questions: Sequence[Question], told: Iterable[str]) -> List[str]:
    """The names that the facts told are about; those among them alone that were asked about, where some were."""
    about = list(dict.fromkeys(told))
    asked = list(dict.fromkeys(name for question in questions for name in question.named(kind) if name in about))
    return asked or about


def _last_reply(events: Sequence[Dict[str, Any]]) -> Optional[Reply]:
    for event in reversed(events):
        if event.get("event") == "bot":
            try:
                return Reply.from_message({**(event.get("data") or {}), **event})
            except (KeyError, ValueError):
                return None
    return None


def _last_readings(events: Sequence[Dict[str, Any]]) -> Tuple[str, ...]:
    """The intents, most likely first, of the message before the latest one."""
    messages = [event for event in events if event.get("event") == "user"]
    if len(messages) <= 1:
        return ()
    ranking = messages[-2].get("parse_data", {}).get("intent_ranking") or ()
    return tuple(reading["name"] for reading in ranking)


def _country(events: Sequence[Dict[str, Any]]) -> Optional[str]:
    needs = (Need.of(event.get("parse_data")) for event in reversed(events) if event.get("event") == "user")
    return next((need.country for need in needs if need and need.country), None)
