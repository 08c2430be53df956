"""What a visitor asked, as the pipeline understood it."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from rasa_sdk import Tracker


@dataclass(frozen=True)
class Question:
    """One question: its intent, the facts that the ranker puts first, and the names in it by kind, each once.

    `misconception` is the id of the one that the message rests on, `language` the code of the one that it is written in
    where that is not English, `readings` the intents, with their facts, between which the pipeline could not choose,
    `background` the id of the fact from elsewhere that answers it where the documents do not.
    """

    intent: str
    fact_ids: Tuple[str, ...] = ()
    names: Mapping[str, List[str]] = field(default_factory=dict)
    misconception: str = ""
    language: str = ""
    readings: Tuple["Question", ...] = ()
    background: str = ""

    def named(self, kind: str) -> List[str]:
        """The names of a kind, in the order in which they stand in the question."""
        return list(self.names.get(kind, ()))


def questions_in(tracker: Tracker) -> List[Question]:
    """The questions of the latest message: usually one, several where the pipeline found several."""
    message = tracker.latest_message
    # The parts of a message in another language only look like questions in English.
    several = () if message.get("language") else message.get("questions") or ()
    if several:
        return [Question(asked["intent"], tuple(asked["facts"]), asked["names"]) for asked in several]
    return [
        Question(
            # The SDK's own get_intent_of_latest_message gives the first of the ranking, which no gate has passed.
            intent=(message.get("intent") or {}).get("name") or "",
            fact_ids=_first_ranked(message.get("fact_ranking") or ()),
            names=_names(message),
            misconception=message.get("misconception") or "",
            language=message.get("language") or "",
            background=message.get("background") or "",
            readings=tuple(
                Question(reading["intent"], tuple(reading["facts"])) for reading in message.get("readings") or ()
            ),
        )
    ]


def _first_ranked(ranking: Sequence[Mapping[str, Any]]) -> Tuple[str, ...]:
    return tuple(ranking[0]["facts"]) if ranking else ()


def _names(message: Dict[str, Any]) -> Dict[str, List[str]]:
    names: Dict[str, Dict[str, None]] = {}
    for entity in message.get("entities", ()):
        names.setdefault(entity["entity"], {}).setdefault(entity["value"])
    return {kind: list(found) for kind, found in names.items()}
