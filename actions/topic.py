"""A question about a topic: the facts that the ranker puts first, or those of the whole topic."""

from actions.composing import answer_from
from actions.focus import Focus
from actions.question import Question
from bot.facts import FactStore
from bot.reply import Reply


def reply_on_topic(store: FactStore, question: Question, focus: Focus) -> Reply:
    """Give the facts that were asked for; several with the topic's introduction.

    Raises:
        LookupError: the intent is no topic, or a fact does not exist.
    """
    topic = store.topic_of_intent(question.intent)
    if topic is None:
        raise LookupError(f"The intent {question.intent} is no topic of data/facts/topics.yml.")
    facts = [store.fact(fact_id) for fact_id in question.fact_ids] or store.whole_topic(topic.id)
    return answer_from(store, facts, topic.intro)
