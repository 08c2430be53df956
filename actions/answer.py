"""The action that answers from the store: one question of a message, or several."""

import logging
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.composing import joined
from actions.person import reply_on_person
from actions.question import questions_in
from actions.region import reply_on_region
from actions.topic import reply_on_topic
from bot.facts import FactStore, shipped_store
from bot.faults import described
from bot.reply import Reply

logger = logging.getLogger(__name__)

# Every other intent that has facts is answered as the topic that it is.
_SPECIAL = {"ask_region": reply_on_region, "ask_who_is": reply_on_person}


class Answer(Action):
    """Reads the tracker, asks the store, utters one reply.

    A fault inside it is told to the visitor; without this, rasa-sdk would send the visitor's words back in its error,
    and Rasa would log them.
    """

    def __init__(self, store: Optional[FactStore] = None) -> None:
        """Take the store to answer from; rasa-sdk gives none, which means the one that ships."""
        self._store = store or shipped_store()

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> List[Dict[str, Any]]:
        """Answer, whatever happens."""
        try:
            reply = joined(
                [
                    _SPECIAL.get(question.intent, reply_on_topic)(self._store, question)
                    for question in questions_in(tracker)
                ]
            )
        except Exception as error:
            logger.error("The action %s failed: %s.", self.name(), described(error))
            reply = Reply.worded("trouble")
        dispatcher.utter_message(**reply.as_message())
        return []
