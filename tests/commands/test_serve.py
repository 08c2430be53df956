"""`python -m bot serve`: what is wrong is told in a line. That it serves is tested with several (tests/deploy)."""

import os

import pytest

from tests.commands.processes import bot


def test_without_a_model_it_says_how_to_make_one(copy: "os.PathLike[str]") -> None:
    told = bot("serve", "rasa", root=copy)  # type: ignore[arg-type]
    assert told.returncode == 1
    assert told.stderr.strip().endswith("make one with 'python -m bot train' first.")


@pytest.mark.parametrize("address", ["actions:5055", "http://actions:5055", "redis://actions/webhook"])
def test_a_wrong_address_of_the_action_server_is_told(model: object, address: str) -> None:
    told = bot("serve", "rasa", env={**os.environ, "METOO_ACTIONS": address})
    assert told.returncode == 1
    assert told.stderr.splitlines() == [
        "METOO_ACTIONS is no address of an action server: write it like http://127.0.0.1:5055/webhook."
    ]


@pytest.mark.parametrize(("name", "value"), [("METOO_REDIS", "somewhere:6379"), ("METOO_PROXY_SECRET", "secret")])
def test_a_wrong_setting_is_rasa_s_last_line(model: object, name: str, value: str) -> None:
    told = bot("serve", "rasa", "--port", "0", env={**os.environ, name: value})
    assert told.returncode == 1
    assert f"RasaException: {name} " in told.stdout.splitlines()[-1]
