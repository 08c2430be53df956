"""Telegram's Bot API: Rasa's client of it, with a session that begins in the server's event loop, and patience."""

import asyncio
import json
from typing import Any

import aiohttp
from aiogram.bot.api import TelegramAPIServer
from aiogram.utils.exceptions import MigrateToChat, NetworkError, RestartingTelegram, RetryAfter, TelegramAPIError
from rasa.core.channels.telegram import TelegramOutput

API_URL = "https://api.telegram.org"
_TIMEOUT = aiohttp.ClientTimeout(total=20)
# Errors of Telegram's own, which pass; the library has no other class for those with a status of 500 and more.
_PASSING = (TelegramAPIError, RestartingTelegram, NetworkError)
# How often a call is made where Telegram says "too many" or has such an error, and the longest that is waited for that.
_ATTEMPTS = 4
_LONGEST_WAIT = 120


class TelegramApi(TelegramOutput):
    """Rasa's client of the Bot API. Its session begins with the first call, in the event loop of the server."""

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__(token)
        self.server = TelegramAPIServer.from_base(api_url)
        self.timeout = _TIMEOUT
        # The bot's own name without @, as soon as Telegram has told it.
        self.username = ""

    async def call(self, method: str, **fields: Any) -> Any:
        """Call a method of the API, and once more after a wait where Telegram asks for one.

        Raises:
            TelegramAPIError: Telegram refuses, or can't be reached.
        """
        data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self.request(method, data)
            except RetryAfter as error:
                if error.timeout > _LONGEST_WAIT:
                    raise
                await asyncio.sleep(error.timeout)
            except MigrateToChat as error:  # a group has become a larger one
                data["chat_id"] = str(error.migrate_to_chat_id)
            except TelegramAPIError as error:
                if type(error) not in _PASSING:
                    raise
                await asyncio.sleep(attempt)
        return await self.request(method, data)

    async def end(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
