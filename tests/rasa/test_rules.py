"""What few rules are asked applies just as if each rule were asked."""

import json
import random
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import SHOULD_NOT_BE_SET

from bot.rasa import rules
from tests.rasa.walks import before_each_action, loaded

# What states of conversations have, what rules ask for besides, and that a part is missing.
ACTIONS: List[Any] = ["action_listen", "action_answer", "utter_greet"]
INTENTS: List[Any] = ["greet", "deny"]


def state(chance: random.Random, actions: List[Any], intents: List[Any], slots: List[Any]) -> Dict[str, Any]:
    action, intent, slot = chance.choice([*actions, None]), chance.choice([*intents, None]), chance.choice(slots)
    text = {"text": "hello"} if intent is None and chance.random() < 0.5 else None
    return {
        **({"prev_action": {"action_name": action}} if action else {}),
        **({"user": {"intent": intent}} if intent else {"user": text} if text else {}),
        **({"slots": {"told": slot}} if slot else {}),
    }


def test_the_same_rules_are_found_and_the_same_action_is_chosen(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor = loaded(model)
    chosen: List[Optional[str]] = []

    def both_keys(policy: RulePolicy, lookup: Dict[str, str], states: List[Any]) -> Set[str]:
        ours = rules._possible_keys(policy, lookup, states)
        assert ours == rules._keys_of_rasa(policy, lookup, states)
        return ours

    def both(policy: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Tuple[Any, ...]:
        by_text = use_text_for_last_user_input
        ours, of_rasa = (find(policy, tracker, domain, by_text) for find in (rules._find, rules._find_of_rasa))
        # Where no rule is found, Rasa names the state; by a text it makes nothing of that name.
        assert ours[::2] == of_rasa[::2] and (by_text or ours == of_rasa)
        chosen.append(ours[0])
        return ours

    monkeypatch.setattr(RulePolicy, "_get_possible_keys", both_keys)
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", both)
    for _ in before_each_action(processor):
        pass
    assert {"action_answer", "utter_greet", "action_listen", None} <= set(chosen)


@pytest.mark.parametrize("seed", range(20))
def test_rules_of_every_form_are_found(seed: int) -> None:
    chance = random.Random(seed)
    policy = RulePolicy.__new__(RulePolicy)

    def rule() -> List[Dict[str, Any]]:
        asks = [True, ["a"], SHOULD_NOT_BE_SET, None]
        intents = [*INTENTS, SHOULD_NOT_BE_SET]
        return [state(chance, [*ACTIONS, SHOULD_NOT_BE_SET], intents, asks) for _ in range(chance.randint(1, 3))]

    lookup = {json.dumps(rule()): "action_answer" for _ in range(200)}
    applied: Set[str] = set()
    for _ in range(100):
        states = [state(chance, ACTIONS, INTENTS, [True, ("a",), None]) for _ in range(chance.randint(0, 4))]
        found = rules._possible_keys(policy, lookup, states)
        assert found == rules._keys_of_rasa(policy, lookup, states)
        applied |= found if states else set()
    assert len(applied) > 20


@pytest.mark.parametrize(
    ("rule", "of_text"),
    [
        ([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}], False),
        ([{"prev_action": {"action_name": "utter_greet"}}], False),
        ([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}], True),
        ([{"prev_action": {"action_name": "action_listen"}}], True),
        ([{}], False),
        ([{"prev_action": {"action_name": "should_not_be_set"}}], True),
    ],
)
def test_a_text_is_looked_at_where_a_rule_could_be_of_one(rule: List[Dict[str, Any]], of_text: bool) -> None:
    policy = RulePolicy.__new__(RulePolicy)
    policy.lookup = {RULES: {json.dumps(rule): "action_answer"}}
    assert rules._has_rules_of_text(policy) == of_text
