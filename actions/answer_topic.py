"""A question about a topic: the facts that the ranker puts first, or those of the whole topic."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import StoreAction, answer_from, asked_facts


class AnswerTopic(StoreAction):
    """Answers every intent that is a topic of the store."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer_topic"

    def answer(self, tracker: Tracker, dispatcher: CollectingDispatcher) -> None:
        """Give the facts that were asked for; several with the topic's introduction."""
        intent = tracker.get_intent_of_latest_message()
        topic = self.store.topic_of_intent(intent)
        if topic is None:
            raise LookupError(f"The intent {intent} is no topic of data/facts/topics.yml.")
        facts = asked_facts(self.store, tracker) or self.store.whole_topic(topic.id)
        dispatcher.utter_message(**answer_from(self.store, facts, topic.intro).as_message())
