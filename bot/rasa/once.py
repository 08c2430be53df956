"""What Rasa does anew for each message although it is always the same, done once.

Measured of Rasa 3.6.21: more than half of a message's processor time goes into the check of the action server's answer,
which asks each time whether the schema is itself a schema, and tries each of its 23 kinds of events on each event. Its
policies replay the whole conversation several times for each action, of which they then look at the end.
"""

import asyncio
import ctypes
import gc
from contextlib import suppress
from functools import cache
from typing import Any, Dict, MutableMapping, Optional, Tuple, Type
from weakref import WeakKeyDictionary

import aiohttp
import rasa.core.run
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.shared.utils.schemas.events import EVENT_SCHEMA
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.graph import order_once
from bot.rasa.memoization import recall_by_states, sees_slots
from bot.rasa.rules import ask_few_rules
from bot.turns import split_at_latest

# An action server closes a connection by which nothing has come for five seconds: by then it must not be used any more.
_KEPT_SECONDS = 3.0
# No rule and no story of data/stories looks back so far; a test holds them to it.
LATEST_TURNS = 4
# A word that is none needs everything that is known of words.
_FIRST = "helo"
_connectors: MutableMapping[asyncio.AbstractEventLoop, aiohttp.TCPConnector] = WeakKeyDictionary()
_check_of_rasa = RemoteAction._validate_action_result
_predict_of_rasa = MessageProcessor._predict_next_with_tracker
_warn_of_rasa = MessageProcessor._check_for_unseen_features
_class_of_rasa = Event.resolve_by_type
_load_of_rasa = rasa.core.run.load_agent_on_start


def do_once(serves: bool) -> None:
    """From now on, in this process.

    Args:
        serves: whether it answers messages; if not, it trains.
    """
    if serves:
        order_once()
        recall_by_states()
        ask_few_rules()
    # Each in the place of Rasa's own.
    RemoteAction._validate_action_result = _check  # type: ignore[method-assign, assignment]
    EndpointConfig.session = _session  # type: ignore[method-assign, assignment]
    MessageProcessor._predict_next_with_tracker = _predict  # type: ignore[method-assign, assignment]
    MessageProcessor._check_for_unseen_features = _warn  # type: ignore[method-assign, assignment]
    Event.resolve_by_type = staticmethod(_class_of_event)  # type: ignore[method-assign, assignment]
    rasa.core.run.load_agent_on_start = _load


async def _load(*arguments: Any, **options: Any) -> Any:
    """Load the model, and settle in with it."""
    loaded = await _load_of_rasa(*arguments, **options)
    # Dictionaries are read when they are needed first: a visitor would wait for them.
    _validators()
    if loaded.processor:
        await loaded.processor.parse_message(UserMessage(_FIRST))
    # What is there now stays: it is not looked through each time that garbage is collected.
    gc.collect()
    gc.freeze()
    # Loading leaves holes, of some 70 MB, that are the system's again only when asked for.
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return loaded


def _predict(processor: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
    """The prediction for the latest turns of a conversation, which is that for all of it."""
    # Rasa forgets a follow-up in the tracker itself.
    if tracker.followup_action:
        return _predict_of_rasa(processor, tracker)
    return _predict_of_rasa(processor, shortened(tracker, processor.domain))


def shortened(tracker: DialogueStateTracker, domain: Domain) -> DialogueStateTracker:
    """A tracker of the latest turns alone, without the events that no policy sees.

    Most events are of these, and Rasa goes through all of them four times for each action.
    """
    unseen: Tuple[Type[Event], ...] = (BotUttered,) if sees_slots(domain) else (BotUttered, SlotSet)
    _, latest = split_at_latest(list(tracker.events), LATEST_TURNS)
    short = tracker.init_copy()
    for event in latest:
        if not isinstance(event, unseen):
            short.update(event)
    return short


def _warn(processor: MessageProcessor, parsed: Dict[str, Any]) -> None:
    """What Rasa warns of: it asks first whether the domain is an empty one, and makes one to tell."""
    domain = processor.domain
    intent, entities = parsed["intent"]["name"], parsed["entities"] or []
    if intent not in domain.intents or any(each["entity"] not in domain.entities for each in entities):
        _warn_of_rasa(processor, parsed)


def _class_of_event(name: str, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    """The class of events of a name, or what Rasa makes of a name that none has.

    Raises:
        ValueError: there is none, and no default.
    """
    return _classes_of_events().get(name) or _class_of_rasa(name, default)


@cache
def _classes_of_events() -> Dict[str, Type[Event]]:
    """By name, as Rasa finds them: the first of a name."""
    return {each.type_name: each for each in reversed(all_subclasses(Event))}


def _check(action: RemoteAction, result: Any) -> bool:
    """What Rasa checks, and Rasa's own check, which says what is wrong, where something is.

    Raises:
        jsonschema.ValidationError: the answer is not of the form that Rasa knows.
    """
    return _is_answer(result) or _check_of_rasa(action, result)


def _is_answer(result: Any) -> bool:
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and all(map(_is_event, events))
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


def _is_event(event: Any) -> bool:
    kind = event.get("event") if isinstance(event, dict) else None
    validator = _validators().get(kind) if isinstance(kind, str) else None
    return validator is not None and validator.is_valid(event)


@cache
def _validators() -> Dict[str, Validator]:
    """By kind of event; each of Rasa's alternatives asks for its own name in `event`."""
    every = {key: value for key, value in EVENT_SCHEMA.items() if key != "oneOf"}
    alternatives: Any = EVENT_SCHEMA["oneOf"]
    kinds = {kind["properties"]["event"]["const"]: kind for kind in alternatives}
    return {name: validator_for(kind)({**every, "allOf": [kind]}) for name, kind in kinds.items()}


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """A session as Rasa makes it, whose connections stay open when it is closed."""
    loop = asyncio.get_running_loop()
    if loop not in _connectors:
        _connectors[loop] = aiohttp.TCPConnector(keepalive_timeout=_KEPT_SECONDS)
    user = endpoint.basic_auth
    return aiohttp.ClientSession(
        connector=_connectors[loop],
        connector_owner=False,
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(user["username"], user["password"]) if user else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
    )
