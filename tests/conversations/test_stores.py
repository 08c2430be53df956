"""Both tracker stores, in memory and in Redis: bounded, forgetful, erasable, and no words of a visitor are kept."""

from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.conversations import ConversationStore, ErasableConversations, RedisConversations
from bot.conversations.keeping import Conversations
from bot.usage import Usage, usage_of_environment
from bot.usage.watching import Tracker
from tests.clock import Clock
from tests.conversations.conftest import Connect
from tests.redis_server import RedisProcess

ROOT = Path(__file__).resolve().parents[2]

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    slots:
      place:
        type: text
        influence_conversation: false
        mappings: [{type: custom}]
      mood:
        type: text
        initial_value: calm
        influence_conversation: false
        mappings: [{type: custom}]
    actions: [utter_greet]
    """
)


class Stores(NamedTuple):
    """Makes stores of one kind, and lets time pass for what they hold."""

    new: Callable[..., Conversations]
    age: Callable[[float], None]


@pytest.fixture(params=["in memory", "in Redis"])
def stores(request: pytest.FixtureRequest, clock: Clock, connect: Connect) -> Stores:
    """Each kind of store keeps the same promises."""
    if request.param == "in memory":

        def pass_time(seconds: float) -> None:
            clock.now += seconds

        return Stores(partial(ConversationStore, DOMAIN, timer=clock), pass_time)
    redis: RedisProcess = request.getfixturevalue("redis_server")
    redis.client.flushall()
    return Stores(lambda **settings: RedisConversations(DOMAIN, server=connect(redis.address), **settings), redis.age)


@pytest.fixture
def store(stores: Stores) -> Conversations:
    """A store of at most three conversations of two turns, forgotten after a minute."""
    return stores.new(max_conversations=3, idle_seconds=60, max_turns=2)


@pytest.fixture
def age(stores: Stores) -> Callable[[float], None]:
    """Lets so many seconds pass."""
    return stores.age


def take_turn(tracker: DialogueStateTracker, text: str, **slots: Any) -> None:
    """One message of the visitor, slots that it sets, and an answer to it. Its id is its text, which is not kept."""
    tracker.update(UserUttered(text, {"name": "greet"}, message_id=text))
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    tracker.update(ActionExecuted("utter_greet"))
    tracker.update(BotUttered(f"answer to {text}"))
    tracker.update(ActionExecuted("action_listen"))


async def say(store: Conversations, conversation_id: str, text: str = "hi", **slots: Any) -> None:
    """A message as Rasa handles it: the conversation is retrieved or begun, goes on, and is saved."""
    tracker = await store.get_or_create_tracker(conversation_id)
    take_turn(tracker, text, **slots)
    await store.save(tracker)


def texts(tracker: "DialogueStateTracker | None") -> List[str]:
    assert tracker is not None
    return [event.message_id for event in tracker.events if isinstance(event, UserUttered)]


@pytest.mark.asyncio
async def test_a_conversation_is_retrieved_as_it_was_saved(store: Conversations) -> None:
    saved = await store.get_or_create_tracker("one")
    take_turn(saved, "hi", place="Lyon")
    await store.save(saved)
    assert await store.exists("one")
    retrieved = await store.retrieve("one")
    assert retrieved is not None
    assert [event for event in retrieved.events if not isinstance(event, UserUttered)] == [
        event for event in saved.events if not isinstance(event, UserUttered)
    ]
    assert texts(retrieved) == texts(saved) == ["hi"]
    assert retrieved.sender_id == "one"
    assert retrieved.current_slot_values() == {**saved.current_slot_values(), "place": "Lyon"}


@pytest.mark.asyncio
async def test_the_words_are_not_kept_but_what_was_understood_is(store: Conversations) -> None:
    tracker = await store.get_or_create_tracker("one")
    understood = {"text": "help me please", "intent": {"name": "greet"}, "need": {"kind": "disclosure"}}
    tracker.update(UserUttered("help me please", {"name": "greet"}, [], {**understood, "text_tokens": [(0, 4)]}))
    await store.save(tracker)
    retrieved = await store.retrieve("one")
    assert retrieved is not None and retrieved.latest_message is not None
    assert "help me" not in str([event.as_dict() for event in retrieved.events])
    assert retrieved.latest_message.intent == {"name": "greet"}
    assert retrieved.latest_message.parse_data["need"] == {"kind": "disclosure"}
    assert tracker.latest_message is not None and tracker.latest_message.text == "help me please"


@pytest.mark.asyncio
async def test_of_earlier_messages_it_is_kept_what_they_were_taken_for_and_not_why(store: Conversations) -> None:
    reasons = {"intent_ranking": [{"name": "greet"}], "gates": {}, "guard": {}, "fact_ranking": []}
    need = {"kind": "disclosure"}
    for text in ("first", "second"):
        tracker = await store.get_or_create_tracker("one")
        tracker.update(UserUttered(text, {"name": "greet"}, [], {"intent": {"name": "greet"}, "need": need, **reasons}))
        await store.save(tracker)
    retrieved = await store.retrieve("one")
    assert retrieved is not None
    first, second = (event.parse_data for event in retrieved.events if isinstance(event, UserUttered))
    assert reasons.keys().isdisjoint(first) and (first["intent"], first["need"]) == ({"name": "greet"}, need)
    # The next message may ask what else this one could have meant.
    assert reasons.keys() <= second.keys()


@pytest.mark.asyncio
async def test_the_reply_that_says_so_erases_the_conversation(store: Conversations) -> None:
    await say(store, "one", "first", place="Lyon")
    tracker = await store.get_or_create_tracker("one")
    tracker.update(UserUttered("delete my chat", {"name": "greet"}))
    tracker.update(ActionExecuted("utter_chat_deleted"))
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)
    assert await store.exists("one")
    retrieved = await store.retrieve("one")
    assert retrieved is not None and list(retrieved.events) == [] and retrieved.get_slot("place") is None


@pytest.mark.asyncio
async def test_there_is_nothing_before_the_first_message(store: Conversations) -> None:
    assert await store.retrieve("one") is None
    assert not await store.exists("one")
    assert list(await store.keys()) == []


@pytest.mark.asyncio
async def test_conversations_know_nothing_of_each_other(store: Conversations) -> None:
    await say(store, "one", "first", place="Lyon")
    await say(store, "two", "second")
    two = await store.retrieve("two")
    assert texts(two) == ["second"]
    assert two is not None and two.get_slot("place") is None


@pytest.mark.asyncio
async def test_what_happens_after_saving_is_not_held(store: Conversations) -> None:
    await say(store, "one", "first")
    tracker = await store.retrieve("one")
    assert tracker is not None
    take_turn(tracker, "never saved")
    assert texts(await store.retrieve("one")) == ["first"]


@pytest.mark.asyncio
async def test_the_longest_idle_conversation_makes_room(store: Conversations) -> None:
    for conversation_id in ("one", "two", "three"):
        await say(store, conversation_id)
    await say(store, "one", "again")
    await say(store, "four")
    assert sorted(await store.keys()) == ["four", "one", "three"]
    assert await store.retrieve("two") is None


@pytest.mark.asyncio
async def test_an_idle_conversation_is_forgotten(store: Conversations, age: Callable[[float], None]) -> None:
    await say(store, "one")
    age(59)
    assert await store.exists("one")
    age(2)
    assert not await store.exists("one")
    assert await store.retrieve("one") is None
    assert list(await store.keys()) == []


@pytest.mark.asyncio
async def test_each_message_keeps_a_conversation_alive(store: Conversations, age: Callable[[float], None]) -> None:
    for _ in range(4):
        await say(store, "one")
        age(59)
    assert await store.exists("one")


@pytest.mark.asyncio
async def test_looking_at_a_conversation_does_not_keep_it_alive(
    store: Conversations, age: Callable[[float], None]
) -> None:
    await say(store, "one")
    age(59)
    await store.exists("one")
    await store.retrieve("one")
    age(2)
    assert not await store.exists("one")


@pytest.mark.asyncio
async def test_an_erased_conversation_is_gone_at_once(store: Conversations) -> None:
    await say(store, "one")
    await say(store, "two")
    await store.erase("one")
    assert not await store.exists("one")
    assert list(await store.keys()) == ["two"]
    assert await store.retrieve("one") is None


@pytest.mark.asyncio
async def test_a_message_being_answered_does_not_bring_an_erased_conversation_back(store: Conversations) -> None:
    await say(store, "one")
    tracker = await store.retrieve("one")
    assert tracker is not None
    await store.erase("one")
    take_turn(tracker, "still being answered")
    await store.save(tracker)
    await store.save(tracker)
    assert not await store.exists("one")
    assert list(await store.keys()) == []


@pytest.mark.asyncio
async def test_the_first_message_being_answered_does_not_bring_it_back_either(store: Conversations) -> None:
    tracker = await store.get_or_create_tracker("one")
    await store.erase("one")
    take_turn(tracker, "the very first")
    await store.save(tracker)
    assert await store.retrieve("one") is None


@pytest.mark.asyncio
async def test_erasing_one_leaves_what_the_others_save(store: Conversations) -> None:
    tracker = await store.get_or_create_tracker("two")
    await store.erase("one")
    take_turn(tracker, "hi")
    await store.save(tracker)
    assert texts(await store.retrieve("two")) == ["hi"]


@pytest.mark.asyncio
async def test_a_new_conversation_may_begin_under_an_erased_id(store: Conversations) -> None:
    await say(store, "one", "before", place="Lyon")
    await store.erase("one")
    await say(store, "one", "after")
    tracker = await store.retrieve("one")
    assert texts(tracker) == ["after"]
    assert tracker is not None and tracker.get_slot("place") is None


@pytest.mark.asyncio
async def test_what_was_never_there_can_be_erased(store: Conversations) -> None:
    await store.erase("one")
    await store.erase("one")
    assert not await store.exists("one")


@pytest.mark.asyncio
async def test_only_the_latest_turns_are_kept(store: Conversations) -> None:
    for text in ("first", "second", "third", "fourth"):
        await say(store, "one", text)
    tracker = await store.retrieve("one")
    assert texts(tracker) == ["third", "fourth"]
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, BotUttered)] == [
        "answer to third",
        "answer to fourth",
    ]
    assert "first" not in str([event.as_dict() for event in tracker.events])


@pytest.mark.asyncio
async def test_events_do_not_grow_with_the_conversation(store: Conversations) -> None:
    lengths = []
    for number in range(12):
        await say(store, "one", f"message {number}", place="Lyon" if number == 0 else f"place {number % 3}")
        tracker = await store.retrieve("one")
        lengths.append(len(tracker.events) if tracker else 0)
    assert len(set(lengths[3:])) == 1


@pytest.mark.asyncio
async def test_slots_outlive_the_turns_that_set_them(store: Conversations) -> None:
    await say(store, "one", "first", place="Lyon", mood="curious")
    for text in ("second", "third", "fourth", "fifth"):
        await say(store, "one", text)
    tracker = await store.retrieve("one")
    assert tracker is not None
    assert (tracker.get_slot("place"), tracker.get_slot("mood")) == ("Lyon", "curious")


@pytest.mark.asyncio
async def test_a_slot_has_its_latest_value_whichever_turn_set_it(store: Conversations) -> None:
    await say(store, "one", "first", place="Lyon", mood="curious")
    await say(store, "one", "second", place="Paris", mood="calm")
    await say(store, "one", "third", mood=None)
    await say(store, "one", "fourth")
    tracker = await store.retrieve("one")
    assert tracker is not None
    assert (tracker.get_slot("place"), tracker.get_slot("mood")) == ("Paris", None)
    await say(store, "one", "fifth", place=None)
    await say(store, "one", "sixth")
    await say(store, "one", "seventh")
    tracker = await store.retrieve("one")
    assert tracker is not None
    assert (tracker.get_slot("place"), tracker.get_slot("mood")) == (None, None)


@pytest.mark.asyncio
async def test_policies_see_the_kept_turns_as_when_all_were_there(stores: Stores) -> None:
    short, long = stores.new(max_turns=2), stores.new(max_turns=50)
    for text in ("first", "second", "third", "fourth"):
        await say(short, "short", text)
        await say(long, "long", text)
    kept, whole = await short.retrieve("short"), await long.retrieve("long")
    assert kept is not None and whole is not None
    two_turns = 5  # each turn before and after its answer, and what comes last
    assert kept.past_states(DOMAIN)[-two_turns:] == whole.past_states(DOMAIN)[-two_turns:]
    assert kept.latest_action_name == whole.latest_action_name == "action_listen"


@pytest.mark.asyncio
async def test_keys_are_ids_of_conversations_that_can_be_retrieved(
    store: Conversations, age: Callable[[float], None]
) -> None:
    await say(store, "one")
    age(40)
    await say(store, "two")
    await say(store, "three")
    await store.erase("three")
    assert sorted(await store.keys()) == ["one", "two"]
    age(40)
    assert list(await store.keys()) == ["two"]


def test_an_event_broker_is_refused() -> None:
    with pytest.raises(ValueError, match=r"remove event_broker from endpoints.yml"):
        ConversationStore(DOMAIN, EventBroker())


@pytest.mark.parametrize("value", [0, -1])
@pytest.mark.parametrize("limit", ["max_conversations", "idle_seconds", "max_turns"])
def test_a_limit_below_one_is_refused(limit: str, value: int) -> None:
    limits: Dict[str, Any] = {limit: value}
    with pytest.raises(ValueError, match=f"{limit}.* must be 1 or more: correct endpoints.yml"):
        ConversationStore(DOMAIN, **limits)


@pytest.mark.asyncio
async def test_a_limit_of_one_is_enough(stores: Stores) -> None:
    store = stores.new(max_conversations=1, idle_seconds=1, max_turns=1)
    for text in ("first", "second"):
        await say(store, "one", text)
    await say(store, "two", "third")
    assert list(await store.keys()) == ["two"]
    assert texts(await store.retrieve("two")) == ["third"]


def test_rasa_makes_the_store_that_endpoints_yml_names() -> None:
    endpoint = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")).tracker_store
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, ConversationStore)
    assert isinstance(store, ErasableConversations)
    assert store.idle_seconds == endpoint.kwargs["idle_seconds"]
    assert store.domain is DOMAIN
    assert check_if_tracker_store_async(store)


class Watcher(Usage):
    """Takes down what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: List[str] = []

    def take(self, tracker: Tracker) -> None:
        self.told.append(f"saved {tracker.sender_id}")

    def forget(self, conversation_id: str) -> None:
        self.told.append(f"erased {conversation_id}")


@pytest.mark.asyncio
async def test_usage_is_told_of_what_is_saved_and_erased(store: Conversations) -> None:
    tracker = await store.get_or_create_tracker("one")
    store.usage = watcher = Watcher()
    take_turn(tracker, "hi")
    await store.save(tracker)
    await store.erase("one")
    take_turn(tracker, "still being answered")
    await store.save(tracker)
    assert watcher.told == ["saved one", "erased one"]


@pytest.mark.asyncio
async def test_usage_is_told_that_the_visitor_had_the_conversation_erased(store: Conversations) -> None:
    tracker = await store.get_or_create_tracker("one")
    store.usage = watcher = Watcher()
    tracker.update(UserUttered("delete my chat", {"name": "greet"}))
    tracker.update(ActionExecuted("utter_chat_deleted"))
    await store.save(tracker)
    assert watcher.told == ["saved one", "erased one"]


def test_a_wrong_setting_of_the_counting_is_told_as_rasa_s_own_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METOO_USAGE", "nowhere")
    usage_of_environment.cache_clear()
    with pytest.raises(RasaException, match="METOO_USAGE is no address of a database"):
        ConversationStore(DOMAIN, count_usage=True)
    assert ConversationStore(DOMAIN).usage.counted("one") == []
