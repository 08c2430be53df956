"""Training data from Rasa's files and from the store: questions of facts and topics, misconceptions, background."""

from typing import Optional

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.utils.common import cached_method
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.facts import shipped_store
from bot.facts.background import shipped_background
from bot.nlu.labels import BACKGROUND, FALSE_PREMISE, MISCONCEPTION, SILENT


class FactStoreImporter(RasaFileImporter):
    """Named under `importers` in config.yml, it makes a new fact known to the model without a line under data/nlu."""

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
