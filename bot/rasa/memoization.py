"""What Rasa's AugmentedMemoizationPolicy recalls, by looking at the end of the states that it has already.

Rasa cuts the conversation shorter and shorter and replays what is left each time, since a slot that was set early is
part of every state after that. Where no slot is part of a state, the states of what is left are the last ones of the
whole.
"""

from typing import Any, Dict, List, Optional

from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.policy import POLICY_MAX_HISTORY
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

_recall_of_rasa = AugmentedMemoizationPolicy._recall_using_truncation
# The state in which a conversation begins, in training as well as where it was cut.
_BEGINNING: State = {}


def recall_by_states() -> None:
    """From now on, in this process."""
    # In the place of Rasa's own.
    AugmentedMemoizationPolicy._recall_using_truncation = _recall  # type: ignore[method-assign, assignment]


def sees_slots(domain: Domain) -> bool:
    """Whether policies see slots: those that influence a conversation are part of its states."""
    return any(slot.has_features() for slot in domain.slots)


def _recall(
    policy: AugmentedMemoizationPolicy,
    states: List[State],
    tracker: DialogueStateTracker,
    domain: Domain,
    rule_only_data: Optional[Dict[str, Any]],
) -> Optional[str]:
    """The action that followed what is most alike: the longest end of the conversation that a story begins with.

    Args:
        policy: knows the stories.
        states: the latest of the conversation, at most as many as the policy looks back; no story has these.
        tracker: the conversation.
        domain: says whether slots are part of states.
        rule_only_data: what the stories do not know of (see Rasa).
    """
    if sees_slots(domain):
        return _recall_of_rasa(policy, states, tracker, domain, rule_only_data)
    most = policy.config[POLICY_MAX_HISTORY] or len(states)
    for start in range(1, len(states)):
        action: Optional[str] = policy._recall_states([_BEGINNING, *states[start:]][-most:])
        if action is not None:
            return action
    return None
