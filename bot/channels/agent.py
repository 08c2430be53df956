"""Rasa's agent and its conversations, as the server holds them once a model is loaded."""

import asyncio
import logging
from http import HTTPStatus
from typing import Optional
from urllib.parse import urljoin

import aiohttp
from rasa.core.agent import Agent
from sanic import Sanic

from bot.conversations import ErasableConversations

logger = logging.getLogger(__name__)

_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=2)


def ready_agent(app: Sanic) -> Optional[Agent]:
    """The agent, None while no model is loaded."""
    agent = getattr(app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def conversations_of(app: Sanic) -> Optional[ErasableConversations]:
    """The store that holds the conversations, None while no model is loaded or where it cannot erase one."""
    agent = ready_agent(app)
    if agent is None:
        return None
    # Rasa wraps the configured store in one that catches its errors.
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if isinstance(store, ErasableConversations):
        return store
    logger.error(
        "The channels need a tracker store that can erase a conversation: "
        "set tracker_store.type to bot.conversations.ConversationStore in endpoints.yml."
    )
    return None


async def is_ready(app: Sanic) -> bool:
    """Whether messages can be answered: there is a model, and conversations and the action server can be reached."""
    agent = ready_agent(app)
    conversations = conversations_of(app)
    actions = agent.action_endpoint if agent else None
    if actions is None or not actions.url or conversations is None:
        return False
    if not await conversations.are_reachable():
        return False
    try:
        async with (
            aiohttp.ClientSession(timeout=_HEALTH_TIMEOUT) as client,
            client.get(urljoin(actions.url, "/health")) as response,
        ):
            return response.status == HTTPStatus.OK
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return False
