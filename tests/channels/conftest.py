"""One assistant with the channels of Telegram and Slack open, and servers that stand in for the two."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Iterator, List, NamedTuple
from unittest.mock import patch

import pytest
import requests

from bot.processes import Assistant
from tests.channels import slack_server, telegram_server
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
            "METOO_TELEGRAM_TOKEN": telegram_server.TOKEN,
            "METOO_TELEGRAM_WEBHOOK_URL": "https://bot.example/webhooks/telegram/webhook",
            "METOO_TELEGRAM_API_URL": telegram.url,
            "METOO_SLACK_TOKEN": slack_server.TOKEN,
            "METOO_SLACK_SIGNING_SECRET": slack_server.SECRET,
            "METOO_SLACK_API_URL": slack.url,
        }
        with ExitStack() as stack:
            with patch.dict(os.environ, variables):
                assistant = stack.enter_context(Assistant(model, log=log.append))
            assistant.wait_until_ready()
            telegram.wait_for(lambda calls: bool(calls), "setMyCommands")
            yield Messengers(assistant, log, telegram, slack)
