"""The action that answers from the store: one question of a message, or several."""

import logging
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.again import reply_again, reply_simpler, reply_with_source
from actions.attribute import reply_on_attribute
from actions.background import from_elsewhere
from actions.boundary import reply_on_guilt, reply_on_hostile, reply_on_legal, reply_on_medical
from actions.clarify import reply_on_no, reply_on_readings, reply_on_wrong_answer, reply_on_yes
from actions.composing import joined
from actions.focus import Focus, after, focus_of
from actions.misconception import reply_on_misconception
from actions.more import reply_on_both, reply_on_one, reply_with_more
from actions.other_language import reply_in
from actions.person import reply_on_person
from actions.question import Question, questions_in
from actions.region import reply_on_region
from actions.silence import reply_on_silence
from actions.topic import reply_on_topic
from bot.facts import FactStore, shipped_store
from bot.faults import described
from bot.logs import keep_words_out_of_logs
from bot.reply import Reply

logger = logging.getLogger(__name__)

# Every other intent that has facts is answered as the topic that it is.
_REPLIES: Dict[str, Callable[[FactStore, Question, Focus], Reply]] = {
    "ask_region": reply_on_region,
    "ask_who_is": reply_on_person,
    "ask_when": reply_on_attribute,
    "ask_where": reply_on_attribute,
    "ask_who": reply_on_attribute,
    "ask_why": reply_on_attribute,
    "ask_more": reply_with_more,
    "ask_compare": reply_on_both,
    "ask_first_one": reply_on_one,
    "ask_second_one": reply_on_one,
    "ask_source": reply_with_source,
    "ask_simpler": reply_simpler,
    "ask_repeat": reply_again,
    "affirm": reply_on_yes,
    "deny": reply_on_no,
    "wrong_answer": reply_on_wrong_answer,
    "ambiguous": reply_on_readings,
    "not_in_documents": reply_on_silence,
    "false_premise": reply_on_misconception,
    "ask_legal": reply_on_legal,
    "ask_medical": reply_on_medical,
    "ask_guilt": reply_on_guilt,
    "hostile": reply_on_hostile,
    "break_rules": lambda store, question, focus: Reply.worded("break_rules"),
    "criticism": lambda store, question, focus: Reply.worded("criticism"),
    "other_language": lambda store, question, focus: reply_in(question.language),
}


class Answer(Action):
    """Reads the tracker, asks the store, utters one reply.

    A fault inside it is told to the visitor; without this, rasa-sdk would send the visitor's words back in its error,
    and Rasa would log them.
    """

    def __init__(self, store: Optional[FactStore] = None) -> None:
        """Take the store to answer from; rasa-sdk gives none, which means the one that ships."""
        keep_words_out_of_logs()
        self._store = store or shipped_store()

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> List[Dict[str, Any]]:  # type: ignore[override]  # the SDK takes both
        """Answer, whatever happens."""
        try:
            questions, focus = questions_in(tracker), focus_of(tracker)
            reply = joined([self._reply(question, focus) for question in questions])
            events = after(self._store, focus, questions, reply)
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor gets a reply
            intent = (tracker.latest_message.get("intent") or {}).get("name")
            logger.error("The action %s failed on the intent %s: %s.", self.name(), intent, described(error))
            reply, events = Reply.worded("trouble"), []
        dispatcher.utter_message(**reply.as_message())
        return events

    def _reply(self, question: Question, focus: Focus) -> Reply:
        if self._asks_of_other_places(question):
            question = replace(question, intent="ask_region")
        reply = _REPLIES.get(question.intent, reply_on_topic)(self._store, question, focus)
        return from_elsewhere(question, reply)

    def _asks_of_other_places(self, question: Question) -> bool:
        """Whether a topic is asked of places that its document doesn't have, so that it says nothing of them."""
        topic = self._store.topic_of_intent(question.intent)
        if topic is None or question.named("person"):
            return False
        places = question.named("region")
        told = {self._store.fact(fact_id).document for fact_id in question.fact_ids or topic.facts}
        about = {fact.document for place in places for fact in self._store.facts_about(place)}
        return bool(places) and not told & about
