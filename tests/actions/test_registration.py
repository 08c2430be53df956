"""The action server finds what domain.yml lists, and is spared what only Rasa needs."""

import json
import subprocess
import sys
from typing import Any, Dict

import pytest
import yaml

from bot import ROOT

# In a process of its own: here, other tests have imported Rasa, and may have made actions.
PROGRAM = """
import json, sys
from rasa_sdk.executor import ActionExecutor
executor = ActionExecutor()
executor.register_package("actions")
print(json.dumps({"actions": list(executor.actions), "modules": list(sys.modules)}))
"""


@pytest.fixture(scope="module")
def server() -> Dict[str, Any]:
    """What a process that registered the actions has: their names, and the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_actions_are_those_of_the_domain(server: Dict[str, Any]) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(server["actions"]) == sorted(domain["actions"])


@pytest.mark.parametrize("package", ["rasa", "tensorflow", "spacy", "onnxruntime", "sklearn"])
def test_the_actions_need_no_model(server: Dict[str, Any], package: str) -> None:
    assert "actions.topic" in server["modules"]
    assert package not in {module.partition(".")[0] for module in server["modules"]}
