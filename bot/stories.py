"""Which rule or story of data/stories an action follows: Rasa keeps the policy that chose it, not the story's name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, List, Sequence, Tuple

from rasa.shared.core.constants import ACTION_LISTEN_NAME, RULE_SNIPPET_ACTION_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.training_data.loading import load_data_from_resource
from rasa.shared.core.training_data.structures import RuleStep

_RULE_POLICY = "RulePolicy"


@dataclass(frozen=True)
class Turn:
    """The intent of a message, and the actions that followed it."""

    intent: str
    actions: Tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """A rule or a story, as turns; `begins` if it holds at the conversation's beginning alone."""

    name: str
    is_rule: bool
    begins: bool
    turns: Tuple[Turn, ...]

    def ends_like(self, turns: Sequence[Turn]) -> bool:
        """Whether the latest turns of a conversation went like this, as far as the last one has come."""
        latest = tuple(turns[-len(self.turns) :])
        if len(latest) < len(self.turns) or (self.begins and len(turns) > len(self.turns)):
            return False
        last, own = latest[-1], self.turns[-1]
        began_so = last.intent == own.intent and own.actions[: len(last.actions)] == last.actions
        return began_so and latest[:-1] == self.turns[:-1]


class Stories:
    """All rules and stories of a project."""

    def __init__(self, folder: Path, domain: Domain) -> None:
        """Read every file of a folder.

        Raises:
            rasa.shared.exceptions.RasaException: a file is broken.
        """
        self.all: List[Story] = []
        for step in load_data_from_resource(str(folder), domain):
            is_rule = isinstance(step, RuleStep)
            # An alternative is a step of its own: none of them is a list.
            events = [event for event in step.events if isinstance(event, Event)]
            begins = is_rule and not any(_is_action(event, RULE_SNIPPET_ACTION_NAME) for event in events)
            self.all.append(Story(step.block_name, is_rule, begins, tuple(turns_of(events))))

    def followed(self, policy: str, turns: Sequence[Turn]) -> List[str]:
        """The names of what a policy may have followed when it chose the last action; those that say most of the turns.

        Args:
            policy: the policy's name, as Rasa gives it in events.
            turns: the conversation up to and with that action.
        """
        is_rule = _RULE_POLICY in policy
        fitting = [story for story in self.all if story.is_rule is is_rule and story.ends_like(turns)]
        longest = max((len(story.turns) for story in fitting), default=0)
        most = [story for story in fitting if len(story.turns) == longest]
        return [story.name for story in [story for story in most if story.begins] or most]


def turns_of(events: Iterable[Event]) -> List[Turn]:
    """The turns of a conversation or a story; what came before the first message is left out."""
    turns: List[Turn] = []
    for event in events:
        if isinstance(event, UserUttered):
            turns.append(Turn(event.intent_name or "", ()))
        elif isinstance(event, ActionExecuted) and turns and is_shown(event):
            turns[-1] = Turn(turns[-1].intent, (*turns[-1].actions, event.action_name or ""))
    return turns


def is_shown(event: ActionExecuted) -> bool:
    """Whether an action does something: Rasa also notes that it listens."""
    return event.action_name not in (ACTION_LISTEN_NAME, RULE_SNIPPET_ACTION_NAME, "action_extract_slots")


def _is_action(event: Event, name: str) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == name
