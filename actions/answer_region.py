"""A question about the movement in a place."""

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_topic import AnswerTopic
from actions.base import answer_from, asked_facts, listed, names_in, resting_on
from bot.facts import Fact
from bot.reply import Reply, Suggestion

TOPIC = "region"


class AnswerRegion(AnswerTopic):
    """Answers for the places that were named, and says so where the documents do not have them."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer_region"

    def answer(self, tracker: Tracker, dispatcher: CollectingDispatcher) -> None:
        """Give the facts about the named places; without a place, those about all that the documents have."""
        regions = names_in(tracker, "region")
        by_id = {fact.id: fact for region in regions for fact in self.store.facts_about(region)}
        facts = list(by_id.values())
        if facts:
            self._utter_facts(facts, tracker, dispatcher)
        elif regions:
            self._utter_unknown(regions[0], dispatcher)
        else:
            super().answer(tracker, dispatcher)

    def _utter_facts(self, facts: List[Fact], tracker: Tracker, dispatcher: CollectingDispatcher) -> None:
        asked = [fact for fact in asked_facts(self.store, tracker) if fact in facts]
        intro = self.store.topic(TOPIC).intro
        dispatcher.utter_message(**answer_from(self.store, asked or facts, intro).as_message())

    def _utter_unknown(self, region: str, dispatcher: CollectingDispatcher) -> None:
        nearest = self.store.nearest_region(region)
        if nearest:
            facts = self.store.facts_about(nearest)
            reply = Reply.worded("region_nearest", region=region, nearest=nearest, answers=listed(facts))
            dispatcher.utter_message(**resting_on(self.store, facts, reply).as_message())
            return
        known = self.store.regions()
        reply = Reply.worded("region_unknown", region=region, known=" and ".join(known))
        dispatcher.utter_message(**reply.based_on((), [self._about(name) for name in known]).as_message())

    def _about(self, region: str) -> Suggestion:
        fact = self.store.facts_about(region)[0]
        return Suggestion(fact.title, fact.questions[0])
