"""Keeping what visitors write out of the logs, however verbose they are set."""

import logging

# At the level DEBUG these print messages, what was understood of them, and the state of conversations.
_TALKATIVE = (
    *("rasa.core", "rasa.engine", "rasa.nlu", "rasa.shared", "rasa.utils", "rasa.server"),
    *("rasa_sdk", "sanic", "aiohttp", "asyncio", "urllib3", "socketio", "engineio", "aiogram", "slack_sdk", "mau"),
)


def keep_words_out_of_logs() -> None:
    """Hold the loggers that would print messages at INFO, also where LOG_LEVEL or --debug asks for more."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.INFO, logger.level))
