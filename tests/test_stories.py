"""Which rule or story an action followed."""

from typing import Tuple

import pytest
from rasa.shared.core.domain import Domain

from bot import ROOT
from bot.stories import Stories, Turn

DOMAIN = """
version: "3.1"
intents: [greet, ask, junk]
actions: [utter_welcome, utter_greet, utter_answer, utter_more, utter_what, utter_again]
"""
STORIES = """
version: "3.1"
rules:
  - rule: first
    conversation_start: true
    steps: [{intent: greet}, {action: utter_welcome}]
  - rule: later
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: two actions
    steps: [{intent: ask}, {action: utter_answer}, {action: utter_more}]
stories:
  - story: once
    steps: [{intent: junk}, {action: utter_what}]
  - story: twice
    steps: [{intent: junk}, {action: utter_what}, {intent: junk}, {action: utter_again}]
"""
GREETED, ASKED = Turn("greet", ("utter_welcome",)), Turn("ask", ("utter_answer", "utter_more"))
RULES, MEMORY = "policy_1_RulePolicy", "AugmentedMemoizationPolicy"


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Stories:
    folder = tmp_path_factory.mktemp("stories")
    (folder / "all.yml").write_text(STORIES, encoding="utf-8")
    return Stories(folder, Domain.from_yaml(DOMAIN))


@pytest.mark.parametrize(
    ("policy", "turns", "followed"),
    [
        (RULES, (GREETED,), ["first"]),
        (RULES, (GREETED, Turn("greet", ("utter_greet",))), ["later"]),
        (RULES, (GREETED, Turn("ask", ("utter_answer",))), ["two actions"]),
        (RULES, (GREETED, ASKED), ["two actions"]),
        (MEMORY, (ASKED, Turn("junk", ("utter_what",))), ["once"]),
        (MEMORY, (Turn("junk", ("utter_what",)), Turn("junk", ("utter_again",))), ["twice"]),
        (MEMORY, (ASKED, Turn("junk", ("utter_again",))), []),
        (RULES, (Turn("junk", ("utter_what",)),), []),
        (RULES, (Turn("greet", ("utter_more",)),), []),
    ],
)
def test_what_was_followed(stories: Stories, policy: str, turns: Tuple[Turn, ...], followed: "list[str]") -> None:
    assert stories.followed(policy, turns) == followed


def test_each_rule_of_the_project_follows_itself() -> None:
    every = Stories(ROOT / "data" / "stories", Domain.load(str(ROOT / "domain.yml")))
    rules = [story for story in every.all if story.is_rule]
    assert len(rules) > 30
    for rule in rules:
        assert rule.name in every.followed(RULES, rule.turns), rule.name
