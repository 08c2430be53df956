"""The clauses of a message, which could be questions of their own, as in "who said it first, and who was she?"."""

import re
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_CLAUSES = "clauses"
_CONJUNCTION = r"(?:and|&|n|plus|also|then|as well as)\s"
# "I didn't ask who made it popular, I asked who said it first."
_CORRECTION = r",\s+(?=(?:but\s+)?i\s+(?:asked|meant|mean|want|wanted)\b)"
_BOUNDARY = re.compile(
    rf"\s*(?:[?;.!\n]+|\s[-–—]\s|{_CORRECTION}|,?\s+(?={_CONJUNCTION}))\s*(?:{_CONJUNCTION}\s*)*", re.IGNORECASE
)
# "allies", "forced to", "in France": what is shorter is no question that can be understood by itself.
_SHORTEST_WORDS = 3
_MOST = 4


def clauses_of(text: str) -> List[str]:
    """The clauses of a message that could be questions of their own; none where it is one clause."""
    clauses = [part.strip(" ,") for part in _BOUNDARY.split(text)]
    long_enough = [clause for clause in clauses if len(clause.split()) >= _SHORTEST_WORDS]
    return long_enough[:_MOST] if len(long_enough) > 1 else []


def found_clauses(message: Message) -> List[Message]:
    """The clauses that the splitter found in a message, as messages."""
    return message.get(_CLAUSES) or []


def with_clauses(messages: List[Message]) -> List[Message]:
    """The messages, and behind them their clauses."""
    return [*messages, *(clause for message in messages for clause in found_clauses(message))]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False, model_from="SpacyNLP")
class QuestionSplitter(GraphComponent):
    """Gives each message its clauses, as messages with a spaCy document of their own. Stands before the encoder."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionSplitter":
        """Create the component (see Rasa's GraphComponent)."""
        return cls()

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Split messages that have a text."""
        for message in messages:
            documents = model.model.pipe(clauses_of(message.get(TEXT) or ""))
            message.set(_CLAUSES, [Message({TEXT: doc.text, SPACY_DOCS[TEXT]: doc}) for doc in documents])
        return messages

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Leave the training data as it is: an example is one question."""
        return training_data
