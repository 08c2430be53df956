"""Messages that mean something only after an answer, and those that are answered with a question."""

from typing import List

import pytest
from rasa.shared.core.domain import Domain

from actions.composing import listed
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind, Suggestion
from tests.actions.conftest import Conversation

BURKE, MILANO, WEINSTEIN = ("person", "Tarana Burke"), ("person", "Alyssa Milano"), ("person", "Harvey Weinstein")
FRANCE, BOLLYWOOD = ("region", "France"), ("region", "Bollywood")
BARE = ["ask_when", "ask_where", "ask_who", "ask_why"]


def ids(reply: Reply) -> List[str]:
    return [citation.id for citation in reply.facts]


def titles(reply: Reply) -> List[str]:
    return [suggestion.title for suggestion in reply.suggestions]


def told(conversation: Conversation, topic: str, *facts: str) -> Reply:
    """These facts of a topic are told, or all that answer it."""
    reply = conversation.say(f"ask_{topic}", ranking=[facts] if facts else None)
    assert reply.kind is ReplyKind.ANSWER
    return reply


# when, where, who, why


@pytest.mark.parametrize(
    ("intent", "topic", "shown", "expected"),
    [
        ("ask_when", "origin", ["burke-first-used-phrase"], ["burke-first-used-phrase"]),
        ("ask_when", "popularisation", ["momentum-2017", "weinstein-news-reports"], ["momentum-2017"]),
        ("ask_where", "popularisation", ["milano-tweet-wording"], ["milano-tweet-wording"]),
        ("ask_where", "region", ["bollywood-shaken"], ["bollywood-shaken"]),
        ("ask_who", "endorsement", ["celebrity-endorsements"], ["celebrity-endorsements"]),
        ("ask_why", "popularisation", ["momentum-2017", "milano-purpose"], ["milano-purpose"]),
        ("ask_why", "definition", ["metoo-definition", "metoo-survivor-led"], ["metoo-survivor-led"]),
    ],
)
def test_those_of_the_facts_told_last_that_tell_it_are_given(
    store: FactStore, conversation: Conversation, intent: str, topic: str, shown: List[str], expected: List[str]
) -> None:
    told(conversation, topic, *shown)
    reply = conversation.say(intent)
    assert (reply.kind, ids(reply)) == (ReplyKind.ANSWER, expected)
    assert reply.text == listed([store.fact(fact_id) for fact_id in expected])


@pytest.mark.parametrize(
    ("intent", "topic", "shown", "expected"),
    [
        ("ask_when", "origin", "burke-who", ["burke-first-used-phrase"]),
        ("ask_when", "popularisation", "milano-purpose", ["momentum-2017"]),
        ("ask_where", "origin", "burke-who", ["burke-first-used-phrase"]),
        ("ask_why", "times_up", "inspired-times-up", ["times-up-description"]),
        ("ask_why", "definition", "metoo-definition", ["metoo-survivor-led"]),
    ],
)
def test_what_they_do_not_tell_is_taken_from_those_that_belong_with_them(
    conversation: Conversation, intent: str, topic: str, shown: str, expected: List[str]
) -> None:
    told(conversation, topic, shown)
    reply = conversation.say(intent)
    assert (reply.kind, ids(reply)) == (ReplyKind.ANSWER, expected)


def test_several_that_belong_with_them_come_with_the_introduction_of_their_topic(
    store: FactStore, conversation: Conversation
) -> None:
    told(conversation, "popularisation", "phrase-popularised-by-milano")
    reply = conversation.say("ask_where")
    assert ids(reply) == ["momentum-2017", "milano-purpose", "milano-tweet-wording"]
    assert reply.text.split("\n")[0] == store.topic("popularisation").intro


@pytest.mark.parametrize(
    ("intent", "topic", "shown"),
    [
        ("ask_when", "achievements", ["achieved-awareness", "achieved-inquiries"]),
        ("ask_where", "goals", ["goal-community"]),
        ("ask_who", "global_impact", ["global-reach"]),
        # Who founded it, or who was in it: the organisation's name is no answer.
        ("ask_who", "times_up", ["times-up-description"]),
        # The tweet belongs to the same topic, but what is told of it is not told of the news reports.
        ("ask_when", "popularisation", ["weinstein-news-reports"]),
        ("ask_why", "origin", ["burke-who"]),
        # Another region's facts belong to the same topic, but do not tell of this region.
        ("ask_who", "region", ["france-momentum"]),
    ],
)
def test_what_no_fact_tells_is_said_so_with_what_there_is(
    store: FactStore, conversation: Conversation, intent: str, topic: str, shown: List[str]
) -> None:
    told(conversation, topic, *shown)
    reply = conversation.say(intent)
    answers = listed([store.fact(fact_id) for fact_id in shown])
    assert reply.text == Reply.worded("silent_on_this", answers=answers).text
    assert (reply.kind, ids(reply)) == (ReplyKind.REFUSAL, shown)


@pytest.mark.parametrize(
    ("intent", "offered"),
    [
        ("ask_when", ["burke-first-used-phrase", "momentum-2017"]),
        ("ask_where", ["burke-first-used-phrase", "momentum-2017", "milano-purpose"]),
        ("ask_who", ["celebrity-endorsements", "burke-who", "burke-first-used-phrase"]),
        ("ask_why", ["metoo-survivor-led", "milano-purpose", "weinstein-news-reports"]),
    ],
)
def test_where_nothing_was_told_yet_the_facts_that_tell_it_are_offered(
    store: FactStore, conversation: Conversation, intent: str, offered: List[str]
) -> None:
    reply = conversation.say(intent)
    assert (reply.kind, reply.text, ids(reply)) == (ReplyKind.CLARIFY, Reply.worded("which_fact").text, [])
    facts = [store.fact(fact_id) for fact_id in offered]
    assert list(reply.suggestions) == [Suggestion(fact.title, fact.questions[0]) for fact in facts]


@pytest.mark.parametrize(
    "intent", [*BARE, "ask_more", "ask_compare", "ask_first_one", "ask_second_one", "ask_simpler", "ask_repeat"]
)
def test_where_nothing_was_told_yet_it_asks_back(conversation: Conversation, intent: str) -> None:
    reply = conversation.say(intent)
    assert reply.kind is ReplyKind.CLARIFY
    assert 2 <= len(reply.suggestions) <= 3
    assert conversation.slot("facts_in_focus") == []


def test_facts_that_the_store_no_longer_has_are_passed_over(conversation: Conversation) -> None:
    conversation.set("facts_in_focus", ["no-such-fact"])
    assert conversation.say("ask_when").kind is ReplyKind.CLARIFY
    conversation.set("facts_in_focus", ["no-such-fact", "momentum-2017"])
    assert ids(conversation.say("ask_when")) == ["momentum-2017"]


# more, source, simpler, again


def test_more_comes_until_there_is_no_more(conversation: Conversation) -> None:
    told(conversation, "achievements", "achieved-inquiries")
    more = conversation.say("ask_more")
    assert (more.kind, ids(more)) == (
        ReplyKind.ANSWER,
        ["achieved-awareness", "achieved-workplace-change", "achieved-empowerment", "achieved-justice-efforts"],
    )
    for _ in range(2):
        end = conversation.say("ask_more")
        assert end.kind is ReplyKind.ANSWER
        assert end.text.startswith("That is all the document says about this:\n")
        assert end.suggestions


def test_more_about_a_person_begins_with_that_person(conversation: Conversation) -> None:
    told(conversation, "popularisation", "milano-purpose")
    more = conversation.say("ask_more")
    assert ids(more) == [
        "phrase-popularised-by-milano",
        "momentum-2017",
        "milano-tweet-wording",
        "weinstein-news-reports",
    ]


def test_more_about_a_person_is_found_in_other_topics(store: FactStore, domain: Domain) -> None:
    moved = [fact.copy(update={"topic": "goals"}) if fact.id == "burke-who" else fact for fact in store.facts]
    conversation = Conversation(FactStore(moved, store.topics, store.names, store.documents), domain)
    told(conversation, "origin", "burke-first-used-phrase")
    assert ids(conversation.say("ask_more")) == ["burke-who"]


def test_more_about_two_people_is_what_belongs_with_either(conversation: Conversation) -> None:
    told(conversation, "origin")
    assert ids(conversation.say("ask_more")) == [
        "burke-who",
        "momentum-2017",
        "milano-purpose",
        "milano-tweet-wording",
        "weinstein-news-reports",
    ]


def test_who_was_spoken_of_before_the_last_answer_adds_nothing_to_it(conversation: Conversation) -> None:
    conversation.say("ask_who_is", MILANO)
    told(conversation, "goals", "goal-community")
    assert ids(conversation.say("ask_more")) == ["goal-disrupt-systems", "goal-accountability", "goal-long-term-change"]


def test_more_about_a_region_brings_in_no_other(conversation: Conversation) -> None:
    conversation.say("ask_region", BOLLYWOOD, ranking=[["bollywood-real-changes"]])
    assert ids(conversation.say("ask_more")) == ["bollywood-shaken"]
    assert conversation.say("ask_more").text.startswith("That is all the document says about this:\n")


def test_what_was_told_long_before_is_not_told_as_more(conversation: Conversation) -> None:
    told(conversation, "goals", "goal-accountability")
    told(conversation, "definition")
    told(conversation, "goals", "goal-community")
    assert ids(conversation.say("ask_more")) == ["goal-disrupt-systems", "goal-long-term-change"]


def test_the_source_is_the_words_of_the_document(store: FactStore, conversation: Conversation) -> None:
    shown = told(conversation, "origin")
    reply = conversation.say("ask_source")
    words = "\n".join(citation.as_text() for citation in shown.facts)
    assert reply.text == Reply.worded("source", citations=words).text
    for fact in store.whole_topic("origin"):
        assert f"metoo.txt, line {fact.line}: “{fact.quote}”" in reply.text
    assert (reply.kind, reply.facts) == (ReplyKind.ANSWER, shown.facts)


def test_the_source_of_nothing_is_told_in_general(conversation: Conversation) -> None:
    assert conversation.say("ask_source") == Reply.worded("source_in_general")


def test_simpler_gives_the_same_facts_in_easy_words(store: FactStore, conversation: Conversation) -> None:
    shown = told(conversation, "popularisation")
    reply = conversation.say("ask_simpler")
    easy = [store.fact(fact_id).simple for fact_id in ids(shown)]
    assert reply.text.split("\n")[1:] == easy
    assert (reply.kind, reply.facts) == (ReplyKind.ANSWER, shown.facts)


def test_a_fact_without_easy_words_is_given_as_it_is(store: FactStore, domain: Domain) -> None:
    bare = [fact.copy(update={"simple": None}) for fact in store.facts]
    conversation = Conversation(FactStore(bare, store.topics, store.names, store.documents), domain)
    told(conversation, "endorsement")
    assert conversation.say("ask_simpler").text.split("\n")[1:] == [store.fact("celebrity-endorsements").answer]


def test_the_last_reply_is_repeated_as_it_was(conversation: Conversation) -> None:
    first = told(conversation, "achievements")
    assert conversation.say("ask_repeat") == first
    simpler = conversation.say("ask_simpler")
    assert conversation.say("ask_repeat") == simpler != first


def test_a_reply_of_a_rule_is_repeated_too(conversation: Conversation) -> None:
    told(conversation, "achievements")
    greeting = Reply(ReplyKind.CHAT, "Hello.", suggestions=(Suggestion("What is MeToo?", "What is MeToo?"),))
    conversation.hear(greeting)
    assert conversation.say("ask_repeat") == greeting


# both, one of two


def test_both_people_are_told_one_beside_the_other(conversation: Conversation) -> None:
    told(conversation, "origin")
    reply = conversation.say("ask_compare")
    assert reply.text.startswith("On Tarana Burke and Alyssa Milano, the document says:\n")
    assert ids(reply) == [
        "burke-who",
        "burke-first-used-phrase",
        "phrase-popularised-by-milano",
        "momentum-2017",
        "milano-purpose",
    ]


def test_both_regions_are_told_one_beside_the_other(store: FactStore, conversation: Conversation) -> None:
    conversation.say("ask_region", FRANCE)
    assert ids(conversation.say("ask_compare")) == store.topic("region").facts


def test_both_facts_are_told_once_more(conversation: Conversation) -> None:
    shown = told(conversation, "goals", "goal-community", "goal-accountability")
    assert ids(conversation.say("ask_compare")) == ids(shown)


def test_of_one_fact_both_are_the_whole_topic(store: FactStore, conversation: Conversation) -> None:
    told(conversation, "times_up", "inspired-times-up")
    assert ids(conversation.say("ask_compare")) == store.topic("times-up").facts


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        ("ask_first_one", ["burke-who", "burke-first-used-phrase"]),
        ("ask_second_one", ["phrase-popularised-by-milano", "momentum-2017", "milano-purpose"]),
    ],
)
def test_one_of_two_people_is_told_alone(conversation: Conversation, intent: str, expected: List[str]) -> None:
    told(conversation, "origin")
    reply = conversation.say(intent)
    assert ids(reply) == expected
    name = {"ask_first_one": "Tarana Burke", "ask_second_one": "Alyssa Milano"}[intent]
    assert reply.text.startswith(f"On {name}, ")
    assert conversation.slot("people_in_focus") == [name]


def test_people_count_in_the_order_in_which_they_were_told(conversation: Conversation) -> None:
    conversation.say("ask_who_is", WEINSTEIN, BURKE)
    assert ids(conversation.say("ask_first_one")) == ["weinstein-news-reports"]


@pytest.mark.parametrize(
    ("intent", "expected"),
    [("ask_first_one", ["bollywood-shaken", "bollywood-real-changes"]), ("ask_second_one", ["france-momentum"])],
)
def test_one_of_two_regions_is_told_alone(conversation: Conversation, intent: str, expected: List[str]) -> None:
    conversation.say("ask_region", BOLLYWOOD, FRANCE)
    assert ids(conversation.say(intent)) == expected


@pytest.mark.parametrize(
    ("intent", "expected"), [("ask_first_one", "global-reach"), ("ask_second_one", "pace-of-change")]
)
def test_one_of_two_facts_is_told_alone(
    store: FactStore, conversation: Conversation, intent: str, expected: str
) -> None:
    told(conversation, "global_impact")
    reply = conversation.say(intent)
    assert (reply.text, ids(reply)) == (store.fact(expected).answer, [expected])


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        ("ask_first_one", ["global-reach"]),
        ("ask_second_one", ["pace-of-change"]),
        ("ask_compare", ["global-reach", "pace-of-change"]),
    ],
)
def test_one_of_two_facts_has_nothing_to_do_with_people_of_an_earlier_answer(
    conversation: Conversation, intent: str, expected: List[str]
) -> None:
    told(conversation, "endorsement")
    told(conversation, "global_impact")
    assert ids(conversation.say(intent)) == expected


# yes, no, wrong


def test_a_yes_asks_which_of_what_was_offered(conversation: Conversation) -> None:
    shown = told(conversation, "endorsement")
    reply = conversation.say("affirm")
    assert (reply.kind, reply.text) == (ReplyKind.CLARIFY, Reply.worded("which_offer").text)
    assert reply.suggestions == shown.suggestions


@pytest.mark.parametrize("before", [None, Reply(ReplyKind.CHAT, "Goodbye.")], ids=["nothing said", "nothing offered"])
def test_a_yes_to_nothing_offers_topics(conversation: Conversation, before: "Reply | None") -> None:
    if before:
        conversation.hear(before)
    assert conversation.say("affirm") == Reply.worded("which_offer")


def test_a_no_leaves_the_focus_where_it_is(conversation: Conversation) -> None:
    shown = told(conversation, "endorsement")
    assert conversation.say("deny") == Reply.worded("no_offer")
    assert conversation.slot("facts_in_focus") == ids(shown)


def test_after_a_wrong_answer_the_other_readings_of_that_message_are_offered(
    store: FactStore, conversation: Conversation
) -> None:
    ranked = ["ask_goals", "greet", "ask_achievements", "ask_definition", "ask_origin", "ask_region"]
    conversation.say("ask_goals", intents=ranked)
    reply = conversation.say("wrong_answer", intents=["wrong_answer", "ask_endorsement"])
    assert (reply.kind, reply.text) == (ReplyKind.CLARIFY, Reply.worded("wrong_answer").text)
    assert titles(reply) == [store.topic(topic).title for topic in ("achievements", "definition", "origin")]


def test_a_wrong_answer_to_no_message_offers_topics(conversation: Conversation) -> None:
    assert conversation.say("wrong_answer") == Reply.worded("wrong_answer")


# silence, misconceptions, two readings


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (WEINSTEIN, ["weinstein-news-reports"]),
        (BURKE, ["burke-who", "burke-first-used-phrase"]),
        (("organisation", "Times Up"), ["inspired-times-up", "times-up-description"]),
        (FRANCE, ["france-momentum"]),
    ],
)
def test_silence_on_a_name_comes_with_all_that_is_said_about_it(
    store: FactStore, conversation: Conversation, entity: "tuple[str, str]", expected: List[str]
) -> None:
    reply = conversation.say("not_in_documents", ("movement", "Me Too"), entity)
    answers = listed([store.fact(fact_id) for fact_id in expected])
    assert reply.text == Reply.worded("silent_on_name", subject=entity[1], answers=answers).text
    assert (reply.kind, ids(reply)) == (ReplyKind.REFUSAL, expected)
    assert ids(conversation.say("ask_source")) == expected


def test_of_many_facts_about_a_name_some_are_given_and_not_called_all(
    store: FactStore, conversation: Conversation
) -> None:
    reply = conversation.say("not_in_documents", MILANO)
    told = store.facts_about("Alyssa Milano")[:2]
    expected = Reply.worded("silent_on_name_among_others", subject="Alyssa Milano", answers=listed(told))
    assert (reply.kind, reply.text) == (ReplyKind.REFUSAL, expected.text)
    assert ids(reply) == [fact.id for fact in told]
    assert "only" not in reply.text


def test_silence_on_a_person_comes_before_that_on_a_place(conversation: Conversation) -> None:
    assert ids(conversation.say("not_in_documents", FRANCE, WEINSTEIN)) == ["weinstein-news-reports"]


def test_silence_on_a_place_that_is_not_there_says_which_are(conversation: Conversation) -> None:
    reply = conversation.say("not_in_documents", ("region", "Japan"))
    assert reply.text == Reply.worded("region_unknown", region="Japan", known="France and Bollywood").text


@pytest.mark.parametrize("entities", [[], [("movement", "Me Too")], [("person", "Jane Doe")], [("region", "India")]])
def test_silence_on_nothing_that_is_known_is_told_so(
    conversation: Conversation, entities: "List[tuple[str, str]]"
) -> None:
    assert conversation.say("not_in_documents", *entities) == Reply.worded("silent")


def test_every_misconception_is_corrected_with_its_facts(store: FactStore, conversation: Conversation) -> None:
    assert store.misconceptions
    for each in store.misconceptions:
        reply = conversation.say("false_premise", misconception=each.id)
        assert (reply.kind, reply.text, ids(reply)) == (ReplyKind.ANSWER, each.correction, each.facts)
        assert reply.suggestions


@pytest.mark.parametrize("understood", [{}, {"misconception": "no-such-misconception"}])
def test_a_misconception_that_the_store_does_not_have_is_a_fault(
    conversation: Conversation, understood: "dict[str, str]"
) -> None:
    assert conversation.say("false_premise", **understood) == Reply.worded("trouble")


def test_what_was_decided_counts_not_what_is_ranked_first(conversation: Conversation) -> None:
    reply = conversation.say("not_in_documents", intents=["ask_goals", "not_in_documents"])
    assert reply == Reply.worded("silent")


def test_two_readings_are_offered_by_their_titles(store: FactStore, conversation: Conversation) -> None:
    readings = [{"intent": "ask_goals", "facts": []}, {"intent": "ask_origin", "facts": ["burke-who"]}]
    reply = conversation.say("ambiguous", readings=readings)
    assert (reply.kind, reply.text) == (ReplyKind.CLARIFY, Reply.worded("which_reading").text)
    entries = (store.topic("goals"), store.fact("burke-who"))
    assert list(reply.suggestions) == [Suggestion(entry.title, entry.questions[0]) for entry in entries]


@pytest.mark.parametrize("readings", [None, [{"intent": "greet", "facts": []}]])
def test_readings_that_are_no_topics_are_not_offered(
    conversation: Conversation, readings: "List[dict[str, object]] | None"
) -> None:
    assert conversation.say("ambiguous", readings=readings) == Reply.worded("which_reading")


def test_two_readings_of_one_title_are_offered_once(store: FactStore, conversation: Conversation) -> None:
    readings = [{"intent": "ask_goals", "facts": []}] * 2
    assert titles(conversation.say("ambiguous", readings=readings)) == [store.topic("goals").title]


def test_a_named_person_is_whose_facts_count(conversation: Conversation) -> None:
    told(conversation, "popularisation", "milano-purpose")
    assert ids(conversation.say("ask_when", BURKE)) == ["burke-first-used-phrase"]


def test_what_was_told_in_a_refusal_is_not_what_is_asked_about(conversation: Conversation) -> None:
    conversation.say("not_in_documents", BURKE)
    assert conversation.say("ask_where").kind is ReplyKind.REFUSAL


def test_one_of_the_titles_offered_is_given(store: FactStore, conversation: Conversation) -> None:
    offered = conversation.say("ask_when")
    assert offered.kind is ReplyKind.CLARIFY
    second = conversation.say("ask_second_one")
    assert second.kind is ReplyKind.ANSWER
    assert ids(second) == [fact.id for fact in store.facts_asked_by(offered.suggestions[1].text)]


def test_two_people_who_were_asked_about_one_after_the_other_are_compared(conversation: Conversation) -> None:
    conversation.say("ask_who_is", BURKE)
    conversation.say("ask_who_is", MILANO)
    both = conversation.say("ask_compare")
    assert {"burke-first-used-phrase", "phrase-popularised-by-milano"} <= set(ids(both))
