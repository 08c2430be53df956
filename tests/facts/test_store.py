"""Look-ups in the store: by id, topic, intent and name, and what is asked next."""

from typing import Dict, List, Set

import pytest

from bot.facts import About, Fact, FactStore, Kind, Topic, enumerated


def ids(facts: List[Fact]) -> List[str]:
    return [fact.id for fact in facts]


def given_by(store: FactStore, question: str) -> Set[str]:
    """The facts that a suggested question leads to; it is the first question of one topic or fact."""
    entries = [entry for entry in (*store.topics, *store.facts) if entry.questions[0] == question]
    assert len(entries) == 1
    return set(entries[0].facts) if isinstance(entries[0], Topic) else {entries[0].id}


def ways_to_show(store: FactStore) -> List[List[Fact]]:
    """What a visitor can be shown: a whole topic, a fact alone, what is said about a name."""
    shown = [store.whole_topic(topic.id) for topic in store.topics]
    shown += [[fact] for fact in store.facts]
    shown += [store.facts_about(name.name) for name in store.names if store.facts_about(name.name)]
    return shown


def test_a_fact_is_found_by_its_id(store: FactStore) -> None:
    assert store.has_fact("burke-who")
    assert store.fact("burke-who").quote == "Tarana Burke, a sexual assault survivor and activist"


def test_facts_are_found_by_what_their_button_sends(store: FactStore) -> None:
    for fact in store.facts:
        assert store.facts_asked_by(fact.questions[0]) == [fact]
    for topic in store.topics:
        assert store.facts_asked_by(topic.questions[0]) == store.whole_topic(topic.id)
    assert store.facts_asked_by("Who won the cup?") == []


def test_there_is_no_fact_of_another_id(store: FactStore) -> None:
    assert not store.has_fact("origin")
    with pytest.raises(KeyError):
        store.fact("origin")


def test_there_is_no_topic_of_another_id(store: FactStore) -> None:
    assert store.topic("origin").title == "Who started it?"
    with pytest.raises(KeyError):
        store.topic("burke-who")


def test_each_topic_is_found_by_its_intent(store: FactStore) -> None:
    assert [store.topic_of_intent(topic.intent) for topic in store.topics] == list(store.topics)
    found = store.topic_of_intent("ask_times_up")
    assert found is not None and found.id == "times-up"


@pytest.mark.parametrize("intent", ["greet", "ask_who_is", "times-up", ""])
def test_other_intents_are_no_topic(store: FactStore, intent: str) -> None:
    assert store.topic_of_intent(intent) is None


def test_the_topics_share_out_all_facts(store: FactStore) -> None:
    found = [fact for topic in store.topics for fact in store.facts_of_topic(topic.id)]
    assert sorted(ids(found)) == sorted(ids(list(store.facts)))
    assert store.facts_of_topic("none") == []


def test_the_facts_of_a_topic_come_in_the_order_of_the_file(store: FactStore) -> None:
    assert ids(store.facts_of_topic("origin")) == ["burke-who", "burke-first-used-phrase"]


def test_a_whole_topic_may_take_facts_of_another(store: FactStore) -> None:
    assert ids(store.whole_topic("origin")) == ["burke-first-used-phrase", "phrase-popularised-by-milano"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Tarana Burke", ["burke-who", "burke-first-used-phrase"]),
        (
            "Alyssa Milano",
            ["phrase-popularised-by-milano", "momentum-2017", "milano-purpose", "milano-tweet-wording"],
        ),
        ("Uma Thurman", ["celebrity-endorsements"]),
        ("Times Up", ["inspired-times-up", "times-up-description"]),
        ("Myspace", ["burke-first-used-phrase"]),
        ("Bollywood", ["bollywood-shaken", "bollywood-real-changes"]),
        ("Hollywood", ["france-momentum"]),
        ("India", []),
        ("tarana burke", []),
        ("Nobody", []),
    ],
)
def test_the_facts_about_a_name_come_in_the_order_of_the_file(store: FactStore, name: str, expected: List[str]) -> None:
    assert ids(store.facts_about(name)) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Tarana Burke", Kind.PERSON),
        ("Times Up", Kind.ORGANISATION),
        ("Twitter", Kind.PLATFORM),
        ("India", Kind.REGION),
        ("Me Too", Kind.MOVEMENT),
        ("Tarana", None),
        ("Nobody", None),
    ],
)
def test_a_name_has_a_kind(store: FactStore, name: str, kind: "Kind | None") -> None:
    assert store.kind_of(name) is kind


def test_the_regions_are_those_that_a_fact_is_about_first(store: FactStore) -> None:
    assert store.regions() == ["France", "Bollywood"]


@pytest.mark.parametrize(
    ("region", "nearest"), [("India", "Bollywood"), ("South Korea", None), ("Bollywood", None), ("Japan", None)]
)
def test_a_region_without_facts_may_have_a_nearest_one(store: FactStore, region: str, nearest: "str | None") -> None:
    assert store.nearest_region(region) == nearest


def test_next_comes_the_whole_topic_where_some_of_it_was_shown(store: FactStore) -> None:
    questions = store.next_questions("popularisation", [store.fact("weinstein-news-reports")])
    assert questions == [
        ("How did it become known?", "Who made the phrase Me Too popular?"),
        ("What did the tweet say?", "What did Alyssa Milano's tweet say?"),
        ("Why did she tweet it?", "Why did Alyssa Milano ask people to tweet?"),
    ]


def test_next_comes_what_the_topic_names_where_all_of_it_was_shown(store: FactStore) -> None:
    questions = store.next_questions("achievements", store.whole_topic("achievements"))
    expected = [store.topic(name).title for name in ("goals", "global-impact", "region")]
    assert [title for title, _ in questions] == expected


def test_next_leads_on_from_whatever_was_shown(store: FactStore) -> None:
    for shown in ways_to_show(store):
        questions = store.next_questions(shown[0].topic, shown)
        assert 1 <= len(questions) <= 3, ids(shown)
        for _, question in questions:
            assert not given_by(store, question) <= set(ids(shown)), ids(shown)


def test_next_shows_each_title_and_question_once(store: FactStore) -> None:
    for shown in ways_to_show(store):
        titles, questions = zip(*store.next_questions(shown[0].topic, shown))
        assert len(set(titles)) == len(set(questions)) == len(titles), ids(shown)


def test_entries_of_one_title_lead_to_the_same_facts(store: FactStore) -> None:
    gives: Dict[str, Set[str]] = {}
    for entry in (*store.topics, *store.facts):
        facts = set(entry.facts) if isinstance(entry, Topic) else {entry.id}
        assert gives.setdefault(entry.title, facts) == facts, entry.id


@pytest.mark.parametrize("most", [0, 1, 2])
def test_next_gives_as_few_as_are_wanted(store: FactStore, most: int) -> None:
    shown = [store.fact("weinstein-news-reports")]
    assert store.next_questions("popularisation", shown, most) == store.next_questions("popularisation", shown)[:most]


def test_facts_cannot_be_changed(store: FactStore) -> None:
    with pytest.raises(TypeError):
        store.fact("burke-who").quote = "other words"


def test_lists_that_were_given_out_change_nothing(store: FactStore) -> None:
    store.facts_of_topic("origin").clear()
    store.facts_about("Tarana Burke").clear()
    assert len(store.facts_of_topic("origin")) == len(store.facts_about("Tarana Burke")) == 2


@pytest.fixture
def with_second_document(store: FactStore) -> FactStore:
    """The store with a second document, which has two facts about Sweden and one about Norway."""
    about = [("sweden-one", "Sweden"), ("sweden-two", "Sweden"), ("norway-one", "Norway")]
    facts = [
        store.fact("france-momentum").copy(
            update={"id": fact_id, "document": "north.txt", "about": About(places=[place])}
        )
        for fact_id, place in about
    ]
    topics = [topic.copy(update={"intro": "Sections {in_regions}:"}) for topic in store.topics]
    return FactStore([*store.facts, *facts], topics, store.names, {**store.documents, "north.txt": ""})


def test_a_whole_topic_takes_in_the_first_fact_about_each_place_of_a_new_document(
    store: FactStore, with_second_document: FactStore
) -> None:
    listed = ids(store.whole_topic("region"))
    assert ids(with_second_document.whole_topic("region")) == [*listed, "sweden-one", "norway-one"]
    assert with_second_document.topic_of_intent("ask_region").facts == [*listed, "sweden-one", "norway-one"]
    assert ids(with_second_document.whole_topic("goals")) == ids(store.whole_topic("goals"))


def test_a_topic_that_lists_a_fact_of_a_document_gets_none_of_it_besides(with_second_document: FactStore) -> None:
    region = with_second_document.topic("region").copy(update={"facts": ["norway-one", "france-momentum"]})
    others = [topic for topic in with_second_document.topics if topic.id != "region"]
    moved = FactStore(with_second_document.facts, [region, *others], with_second_document.names, {})
    assert ids(moved.whole_topic("region")) == ["norway-one", "france-momentum"]


def test_the_regions_are_named_where_an_introduction_asks_for_them(
    store: FactStore, with_second_document: FactStore
) -> None:
    assert store.topic("region").intro.endswith("in France and in Bollywood:")
    assert with_second_document.topic("region").intro == "Sections in France, in Bollywood, in Sweden and in Norway:"


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_enumerated_as_in_a_text(names: List[str], expected: str) -> None:
    assert enumerated(names) == expected
