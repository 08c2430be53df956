"""Training data from Rasa's files and from the store: questions of facts and topics, misconceptions, background.

A topic that domain.yml does not know gets its intent and its rule from here.
"""

from typing import List, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.facts import shipped_store
from bot.facts.background import shipped_background
from bot.nlu.labels import BACKGROUND, FALSE_PREMISE, MISCONCEPTION, SILENT

ANSWER = "action_answer"


class FactStoreImporter(RasaFileImporter):
    """Named under `importers` in config.yml: makes new facts and topics known to the model without a line elsewhere."""

    @cached_method
    def get_domain(self) -> Domain:
        """The domain of the files, with an intent for each topic that they have none for."""
        domain = super().get_domain()
        return domain.merge(Domain.from_dict({"intents": _unknown_to(domain)})) if _unknown_to(domain) else domain

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """The stories and rules of the files, with a rule for each topic that the domain's files have no intent for."""
        rules = [
            {"rule": intent, "steps": [{"intent": intent}, {"action": ANSWER}]}
            for intent in _unknown_to(super().get_domain())
        ]
        steps = YAMLStoryReader(self.get_domain()).read_from_parsed_yaml({"rules": rules})
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))

    @cached_method
    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The files' examples, and those of the store, each labelled with the fact or misconception that it is about.

        Raises:
            bot.facts.StoreError: the store has defects.
        """
        store = shipped_store()
        messages = [Message.build(question, topic.intent) for topic in store.topics for question in topic.questions]
        for fact in store.facts:
            intent = store.topic(fact.topic).intent
            messages += [
                Message.build(question, intent, intent_metadata={"facts": [fact.id]}) for question in fact.questions
            ]
        for misconception in store.misconceptions:
            label = {MISCONCEPTION: misconception.id}
            messages += [Message.build(claim, FALSE_PREMISE, intent_metadata=label) for claim in misconception.claims]
        for background in shipped_background().facts.values():
            label = {BACKGROUND: background.id}
            messages += [Message.build(text, SILENT, intent_metadata=label) for text in background.questions]
        files = super().get_nlu_data(language)
        # Not TrainingData.merge, which copies every example.
        return TrainingData(
            [*files.training_examples, *messages],
            files.entity_synonyms,
            files.regex_features,
            files.lookup_tables,
            files.responses,
        )


def _unknown_to(domain: Domain) -> List[str]:
    return [topic.intent for topic in shipped_store().topics if topic.intent not in domain.intents]
