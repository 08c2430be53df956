"""Conversations of intents by chance, through the policies of a trained model."""

import random
from pathlib import Path
from typing import Iterator

from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_INTENTS
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

_CONVERSATIONS = 12
_TURNS = 9


def loaded(model: Path) -> MessageProcessor:
    """A trained model, ready to predict."""
    return MessageProcessor(model, TrackerStore(None), InMemoryLockStore(), TemplatedNaturalLanguageGenerator({}))


def before_each_action(processor: MessageProcessor) -> Iterator[DialogueStateTracker]:
    """The tracker, before each action that the model chooses: the same conversations each time."""
    chance = random.Random(8)
    own = sorted(set(processor.domain.intents) - set(DEFAULT_INTENTS))
    # What the stories are about comes often enough to follow itself.
    intents = ["greet", *["out_of_scope", "nlu_fallback"] * 5, *own]
    for _ in range(_CONVERSATIONS):
        tracker = DialogueStateTracker.from_events("one", [ActionExecuted(ACTION_LISTEN_NAME)], processor.domain.slots)
        for _ in range(_TURNS):
            tracker.update(UserUttered("a", {"name": chance.choice(intents), "confidence": 1.0}))
            action = ""
            while action != ACTION_LISTEN_NAME:
                yield tracker
                prediction = processor._predict_next_with_tracker(tracker)
                action = processor.domain.action_names_or_texts[prediction.max_confidence_index]
                tracker.update_with_events([*prediction.events, ActionExecuted(action)], processor.domain)
                if action != ACTION_LISTEN_NAME:
                    slot = chance.choice(processor.domain.slots)
                    tracker.update_with_events(
                        [BotUttered("b"), SlotSet(slot.name, chance.choice([None, "a"]))], processor.domain
                    )
