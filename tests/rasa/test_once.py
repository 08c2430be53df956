"""What Rasa does anew for each message, done once: the same outcome."""

import asyncio
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any, List

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.schemas.events import EVENT_SCHEMA
from rasa.utils.endpoints import EndpointConfig

from bot import ROOT
from bot.environment import LOOPBACK
from bot.rasa import once
from bot.stories import Stories
from tests.rasa.walks import before_each_action, loaded

KINDS = [kind["properties"]["event"]["const"] for kind in EVENT_SCHEMA["oneOf"]]
NAMES = sorted({name for kind in EVENT_SCHEMA["oneOf"] for name in kind["properties"]} - {"event"})
PLAIN = some.none() | some.booleans() | some.integers(-9, 9) | some.floats(-1, 1) | some.sampled_from(["", "who"])
ENTITY = some.fixed_dictionaries({}, optional={"entity": PLAIN, "value": PLAIN, "start": PLAIN, "role": PLAIN})
PARSED = some.fixed_dictionaries(
    {}, optional={"text": PLAIN, "intent": ENTITY, "entities": some.lists(ENTITY, max_size=2)}
)
VALUE = PLAIN | some.lists(ENTITY, max_size=2) | PARSED
EVENT = some.fixed_dictionaries(
    {},
    optional={
        "event": some.sampled_from(KINDS) | some.just("slott") | PLAIN,
        "timestamp": PLAIN,
        "metadata": VALUE,
        **dict.fromkeys(NAMES, VALUE),
    },
)
ANSWER = some.fixed_dictionaries(
    {},
    optional={"events": some.lists(EVENT | PLAIN, max_size=3) | PLAIN, "responses": some.lists(PARSED | PLAIN) | PLAIN},
)
ACTION = RemoteAction("action_answer", None)


def rasa_takes(answer: Any) -> bool:
    try:
        return once._check_of_rasa(ACTION, answer)
    except ValidationError:
        return False


@pytest.mark.parametrize("name", [*KINDS, "topic", "slott", "", None])
@pytest.mark.parametrize("default", [None, SlotSet])
def test_a_name_is_that_of_the_events_of_which_rasa_takes_it(name: Any, default: Any) -> None:
    def outcome(find: Any) -> Any:
        try:
            return find(name, default)
        except ValueError as error:
            return str(error)

    assert outcome(once._class_of_event) == outcome(once._class_of_rasa)


@pytest.mark.parametrize("intent", ["greet", "unheard_of", None])
@pytest.mark.parametrize("entities", [None, [], [{"entity": "person"}], [{"entity": "planet"}]])
@pytest.mark.parametrize("domain", ["{intents: [greet], entities: [person]}", "{}"])
def test_rasa_warns_of_what_the_domain_does_not_know(intent: Any, entities: Any, domain: str) -> None:
    processor: Any = SimpleNamespace(domain=Domain.from_yaml(domain))
    warned = []
    for check in (once._warn, once._warn_of_rasa):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            check(processor, {"intent": {"name": intent}, "entities": entities})
        warned.append([str(each.message) for each in caught])
    assert warned[0] == warned[1]


@settings(deadline=None)
@given(ANSWER | PLAIN)
def test_an_answer_is_taken_or_not_as_rasa_does(answer: Any) -> None:
    assert once._is_answer(answer) == rasa_takes(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_is_known(kind: str) -> None:
    event = {"event": kind, "name": "a", "value": 1, "entities": []}
    assert once._is_answer({"events": [event], "responses": []}) and rasa_takes({"events": [event]})


def test_what_is_wrong_is_said_in_rasas_words() -> None:
    with pytest.raises(ValidationError, match="make sure your response from the Action endpoint is valid"):
        once._check(ACTION, {"events": [{"event": "slot"}]})


@pytest.mark.asyncio
async def test_requests_share_a_connection() -> None:
    connections: List[Any] = []

    async def answer(request: web.Request) -> web.Response:
        connections.append(request.transport)
        assert request.headers["X-Key"] == "a" and request.headers["Authorization"].startswith("Basic ")
        return web.json_response({"events": [], "responses": []})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint = EndpointConfig(
        f"http://{LOOPBACK}:{port}/webhook", headers={"X-Key": "a"}, basic_auth={"username": "a", "password": "b"}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EndpointConfig, "session", once._session)
        for _ in range(3):
            assert await endpoint.request(json={}) == {"events": [], "responses": []}
    await once._connectors[asyncio.get_running_loop()].close()
    await runner.cleanup()
    assert len(set(connections)) == 1


def test_no_rule_or_story_looks_back_further_than_what_policies_get() -> None:
    stories = Stories(ROOT / "data" / "stories", Domain.load(ROOT / "domain.yml"))
    assert max(len(story.turns) for story in stories.all) < once.LATEST_TURNS


def test_policies_choose_the_same_by_the_latest_turns(model: Path) -> None:
    processor = loaded(model)
    fewer = 0
    for tracker in before_each_action(processor):
        short = once.shortened(tracker, processor.domain)
        of_all, of_latest = (once._predict_of_rasa(processor, each) for each in (tracker, short))
        assert (of_latest.probabilities, of_latest.policy_name) == (of_all.probabilities, of_all.policy_name)
        fewer += len(short.events) < len(tracker.events)
    assert fewer > 100


@pytest.mark.parametrize("influences", [False, True])
def test_policies_get_what_they_see(influences: bool) -> None:
    domain = Domain.from_dict(
        {"slots": {"mood": {"type": "text", "influence_conversation": influences, "mappings": [{"type": "custom"}]}}}
    )
    events = [ActionExecuted(ACTION_LISTEN_NAME), UserUttered("a"), SlotSet("mood", "low"), BotUttered("b")]
    tracker = DialogueStateTracker.from_events("one", events, domain.slots)
    kept = list(once.shortened(tracker, domain).events)
    assert kept == (events[:3] if influences else events[:2])


@pytest.mark.asyncio
@pytest.mark.parametrize("has_model", [True, False])
async def test_dictionaries_are_read_before_a_visitor_comes(has_model: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    read: List[str] = []

    class Processor:
        async def parse_message(self, message: UserMessage) -> None:
            read.append(message.text)

    agent = SimpleNamespace(processor=Processor() if has_model else None)

    async def load(path: str, app: str) -> SimpleNamespace:
        assert (path, app) == ("model", "app")
        return agent

    monkeypatch.setattr(once, "_load_of_rasa", load)
    assert await once._load("model", app="app") is agent
    assert len(read) == has_model
