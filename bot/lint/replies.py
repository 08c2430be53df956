"""What the assistant replies to a message, made in this process: by the pipeline, the rules and the action."""

from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Protocol, Sequence

from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Answer
from bot import ROOT
from bot.facts.sources import read_tree
from bot.lint.stories import read_stories
from bot.lint.understanding import Understanding
from bot.reply import Reply
from bot.support import Need, shipped_support
from bot.support.generator import RESPONSE as SUPPORT


class Replying(Protocol):
    """Replies to texts, one each; `need` is what the message before told."""

    def __call__(self, texts: Sequence[str], need: Optional[Need] = None) -> List[Reply]:
        """The first reply to each text."""


class Replies:
    """The first reply to a message, as Rasa, the action server and the channel would make it.

    What a rule of data/stories says of its intent, a story only where no rule does, and the fallback of config.yml
    where neither does. Asked in a conversation of its own, or after a message with a need.
    """

    def __init__(
        self,
        understanding: Understanding,
        on_progress: Callable[[float], None] = lambda share: None,
        root: Path = ROOT,
    ) -> None:
        """Take the trained model, who is told the share that is done, and the project's folder."""
        self._understanding = understanding
        self._on_progress = on_progress
        self._action = Answer()
        self._action_of = actions_by_intent(root)
        self._fallback = fallback_action(root)
        self._responses = read_tree(root / "domain.yml")["responses"]

    def __call__(self, texts: Sequence[str], need: Optional[Need] = None) -> List[Reply]:
        """The first reply to each text."""
        return [self._reply(message) for message in self._understanding.understand(texts, need, self._on_progress)]

    def _reply(self, message: Message) -> Reply:
        understood = message.as_dict(only_output_properties=True)
        action = self._action_of.get(understood[INTENT][INTENT_NAME_KEY], self._fallback)
        found = Need.of(understood)
        if action == SUPPORT and found:
            return shipped_support().reply(found)
        if action == self._action.name():
            return self._answer(understood)
        return Reply.from_message({**self._responses[action][0], "utter_action": action})

    def _answer(self, understood: Dict[str, Any]) -> Reply:
        dispatcher = CollectingDispatcher()
        state: Any = {"sender_id": "lint", "latest_message": understood}
        domain: Any = {}  # which it does not look at
        self._action.run(dispatcher, Tracker.from_dict(state), domain)
        return Reply.from_message(dispatcher.messages[0])


def actions_by_intent(root: Path) -> Dict[str, str]:
    """The action that a message of each intent gets, by the rules and stories under data/stories.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    found: Dict[str, str] = {}
    for kind in ("rules", "stories"):
        for turns in _turns(root, kind):
            intent, action = turns[0].get("intent"), turns[1].get("action")
            if intent and action:
                found.setdefault(intent, action)
    return found


def fallback_action(root: Path) -> str:
    """The action that a message gets which no rule or story answers.

    Raises:
        bot.facts.sources.SourceError: config.yml cannot be read.
    """
    named = (policy.get("core_fallback_action_name") for policy in read_tree(root / "config.yml").get("policies", ()))
    return next(filter(None, named), "action_default_fallback")


def _turns(root: Path, kind: str) -> Iterator[List[Dict[str, Any]]]:
    for each in read_stories(root, kind):
        if "conversation_start" not in each and len(each["steps"]) > 1:
            yield each["steps"]
