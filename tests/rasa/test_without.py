"""Rasa without TensorFlow, where config.yml uses none of it, and without what its stock channels alone use."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot import ROOT
from bot.environment import child_environment
from bot.processes import Assistant
from bot.rasa.without import _STOCK, _TENSORFLOW, needs_tensorflow

CONFIG = """
pipeline:
  - name: bot.nlu.spacy_nlp.SpacyNLP
  - name: {component}
policies:
  - name: {policy}
"""


@pytest.mark.parametrize(
    ("component", "policy", "needed"),
    [
        ("bot.nlu.names.NameExtractor", "RulePolicy", False),
        ("DIETClassifier", "RulePolicy", True),
        ("bot.nlu.names.NameExtractor", "TEDPolicy", True),
        ("somewhere.Else", "RulePolicy", True),
    ],
)
def test_what_needs_it(tmp_path: Path, component: str, policy: str, needed: bool) -> None:
    config = tmp_path / "config.yml"
    config.write_text(CONFIG.format(component=component, policy=policy), encoding="utf-8")
    assert needs_tensorflow(config) is needed


@pytest.mark.parametrize("text", [b"pipeline: [", b"pipeline: 3\npolicies: []", b"{}", b"\xff", b"pipeline:\n  - Name"])
def test_a_configuration_that_cannot_be_read_is_left_to_rasa(tmp_path: Path, text: bytes) -> None:
    config = tmp_path / "config.yml"
    config.write_bytes(text)
    assert needs_tensorflow(config)
    assert needs_tensorflow(tmp_path / "missing.yml")


def test_the_shipped_configuration_does_without() -> None:
    assert not needs_tensorflow(ROOT / "config.yml")


def test_the_running_assistant_has_not_loaded_it(assistant: Assistant) -> None:
    maps = [Path(f"/proc/{each}/maps").read_text(encoding="utf-8") for each in assistant.process_ids]
    assert any("onnxruntime" in each for each in maps)
    assert not any("tensorflow" in each for each in maps)


def in_a_process(code: str) -> "subprocess.CompletedProcess[str]":
    code = "from bot.rasa.without import leave_out; leave_out(tensorflow=True)\n" + code
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=child_environment(),
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_component_of_rasa_can_be_imported() -> None:
    done = in_a_process("import rasa.engine.recipes.default_components, sys; print(sys.modules['tensorflow'])")
    assert done.returncode == 0 and "tensorflow" in done.stdout, done.stderr


def test_what_uses_it_nevertheless_says_what_to_do() -> None:
    done = in_a_process("import tensorflow as tf; tf.keras.layers.Dense(3)")
    assert done.returncode == 1
    assert "Dense belongs to a library that was left out" in done.stderr and "python -m rasa" in done.stderr


def test_other_configurations_get_it() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from bot.rasa.without import leave_out; leave_out(False); import keras, boto3; print(keras, boto3)",
        ],
        cwd=ROOT,
        env=child_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert "keras" in done.stdout and ".py" in done.stdout.partition("boto3")[0], done.stderr
    assert ".py" not in done.stdout.partition("boto3")[2]


def test_what_is_left_out_may_stand_in_an_except_clause() -> None:
    code = """
import botocore.exceptions
try:
    raise ValueError("told")
except botocore.exceptions.ClientError:
    print("taken for it")
"""
    assert in_a_process(code).stderr.strip().endswith("ValueError: told")


def test_every_channel_of_ours_can_be_imported() -> None:
    done = in_a_process(
        "import bot.channels.matrix, bot.channels.slack, bot.channels.telegram, bot.channels.web, rasa.core.run"
    )
    assert done.returncode == 0, done.stderr


def test_spacy_believes_that_there_is_none() -> None:
    done = in_a_process("import thinc.compat; print(thinc.compat.has_tensorflow)")
    assert done.stdout.strip() == "False", done.stderr


def test_nothing_that_is_left_out_is_imported_by_the_project_itself() -> None:
    names = "|".join(sorted(_STOCK | _TENSORFLOW))
    imports = re.compile(rf"^\s*(?:import|from) (?:{names})\b", re.MULTILINE)
    files = [
        path
        for folder in ("bot", "actions")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]
    assert len(files) > 100
    assert [path.name for path in files if imports.search(path.read_text(encoding="utf-8"))] == []
