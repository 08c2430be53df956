"""A question about a person."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import StoreAction, listed, names_in, resting_on
from bot.reply import Reply

MOST = 3


class AnswerPerson(StoreAction):
    """Tells what the documents say of a person; the same words for everybody whom they do not mention."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer_person"

    def answer(self, tracker: Tracker, dispatcher: CollectingDispatcher) -> None:
        """Give the first facts about each person who was named."""
        people = [name for name in names_in(tracker, "person") if self.store.facts_about(name)]
        by_id = {fact.id: fact for name in people for fact in self.store.facts_about(name)[:MOST]}
        facts = list(by_id.values())
        if not facts:
            dispatcher.utter_message(**Reply.worded("person_unknown").as_message())
            return
        reply = Reply.worded("person", people=" and ".join(people), answers=listed(facts))
        dispatcher.utter_message(**resting_on(self.store, facts, reply).as_message())
