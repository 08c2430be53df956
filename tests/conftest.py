"""What several rooms of tests need: one running assistant for all of them, and what the machine may lack."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List

import pytest

from bot import ROOT
from bot.processes import Assistant
from bot.training import model_path, train
from tests.clock import Clock

if TYPE_CHECKING:
    from tests.redis_server import RedisProcess


def require_program(name: str) -> str:
    """The path of a program; the test is skipped where it is not installed, or fails where it has to be."""
    path = shutil.which(name)
    if path:
        return path
    message = f"{name} is not installed"
    if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
        pytest.fail(f"{message}, and REQUIRE_SYSTEM_PACKAGES is set")
    pytest.skip(message)


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of what outlives a restart: nothing that a test starts counts or keeps anything in the project's."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("METOO_STATE", str(folder))
        patch.delenv("METOO_USAGE", raising=False)
        patch.delenv("METOO_USAGE_WORDINGS", raising=False)
        patch.delenv("METOO_REDIS", raising=False)
        yield folder


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the data as they are, trained if it was not."""
    path = model_path(ROOT)
    return path if path.is_file() else train(ROOT, print)


@pytest.fixture(scope="session")
def log() -> List[str]:
    """Every line that the processes of `assistant` have printed so far."""
    return []


@pytest.fixture(scope="session")
def assistant(model: Path, log: List[str]) -> Iterator[Assistant]:
    """Rasa and its action server, running as `make run` runs them, on a free port."""
    with Assistant(model, log=log.append) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["RedisProcess"]:
    """A Redis server with nothing in it."""
    from tests.redis_server import RedisProcess

    with RedisProcess(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """Time that stands still until the test goes on."""
    return Clock()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project's own files that a test may break, without environment and models."""
    for name in ("bin", "bot", "actions", "data", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in ("Makefile", "config.yml", "domain.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path
