"""A process that serves computes with one thread, one that trains with all."""

import os
import subprocess
import sys

import pytest

from bot import ROOT
from bot.environment import child_environment

CODE = """
import sys
from bot.rasa.preparing import prepare
prepare(serves=sys.argv[1] == "serves")
import scipy.linalg, threadpoolctl
print({pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"})
"""


@pytest.mark.parametrize(("what", "threads"), [("serves", 1), ("trains", len(os.sched_getaffinity(0)))])
def test_threads(what: str, threads: int) -> None:
    environment = {name: value for name, value in child_environment().items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-W", "ignore", "-c", CODE, what]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.stdout.strip() == str({threads}), done.stderr
