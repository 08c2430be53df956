"""Which of RulePolicy's rules apply, by asking those alone that could: Rasa asks each rule of each state.

A rule of ours says which intent came last, or which action. Rasa looks at all of them four times a message: before the
action and after it, for the text and for the intent, though no rule is of a text.
"""

from collections import defaultdict
from typing import Any, Dict, List, MutableMapping, NamedTuple, Optional, Set, Tuple
from weakref import WeakKeyDictionary

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_keys_of_rasa = RulePolicy._get_possible_keys
_find_of_rasa = RulePolicy._find_action_from_rules
_Last = Tuple[Optional[str], Optional[str]]


class _Rules(NamedTuple):
    """Keys of rules by the latest action and intent that they ask for; None where they ask for none."""

    lookup: Dict[str, str]
    by_last: Dict[_Last, List[str]]
    # Whether a rule could apply to a message whose intent is not looked at.
    of_text: bool


_rules_of: MutableMapping[RulePolicy, Dict[int, _Rules]] = WeakKeyDictionary()


def ask_few_rules() -> None:
    """From now on, in this process: rules are sorted once, so this is not for training."""
    RulePolicy._get_possible_keys = _possible_keys  # type: ignore[method-assign, assignment]  # in the place of Rasa's own
    RulePolicy._find_action_from_rules = _find  # type: ignore[method-assign, assignment]


def _possible_keys(policy: RulePolicy, lookup: Dict[str, str], states: List[State]) -> Set[str]:
    """The keys of the rules that apply at the end of these states."""
    if not states:
        return _keys_of_rasa(policy, lookup, states)
    action, intent = _asked(states[-1])
    by_last = _sorted(policy, lookup).by_last
    could = {(action, intent), (action, None), (None, intent), (None, None)}
    return _keys_of_rasa(policy, {key: lookup[key] for last in could for key in by_last.get(last, ())}, states)


def _find(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Tuple[Optional[str], Optional[str], bool]:
    """What Rasa finds: nothing by a text where no rule could be of one and no form is filled in."""
    if use_text_for_last_user_input and not tracker.active_loop_name and not _has_rules_of_text(policy):
        return None, None, False
    return _find_of_rasa(policy, tracker, domain, use_text_for_last_user_input)


def _has_rules_of_text(policy: RulePolicy) -> bool:
    return _sorted(policy, policy.lookup[RULES]).of_text


def _sorted(policy: RulePolicy, lookup: Dict[str, str]) -> _Rules:
    known = _rules_of.setdefault(policy, {})
    # The lookup is kept, so that no other can have its id.
    if id(lookup) not in known:
        by_last: Dict[_Last, List[str]] = defaultdict(list)
        of_text = False
        for key in lookup:
            state = RulePolicy._rule_key_to_state(key)[-1]
            action, intent = _asked(state)
            by_last[action, intent].append(key)
            # Rasa waits before a message: a rule of how conversations begin is none of a text.
            of_text |= bool(state.get(PREVIOUS_ACTION)) and action in (None, ACTION_LISTEN_NAME) and intent is None
        known[id(lookup)] = _Rules(lookup, dict(by_last), of_text)
    return known[id(lookup)]


def _asked(state: State) -> _Last:
    """The latest action and intent of a state of a conversation, or those that a rule asks for."""
    # Before the first action Rasa asks for nothing else.
    intent = _name(state, USER, INTENT) if state.get(PREVIOUS_ACTION) else None
    return _name(state, PREVIOUS_ACTION, ACTION_NAME), intent


def _name(state: State, part: str, key: str) -> Optional[str]:
    name: Any = state.get(part, {}).get(key)
    return name if isinstance(name, str) and name and name != SHOULD_NOT_BE_SET else None
