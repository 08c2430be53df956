"""What a conversation is about: moved by replies that tell facts, and by nothing else."""

from typing import Any, Dict, List

import pytest
from rasa_sdk import Tracker

from actions.focus import Focus, after, focus_of
from actions.question import Question
from bot.facts import FactStore
from bot.reply import Citation, Reply, ReplyKind, Suggestion
from tests.actions.conftest import Conversation


def telling(store: FactStore, *facts: str) -> Reply:
    """A reply that cites these facts."""
    cited = [store.fact(fact_id) for fact_id in facts]
    return Reply(
        ReplyKind.ANSWER, "told", tuple(Citation(fact.id, fact.quote, fact.document, fact.line) for fact in cited)
    )


def slots(events: List[Dict[str, Any]]) -> Dict[str, List[str]]:
    assert {event["event"] for event in events} <= {"slot"}
    return {event["name"]: event["value"] for event in events}


def asked_about(**names: List[str]) -> List[Question]:
    return [Question("ask_something", names=names)]


def test_a_conversation_begins_without_a_focus() -> None:
    assert focus_of(Tracker.from_dict({"sender_id": "one"})) == Focus()


def test_the_focus_is_what_the_slots_hold() -> None:
    held = {"facts_in_focus": ["a"], "facts_told": ["b", "a"], "people_in_focus": ["P"], "regions_in_focus": None}
    focus = focus_of(Tracker.from_dict({"sender_id": "one", "slots": held}))
    assert focus == Focus(facts=("a",), told=("b", "a"), people=("P",))


def test_a_reply_moves_the_focus_to_what_it_told(store: FactStore) -> None:
    before = Focus(facts=("goal-community",), told=("goal-community",), people=("Uma Thurman",), regions=("France",))
    reply = telling(store, "burke-first-used-phrase", "momentum-2017")
    assert slots(after(store, before, asked_about(), reply)) == {
        "facts_in_focus": ["burke-first-used-phrase", "momentum-2017"],
        "facts_told": ["goal-community", "burke-first-used-phrase", "momentum-2017"],
        "people_in_focus": ["Tarana Burke", "Alyssa Milano"],
        "regions_in_focus": ["France"],
        "organisations_in_focus": [],
    }


def test_an_organisation_is_in_focus_as_long_as_it_is_spoken_of(store: FactStore) -> None:
    moved = slots(after(store, Focus(), asked_about(), telling(store, "inspired-times-up")))
    assert moved["organisations_in_focus"] == ["Times Up"]
    moved = slots(after(store, Focus(), asked_about(), telling(store, "goal-community")))
    assert moved["organisations_in_focus"] == []


def test_after_a_fact_from_elsewhere_nothing_of_the_documents_is_in_focus(store: FactStore) -> None:
    citation = Citation("x-fact", "words", "A page", 0, collection="background", source_url="https://example.org")
    moved = slots(
        after(store, Focus(facts=("burke-who",)), asked_about(), Reply(ReplyKind.ANSWER, "told", (citation,)))
    )
    assert moved == {"facts_in_focus": [], "people_in_focus": [], "organisations_in_focus": []}


def test_a_platform_is_no_region(store: FactStore) -> None:
    assert slots(after(store, Focus(), asked_about(), telling(store, "momentum-2017")))["regions_in_focus"] == []


def test_those_who_were_asked_about_come_into_focus_alone(store: FactStore) -> None:
    reply = telling(store, "celebrity-endorsements")
    moved = slots(after(store, Focus(), asked_about(person=["Gwyneth Paltrow", "Uma Thurman"]), reply))
    assert moved["people_in_focus"] == ["Gwyneth Paltrow", "Uma Thurman"]
    moved = slots(after(store, Focus(), asked_about(region=["France"]), telling(store, "france-momentum")))
    assert moved["regions_in_focus"] == ["France"]


def test_those_of_several_questions_come_into_focus_together(store: FactStore) -> None:
    questions = [*asked_about(person=["Uma Thurman"]), *asked_about(person=["Tarana Burke", "Uma Thurman"])]
    reply = telling(store, "celebrity-endorsements", "burke-who")
    assert slots(after(store, Focus(), questions, reply))["people_in_focus"] == ["Uma Thurman", "Tarana Burke"]


def test_those_whom_nothing_was_told_about_come_into_no_focus(store: FactStore) -> None:
    reply = telling(store, "bollywood-shaken")
    moved = slots(after(store, Focus(), asked_about(region=["India"], person=["Jane Doe"]), reply))
    assert (moved["regions_in_focus"], moved["people_in_focus"]) == (["Bollywood"], [])


def test_what_is_told_again_was_told_last(store: FactStore) -> None:
    before = Focus(told=("burke-who", "goal-community", "momentum-2017"))
    moved = slots(after(store, before, asked_about(), telling(store, "goal-community")))
    assert moved["facts_told"] == ["burke-who", "momentum-2017", "goal-community"]


def test_what_was_told_very_long_ago_is_forgotten(store: FactStore) -> None:
    before = Focus(told=tuple(f"fact-{number}" for number in range(60)))
    moved = slots(after(store, before, asked_about(), telling(store, "goal-community")))
    assert moved["facts_told"] == [*(f"fact-{number}" for number in range(11, 60)), "goal-community"]


def test_a_reply_that_tells_nothing_leaves_the_focus_where_it_is(store: FactStore) -> None:
    assert after(store, Focus(facts=("burke-who",)), asked_about(), Reply.worded("silent")) == []


def test_facts_that_the_store_does_not_have_are_no_focus(store: FactStore) -> None:
    unknown = Reply(ReplyKind.ANSWER, "told", (Citation("no-such-fact", "words", "metoo.txt", 1),))
    assert after(store, Focus(), asked_about(), unknown) == []
    assert [fact.id for fact in Focus(facts=("no-such-fact", "burke-who")).shown(store)] == ["burke-who"]


def bot(**fields: Any) -> Dict[str, Any]:
    """The event of an utterance, as Rasa sends it."""
    return {"event": "bot", "text": "Hi.", "data": {"buttons": None}, "metadata": {"kind": "chat"}, **fields}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], None, id="nothing said"),
        pytest.param([{"event": "user", "text": "Hi."}], None, id="nothing said by the bot"),
        pytest.param([bot(), bot(text="Bye.")], Reply(ReplyKind.CHAT, "Bye."), id="the later of two"),
        pytest.param(
            [bot(), {"event": "slot"}, {"event": "user"}], Reply(ReplyKind.CHAT, "Hi."), id="events behind it"
        ),
        pytest.param(
            [bot(data={"buttons": [{"title": "T", "payload": "What is T?"}]})],
            Reply(ReplyKind.CHAT, "Hi.", suggestions=(Suggestion("T", "What is T?"),)),
            id="with buttons",
        ),
        pytest.param([bot(metadata={})], None, id="without a kind"),
        pytest.param([bot(metadata={"kind": "song"})], None, id="of a kind that there is not"),
        pytest.param([bot(text=None)], None, id="without a text"),
    ],
)
def test_the_last_reply_is_read_from_the_events(events: List[Dict[str, Any]], expected: "Reply | None") -> None:
    assert focus_of(Tracker.from_dict({"sender_id": "one", "events": events})).last_reply == expected


def user(*intents: str) -> Dict[str, Any]:
    ranking = [{"name": name, "confidence": 0.5} for name in intents]
    return {"event": "user", "text": "words", "parse_data": {"intent_ranking": ranking}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ()),
        ([user("ask_goals")], ()),
        ([user("ask_goals", "greet"), bot(), user("wrong_answer")], ("ask_goals", "greet")),
        ([user("greet"), user("ask_goals"), user("wrong_answer")], ("ask_goals",)),
        ([{"event": "user", "text": "words"}, user("wrong_answer")], ()),
    ],
)
def test_the_readings_are_those_of_the_message_before(
    events: List[Dict[str, Any]], expected: "tuple[str, ...]"
) -> None:
    assert focus_of(Tracker.from_dict({"sender_id": "one", "events": events})).last_readings == expected


def test_rasa_keeps_in_its_slots_what_a_reply_told(conversation: Conversation) -> None:
    reply = conversation.say("ask_who_is", ("person", "Tarana Burke"))
    told = [citation.id for citation in reply.facts]
    assert conversation.slot("facts_in_focus") == conversation.slot("facts_told") == told
    assert conversation.slot("people_in_focus") == ["Tarana Burke"]
    assert conversation.slot("regions_in_focus") == []


def test_rasa_takes_a_name_into_focus_that_nothing_is_told_about(conversation: Conversation) -> None:
    conversation.say("ask_region", ("region", "Japan"))
    assert conversation.slot("regions_in_focus") == ["Japan"]
    assert conversation.slot("facts_in_focus") == []


def test_a_fault_leaves_the_focus_where_it_is(conversation: Conversation) -> None:
    conversation.say("ask_goals", ranking=[["goal-community"]])
    assert conversation.say("ask_nothing") == Reply.worded("trouble")
    assert conversation.slot("facts_in_focus") == ["goal-community"]
