"""Dialogues as Rasa's test stories, with what the action server really returned: `rasa test` itself never calls it."""

from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence

from bot.dialogues.holding import patiently, side_by_side
from bot.dialogues.turns import Dialogue
from bot.shell import Conversation

Story = Dict[str, Any]


def as_stories(
    dialogues: Sequence[Dialogue], url: str, jobs: int = 4, on_held: Callable[[], None] = lambda: None
) -> List[Story]:
    """Hold each dialogue, and write down what was understood, which actions followed, and what slots they set.

    Args:
        dialogues: what to hold.
        url: the address of an assistant that says why (see bot/channels/workshop.py).
        jobs: how many are held at a time.
        on_held: called as each ends.

    Returns:
        A test story for each dialogue, in Rasa's format; two where the visitor has the conversation erased in between,
        since nothing is known of the message that did so.

    Raises:
        ShellError: the assistant does not answer, or does not say why.
    """
    held = side_by_side(lambda dialogue: _stories(dialogue, url), dialogues, jobs, lambda stories: on_held())
    return [story for stories in held for story in stories]


def _stories(dialogue: Dialogue, url: str) -> List[Story]:
    conversation = patiently(lambda: Conversation(url))
    parts = [list(_steps("", conversation.latest_turn()))]
    for turn in dialogue.turns:
        patiently(partial(conversation.send, turn.visitor))
        why = conversation.latest_turn()
        if why["understood"]:
            parts[-1] += _steps(turn.visitor, why)
        else:
            parts.append([])
    conversation.end()
    titles = [
        dialogue.behaviour,
        *(f"{dialogue.behaviour}, after erasing ({number})" for number in range(1, len(parts))),
    ]
    return [{"story": title, "steps": steps} for title, steps in zip(titles, parts, strict=True) if steps]


def _steps(text: str, turn: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    understood = turn["understood"]
    # Rasa reads brackets in a test story as an entity.
    said = {"user": text} if text and "[" not in text else {}
    entities = [{each["entity"]: each["value"]} for each in understood["entities"]]
    yield {**said, "intent": understood["intent"]["name"], **({"entities": entities} if entities else {})}
    for event in turn["events"]:
        yield {"action": event["action"]} if "action" in event else {"slot_was_set": [{event["slot"]: event["value"]}]}
