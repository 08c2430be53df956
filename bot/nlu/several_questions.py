"""Several questions in one message.

The clauses of a message go through the pipeline beside it. Where two or more are each surely a question of their own,
all of them are answered. So are two close readings of one question.
"""

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.facts import shipped_store
from bot.nlu.clauses import found_clauses
from bot.nlu.fact_ranker import FACT_RANKING, READINGS
from bot.nlu.names import names_of
from bot.nlu.needs import need_of, to_be_read

QUESTIONS = "questions"
# The intent of a message that needs support and asks for facts as well.
SUPPORT_WITH_QUESTION = "support_with_question"

# Intents that ask for facts without being a topic of the store.
_ABOUT_NAMES = ("ask_who_is",)
_MOST_FACTS = 3
# Where one clause says that the last answer was wrong, one question in another is enough.
_CORRECTS = "wrong_answer"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralQuestions(GraphComponent):
    """Sets `questions` on messages that hold two or more, and the first one's intent as the message's.

    Where the safety guard found a need in one clause, one question in another is enough, and the intent says so.

    Each is {"intent": str, "facts": [id, …], "names": {kind: [name, …]}}: what the ranker put first for that clause,
    and the names that stand in it.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`threshold`: how sure the intent of each clause has to be.

        In a trial on tests/questions.jsonl 0.6 found 7 of 8 double questions, and 2 in 212 single ones.
        """
        return {"threshold": 0.6}

    def __init__(self, config: Dict[str, Any]) -> None:
        """Take the threshold, and from the store what is a topic."""
        self._threshold = config["threshold"]
        self._asking = {topic.intent for topic in shipped_store().topics} | set(_ABOUT_NAMES)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SeveralQuestions":
        """Create the component (see Rasa's GraphComponent)."""
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the questions of messages whose clauses ask for different things."""
        for message in messages:
            questions: List[Dict[str, Any]] = []
            for clause in to_be_read(found_clauses(message)):
                question = self._question(clause)
                if question and not any(_asks_the_same(question, other) for other in questions):
                    questions.append(question)
            if need_of(message):
                self._set(message, questions, SUPPORT_WITH_QUESTION)
                continue
            corrects = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) == _CORRECTS
            if corrects:
                # "I didn't ask about the tweet, I asked who began."
                questions = questions[-1:]
            elif len(questions) <= 1:
                questions = _both_readings(message)
            if len(questions) > 1 or corrects:
                self._set(message, questions)
        return messages

    def _set(self, message: Message, questions: List[Dict[str, Any]], intent: Optional[str] = None) -> None:
        if questions:
            message.set(QUESTIONS, questions, add_to_output=True)
            name = intent or questions[0]["intent"]
            message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: self._threshold}, add_to_output=True)

    def _question(self, clause: Message) -> Optional[Dict[str, Any]]:
        intent = clause.get(INTENT)
        if intent[INTENT_NAME_KEY] not in self._asking or intent[PREDICTED_CONFIDENCE_KEY] < self._threshold:
            return None
        ranking = clause.get(FACT_RANKING)
        return {
            "intent": intent[INTENT_NAME_KEY],
            "facts": ranking[0]["facts"] if ranking else [],
            "names": names_of(clause),
        }


def _both_readings(message: Message) -> List[Dict[str, Any]]:
    """Two close readings of one question, where both can be answered in a few sentences: better than asking back."""
    readings = message.get(READINGS) or ()
    facts = {fact for reading in readings for fact in reading["facts"]}
    if not readings or len(facts) > _MOST_FACTS:
        return []
    return [{**reading, "names": names_of(message)} for reading in readings]


def _asks_the_same(question: Dict[str, Any], other: Dict[str, Any]) -> bool:
    if question["intent"] != other["intent"]:
        return False
    if question["intent"] in _ABOUT_NAMES:
        return bool(question["names"] == other["names"])
    same_place = question["names"].get("region") == other["names"].get("region")
    return same_place and set(question["facts"]) <= set(other["facts"])
