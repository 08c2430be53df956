"""What the safety guard leaves on messages, for the components after it."""

from typing import List, Optional

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import with_clauses
from bot.support import Need


def need_of(message: Message) -> Optional[Need]:
    """What the guard found in a message or a clause, None where that is nothing."""
    return Need.of(message.data)


def to_be_read(messages: List[Message]) -> List[Message]:
    """The messages and clauses that have a text and in which the guard found nothing."""
    return [message for message in with_clauses(messages) if message.get(TEXT) and not need_of(message)]
