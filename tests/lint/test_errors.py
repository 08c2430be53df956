"""What has to be mended before training: a planted defect is found with file and line; the shipped data have none."""

from pathlib import Path
from typing import List

import pytest

from bot.checking import check_everything
from bot.facts import FactStore
from bot.lint import errors
from bot.lint.code import read_code
from bot.lint.contradictions import check_contradictions
from bot.lint.labels import check_labels
from bot.lint.phrases import read_phrases
from bot.lint.shapes import check_shapes
from bot.lint.wording import check_asked
from tests.lint.conftest import Edit


def contradictions(store: FactStore, root: Path) -> List[str]:
    return [str(problem) for problem in check_contradictions(read_phrases(root, store)).problems]


def labels(store: FactStore, root: Path) -> List[str]:
    return [str(problem) for problem in check_labels(read_phrases(root, store), store, root).problems]


def asked(store: FactStore, root: Path) -> List[str]:
    return [str(problem) for problem in check_asked(read_code(root), store, root).problems]


def test_the_shipped_data_have_none(store: FactStore) -> None:
    checks = errors(store)
    assert [problem for check in checks for problem in check.problems] == []
    assert all(check.checked > 20 for check in checks)


def test_they_stop_training(copy: Path, edit: Edit) -> None:
    edit("data/nlu/times_up.yml", "    - times up explained\n", "    - next: goals\n")
    assert [check.title for check in check_everything(copy) if check.problems] == ["no phrase stands for two things"]


@pytest.mark.parametrize("text", ["next: goals", "NEXT... goals?"])
def test_a_phrase_under_two_intents(copy: Path, edit: Edit, store: FactStore, text: str) -> None:
    line = edit("data/nlu/times_up.yml", "    - times up explained\n", f"    - {text}\n")
    first = (copy / "data/nlu/goals.yml").read_text(encoding="utf-8").splitlines().index("    - next: goals") + 1
    (problem,) = contradictions(store, copy)
    assert problem.startswith(
        f"data/nlu/times_up.yml:{line}: intent ask_times_up, field 'examples': “{text}” stands for ask_goals"
    )
    assert (
        f"at data/nlu/goals.yml:{first}, for ask_times_up (inspired-times-up times-up-description) here: keep one"
        in problem
    )


def test_a_phrase_for_two_facts(copy: Path, edit: Edit, store: FactStore) -> None:
    line = edit(
        "data/facts/times-up.yml", "    - What did Times Up do?\n", "    - Which organisation did MeToo inspire?\n"
    )
    (problem,) = contradictions(store, copy)
    assert problem.startswith(f"data/facts/times-up.yml:{line}: fact times-up-description, field 'questions': ")
    assert "stands for ask_times_up (inspired-times-up) at data/facts/times-up.yml:11" in problem


def test_a_claim_of_two_misconceptions(copy: Path, edit: Edit, store: FactStore) -> None:
    edit("data/facts/misconceptions.yml", '    - "my friend thinks milano invented it"\n', "    - timesup = metoo\n")
    (problem,) = contradictions(store, copy)
    assert "stands for false_premise (milano-founded-it) at data/facts/misconceptions.yml:8" in problem


def test_the_same_phrase_twice_is_only_due(copy: Path, edit: Edit, store: FactStore) -> None:
    line = edit("data/nlu/goals.yml", "    - next: goals\n", "    - What are the aims of the MeToo movement?\n")
    assert contradictions(store, copy) == []
    due = map(str, check_contradictions(read_phrases(copy, store)).due)
    assert any(f"stands for the same at data/nlu/goals.yml:{line}: remove one" in each for each in due)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    facts: [goal-community]\n",
            "    facts: [goal-comunity]\n",
            "asks for the fact 'goal-comunity', which does not",
        ),
        (
            "    facts: [goal-community]\n",
            "    background: x-none\n",
            "asks for 'x-none', which data/background does not",
        ),
        (
            "# the whole topic\n- intent: ask_goals\n",
            "- intent: ask_gaols\n",
            "'ask_gaols' is no intent of domain.yml: add it",
        ),
    ],
)
def test_a_label_that_is_not_there(copy: Path, edit: Edit, store: FactStore, old: str, new: str, message: str) -> None:
    edit("data/nlu/goals.yml", old, new)
    mistakes = [each for each in labels(store, copy) if message in each]
    assert len(mistakes) == 1
    assert mistakes[0].startswith("data/nlu/goals.yml:")


def test_a_reply_that_the_code_asks_for_and_that_is_not_there(copy: Path, edit: Edit, store: FactStore) -> None:
    edit("data/wording.yml", "  nothing_more:\n", "  nothing_left:\n")
    (problem,) = asked(store, copy)
    assert (
        problem
        == "actions/more.py:32: asks for the reply 'nothing_more', which data/wording.yml does not have: add it there"
    )


def test_a_reply_that_is_asked_for_by_another_function(copy: Path, edit: Edit, store: FactStore) -> None:
    line = edit("actions/clarify.py", '_asking("which_fact"', '_asking("which_one"')
    assert next(each for each in asked(store, copy) if "which_one" in each).startswith(
        f"actions/clarify.py:{line}: asks for"
    )


def test_code_that_is_no_python(copy: Path, edit: Edit, store: FactStore) -> None:
    line = edit("actions/clarify.py", "MOST = 3\n", "MOST = = 3\n")
    assert f"actions/clarify.py:{line}: is no Python: invalid syntax" in asked(store, copy)


def test_a_place_that_nothing_fills_in(copy: Path, edit: Edit, store: FactStore) -> None:
    line = edit(
        "data/wording.yml",
        "    text: The document doesn't say anything about {region}.",
        "    text: Not {place}, {region}.",
    )
    (problem,) = asked(store, copy)
    assert problem.startswith(
        f"data/wording.yml:{line}: reply region_unknown, field 'text': has a place for {{place}}, which"
    )


def test_a_topic_without_a_title_in_a_language(copy: Path, edit: Edit, store: FactStore) -> None:
    edit("data/languages.yml", "      goals: Los objetivos de MeToo\n", "")
    (problem,) = asked(store, copy)
    assert "language es, field 'topics': has no title for the topic 'goals': add it" in problem
    assert problem.startswith("data/languages.yml:")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("data/wording.yml", "  silent:\n    kind: refusal\n", "  silent:\n    kind: refuse\n", "replies.silent.kind"),
        (
            "data/wording.yml",
            "  silent:\n    kind: refusal\n",
            "  silent:\n",
            "'replies.silent.kind': is missing: add it",
        ),
        (
            "domain.yml",
            "    - text: Goodbye, and take care.\n      metadata: {kind: chat}\n",
            "    - text: Bye.\n",
            "metadata",
        ),
        ("domain.yml", "  - action_answer\n", "  answer: action_answer\n", "actions"),
        ("data/support/wording.yml", ", country: IN}", "}", "country': is missing"),
        ("data/nlu/goals.yml", "nlu:\n", "nle:\n", "field 'nlu': is missing: add it"),
        (
            "data/stories/outside.yml",
            "  - story: not understood\n    steps:\n",
            "  - story: not understood\n    step:\n",
            "steps",
        ),
    ],
)
def test_a_file_of_another_shape(copy: Path, edit: Edit, file: str, old: str, new: str, message: str) -> None:
    edit(file, old, new)
    problems = list(map(str, check_shapes(copy).problems))
    assert any(each.startswith(f"{file}:") and message in each for each in problems), problems
