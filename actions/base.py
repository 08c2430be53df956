"""What all actions share: the store, and replies made of its facts."""

import logging
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, Dict, List, Optional, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.facts import Fact, FactStore, load_store
from bot.faults import described
from bot.reply import Citation, Reply, ReplyKind, Suggestion

logger = logging.getLogger(__name__)

Events = List[Dict[str, Any]]


@lru_cache(maxsize=1)
def shipped_store() -> FactStore:
    """The store that ships with the release, read once."""
    return load_store()


class StoreAction(Action, ABC):
    """An action that answers from the store.

    A fault inside it is told to the visitor; without this, rasa-sdk would send the visitor's words back in its error,
    and Rasa would log them.
    """

    def __init__(self, store: Optional[FactStore] = None) -> None:
        """Take the store to answer from; rasa-sdk gives none, which means the one that ships."""
        self.store = store or shipped_store()

    @abstractmethod
    def answer(self, tracker: Tracker, dispatcher: CollectingDispatcher) -> None:
        """Read the tracker, ask the store, utter."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Answer, whatever happens."""
        try:
            self.answer(tracker, dispatcher)
        except Exception as error:
            logger.error("The action %s failed: %s.", self.name(), described(error))
            dispatcher.messages.clear()
            dispatcher.utter_message(**Reply.worded("trouble").as_message())
        return []


def listed(facts: Sequence[Fact]) -> str:
    """The answers of facts: one alone, several as a list of lines."""
    if len(facts) == 1:
        return facts[0].answer
    return "\n".join(f"• {fact.answer}" for fact in facts)


def resting_on(store: FactStore, facts: Sequence[Fact], reply: Reply) -> Reply:
    """A reply with the facts that it gives cited, and what visitors ask after them as suggestions."""
    citations = [Citation(fact.id, fact.quote, fact.document, fact.line) for fact in facts]
    questions = store.next_questions(facts[0].topic, facts)
    return reply.based_on(citations, [Suggestion(title, question) for title, question in questions])


def answer_from(store: FactStore, facts: Sequence[Fact], intro: str) -> Reply:
    """An answer that gives facts and cites them; the introduction stands before several of them."""
    text = listed(facts) if len(facts) == 1 else f"{intro}\n{listed(facts)}"
    return resting_on(store, facts, Reply(ReplyKind.ANSWER, text))


def names_in(tracker: Tracker, kind: str) -> List[str]:
    """The names of a kind in the latest message, each once, in the order in which they stand there."""
    found = (entity["value"] for entity in tracker.latest_message.get("entities", ()) if entity["entity"] == kind)
    return list(dict.fromkeys(found))


def asked_facts(store: FactStore, tracker: Tracker) -> List[Fact]:
    """The facts that the ranker puts first for the latest message, none where it ranked nothing."""
    ranking = tracker.latest_message.get("fact_ranking") or ()
    return [store.fact(fact_id) for fact_id in ranking[0]["facts"]] if ranking else []
