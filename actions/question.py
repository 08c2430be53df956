"""What a visitor asked, as the pipeline understood it."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Tuple

from rasa_sdk import Tracker


@dataclass(frozen=True)
class Question:
    """One question: its intent, the facts that the ranker puts first, and the names in it by kind, each once."""

    intent: str
    fact_ids: Tuple[str, ...] = ()
    names: Mapping[str, List[str]] = field(default_factory=dict)

    def named(self, kind: str) -> List[str]:
        """The names of a kind, in the order in which they stand in the question."""
        return list(self.names.get(kind, ()))


def questions_in(tracker: Tracker) -> List[Question]:
    """The questions of the latest message: usually one, several where the pipeline found several."""
    message = tracker.latest_message
    several = message.get("questions") or ()
    if several:
        return [Question(asked["intent"], tuple(asked["facts"]), asked["names"]) for asked in several]
    ranking = message.get("fact_ranking") or ()
    fact_ids = tuple(ranking[0]["facts"]) if ranking else ()
    return [Question(tracker.get_intent_of_latest_message() or "", fact_ids, _names(message))]


def _names(message: Dict[str, Any]) -> Dict[str, List[str]]:
    names: Dict[str, Dict[str, None]] = {}
    for entity in message.get("entities", ()):
        names.setdefault(entity["entity"], {}).setdefault(entity["value"])
    return {kind: list(found) for kind, found in names.items()}
