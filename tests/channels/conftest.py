"""One assistant with the channels of Telegram and Slack open, and servers that stand in for the two."""

from pathlib import Path
from typing import Iterator, List, NamedTuple

import pytest
import requests

from bot.processes import Assistant
from tests.channels.slack_server import SlackServer
from tests.channels.telegram_server import TelegramServer


class Messengers(NamedTuple):
    """The assistant, what it printed so far, and the services that it talks with."""

    assistant: Assistant
    log: List[str]
    telegram: TelegramServer
    slack: SlackServer

    def request(self, method: str, path: str) -> requests.Response:
        """Ask the assistant's server for something."""
        return requests.request(method, f"http://127.0.0.1:{self.assistant.port}{path}", timeout=20)


@pytest.fixture(scope="session")
def messengers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Messengers]:
    """Both channels are open by environment variables alone: the credentials.yml that ships is used."""
    log: List[str] = []
    with TelegramServer() as telegram, SlackServer() as slack:
        variables = {
            # Everything that is logged at all is held against what was written.
            "LOG_LEVEL": "DEBUG",
            "LOG_LEVEL_LIBRARIES": "DEBUG",
            "METOO_STATE": str(tmp_path_factory.mktemp("state")),
            **telegram.variables,
            **slack.variables,
        }
        with Assistant(model, log=log.append, variables=variables) as assistant:
            assistant.wait_until_ready()
            telegram.wait_for(bool, "setMyCommands")
            yield Messengers(assistant, log, telegram, slack)
