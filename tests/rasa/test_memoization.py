"""What stories recall by the end of a conversation's states is what Rasa recalls by replaying it."""

from pathlib import Path
from typing import Any, List, Optional

import pytest
from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.shared.core.domain import Domain

from bot.rasa import memoization
from tests.rasa.walks import before_each_action, loaded


def test_the_same_is_recalled(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor = loaded(model)
    recalled: List[Optional[str]] = []

    def both(*given: Any, **named: Any) -> Optional[str]:
        ours = memoization._recall(*given, **named)
        assert ours == memoization._recall_of_rasa(*given, **named)
        recalled.append(ours)
        return ours

    monkeypatch.setattr(AugmentedMemoizationPolicy, "_recall_using_truncation", both)
    for _ in before_each_action(processor):
        pass
    assert {"utter_out_of_scope", "utter_not_understood", "action_listen", None} <= set(recalled)


def test_where_a_slot_is_part_of_the_states_rasa_recalls(monkeypatch: pytest.MonkeyPatch) -> None:
    domain = Domain.from_yaml("slots: {fan: {type: bool, influence_conversation: true, mappings: [{type: custom}]}}")
    monkeypatch.setattr(memoization, "_recall_of_rasa", lambda *given: "by Rasa")
    assert memoization._recall(None, [], None, domain, None) == "by Rasa"
