"""What endpoints.yml holds, as environment variables change it: where the action server and the conversations are.

METOO_REDIS is the address of a Redis server: redis://user:password@host:6379/0, rediss:// for TLS, or
unix:///run/redis.sock. With it any number of Rasa processes share conversations; without it each has its own in memory.
METOO_ACTIONS is the address of the action server, or of what balances several; `make run` starts one of its own.
"""

import os
import re
from typing import Any, Dict, Mapping, Optional

REDIS = "METOO_REDIS"
ACTIONS = "METOO_ACTIONS"
_DEFAULT_ACTIONS = "http://127.0.0.1:5055/webhook"


def redis_address(environment: Mapping[str, str] = os.environ) -> Optional[str]:
    """The address of Redis, None where none is set."""
    return environment.get(REDIS, "").strip() or None


def action_url(environment: Mapping[str, str] = os.environ) -> str:
    """Where the action server answers.

    Raises:
        ValueError: what is set is no address.
    """
    given = environment.get(ACTIONS, "").strip() or _DEFAULT_ACTIONS
    if not re.fullmatch(r"https?://[^\s/]+/webhook", given):
        raise ValueError(f"{ACTIONS} is no address of an action server: write it like {_DEFAULT_ACTIONS}.")
    return given


def completed(
    endpoints: Mapping[str, Any], action_url: str, environment: Mapping[str, str] = os.environ
) -> Dict[str, Any]:
    """The endpoints of one Rasa process.

    Args:
        endpoints: what endpoints.yml holds.
        action_url: where the action server answers, such as http://127.0.0.1:5055/webhook.
        environment: the variables; with METOO_REDIS, conversations and locks are in Redis, with the same limits.
    """
    both = {**endpoints, "action_endpoint": {**endpoints["action_endpoint"], "url": action_url}}
    if redis_address(environment):
        both["tracker_store"] = {**endpoints["tracker_store"], "type": "bot.conversations.RedisConversations"}
        both["lock_store"] = {"type": "bot.conversations.RedisLocks"}
    return both
