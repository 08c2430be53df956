"""Rasa's own commands work in the root of the project."""

import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from bot import ROOT
from bot.environment import child_environment


def rasa(*arguments: str) -> str:
    """Run a Rasa command; its output."""
    done = subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=ROOT,
        env=child_environment(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def warnings_of_rasa(output: str) -> List[str]:
    # Deprecations are told of the libraries that Rasa pins; they are no warning about this project.
    return [
        line for line in output.splitlines() if ("Warning" in line and "Deprecat" not in line) or " WARNING " in line
    ]


# Set by parts of the pipeline, so that nothing can be an example of them; Rasa exempts only its own nlu_fallback.
WITHOUT_EXAMPLES = ("ambiguous", "other_language", "tell_country", "support_with_question")


def test_data_validate_has_no_warning_but_of_intents_that_the_pipeline_sets() -> None:
    expected = [f"The intent '{intent}' is listed in the domain file" for intent in WITHOUT_EXAMPLES]
    warnings = warnings_of_rasa(rasa("data", "validate"))
    assert [each for each in warnings if not any(intent in each for intent in expected)] == []


def test_conversation_tests_pass(model: Path, tmp_path: Path) -> None:
    output = rasa(
        "test", "core", "--model", str(model), "--fail-on-prediction-errors", "--no-plot", "--out", str(tmp_path)
    )
    assert "Correct:          20 / 20" in output


@pytest.mark.parametrize(
    "name", ["bot", "data/nlu", "data/stories", "actions", "domain.yml", "config.yml", "tests", "README.md"]
)
def test_the_root_has_what_rasa_users_expect(name: str) -> None:
    assert (ROOT / name).exists()
