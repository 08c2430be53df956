"""The latest turns of a conversation, as a conversation of its own."""

from typing import List, Sequence, Tuple

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, Event, UserUttered


def split_at_latest(events: Sequence[Event], turns: int) -> Tuple[List[Event], List[Event]]:
    """The events before the latest turns, none where there are no more turns, and those of the latest turns.

    Args:
        events: of a conversation, in their order.
        turns: how many of the visitor's latest messages the second part has.
    """
    uttered = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(uttered) <= turns:
        return [], list(events)
    cut = uttered[-turns]
    # A policy sees the first of the turns after a listen, as it did when it happened: nothing began here.
    return list(events[:cut]), [ActionExecuted(ACTION_LISTEN_NAME), *events[cut:]]
