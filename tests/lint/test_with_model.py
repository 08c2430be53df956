"""What the trained model tells: planted questions, phrases and suggestions are found. (What ships: tests/commands.)"""

from dataclasses import replace
from pathlib import Path
from typing import List, Sequence

import pytest

from bot.facts import FactStore
from bot.lint.misread import check_misread
from bot.lint.near import check_near_repeats
from bot.lint.phrases import Phrase
from bot.lint.questions import check_questions
from bot.lint.reach import check_reach
from bot.lint.readings import Readings
from bot.lint.replies import Replies, actions_by_intent
from bot.lint.suggestions import check_suggestions
from bot.lint.understanding import Understanding
from bot.reply import ReplyKind
from bot.support import Need
from bot.support.need import ASKS_FOR_LINE
from tests.lint.conftest import Edit

POOL = ["What are the opening hours of the pool?", "What are the opening hours of the pool"]


def phrase(text: str, like: Phrase, **changed: object) -> Phrase:
    return replace(like, text=text, line=4711, **changed)  # type: ignore[arg-type]


def of(entry: str, phrases: Sequence[Phrase]) -> List[Phrase]:
    return [each for each in phrases if each.entry == entry and each.field != "examples"]


@pytest.fixture(scope="module")
def readings(understanding: Understanding, phrases: List[Phrase]) -> Readings:
    return understanding.readings(phrases)


def test_phrases_are_read_as_if_they_had_not_been_learnt(phrases: List[Phrase], readings: Readings) -> None:
    taught = [(each, reading) for each, reading in zip(phrases, readings.intents) if each.has_intent]
    assert all((reading.ahead == 0) >= (each.intent == reading.intent) for each, reading in taught)
    # Of what it has learnt, it reads all but some ten rightly; left out, measured on 2026-11-25, 81.4 per cent.
    assert 0.75 < sum(each.intent == reading.intent for each, reading in taught) / len(taught) < 0.9
    assert abs((readings.vectors**2).sum(axis=1) - 1).max() < 1e-3


def test_a_fact_that_no_question_reaches(phrases: List[Phrase], store: FactStore, reply_to: Replies) -> None:
    # Every other question of the topic gives facts beside it.
    fact = of("fact goal-community", phrases)[0]
    lost = [phrase(text, fact, facts=("goal-pool",), entry="fact goal-pool") for text in POOL]
    check = check_reach([*of("fact goal-community", phrases), *lost], store, reply_to)
    (problem,) = check.problems
    assert (problem.line, problem.entry, problem.field) == (4711, "fact goal-pool", "questions")
    assert problem.message.startswith(f"no question brings it, “{POOL[0]}” brings “")
    assert "metadata {facts: [goal-pool]}" in problem.message


def test_a_question_that_brings_another_fact(phrases: List[Phrase], store: FactStore, reply_to: Replies) -> None:
    own = of("fact goal-community", phrases)
    check = check_reach([*own, phrase("Who is Tarana Burke?", own[0])], store, reply_to)
    (problem,) = check.problems
    assert problem.line == 4711
    assert "“Who is Tarana Burke?” brings burke-who, burke-first-used-phrase: put it another way" in problem.message


def test_a_fact_that_only_its_topic_brings_is_reached(
    phrases: List[Phrase], store: FactStore, reply_to: Replies
) -> None:
    own = of("fact goal-community", phrases)[0]
    check = check_reach([phrase(POOL[0], own), *of("topic goals", phrases)], store, reply_to)
    assert [problem.message.startswith("no question") for problem in check.problems] == [False]


def test_a_claim_and_a_background_question_that_bring_something_else(
    phrases: List[Phrase], store: FactStore, reply_to: Replies
) -> None:
    claims, questions = of("misconception milano-founded-it", phrases)[:3], of("backgroundfact x-ilo-c190", phrases)[:3]
    planted = [phrase(POOL[0], claims[0]), phrase(POOL[0], questions[0])]
    check = check_reach([*claims, *questions, *planted], store, reply_to)
    assert check.problems == []
    assert [problem.entry for problem in check.due] == ["misconception milano-founded-it", "backgroundfact x-ilo-c190"]
    assert [problem.message[:6] for problem in check.due] == ["1 of 4", "1 of 4"]
    alone = check_reach(planted, store, reply_to)
    assert [problem.message[:20] for problem in alone.problems] == ["no question brings i"] * 2


def test_a_fact_that_is_asked_for_in_one_way(phrases: List[Phrase], understanding: Understanding) -> None:
    fact = of("fact goal-community", phrases)[0]
    planted = [phrase(text, fact, facts=("goal-pool",), entry="fact goal-pool") for text in POOL]
    (problem,) = check_questions(planted, understanding.readings(planted)).problems
    assert problem.message.startswith("asked for in one way only: add questions")
    more = [*planted, *(phrase(text, planted[0]) for text in ("Can I swim there?", "Is there a lifeguard on duty?"))]
    check = check_questions(more, understanding.readings(more))
    assert check.problems == []
    assert check.due[0].message.startswith("asked for in 3 ways: add questions")


def test_a_phrase_under_the_wrong_intent(phrases: List[Phrase], understanding: Understanding) -> None:
    goals = next(each for each in phrases if each.entry == "intent ask_goals")
    planted = [phrase("who first said me too back then", goals), phrase("what are its aims for the future", goals)]
    check = check_misread(planted, understanding.readings(planted))
    assert (check.checked, check.problems) == (2, [])
    (problem,) = check.due
    assert (problem.line, problem.entry) == (4711, "intent ask_goals")
    assert problem.message.startswith("“who first said me too back then” reads like ask_origin, ahead by ")


def test_phrases_without_words_are_left_alone(phrases: List[Phrase], understanding: Understanding) -> None:
    goals = next(each for each in phrases if each.entry == "intent ask_goals")
    planted = [phrase("🙂", goals), phrase("🍕", goals, intent="thank")]
    readings = understanding.readings(planted)
    assert check_misread(planted, readings).checked == check_near_repeats(planted, readings).checked == 0


def test_near_repeats_that_the_model_mixes_up(phrases: List[Phrase], understanding: Understanding) -> None:
    like = next(each for each in phrases if each.entry == "intent ask_goals")
    first = next(each for each in phrases if each.text == "Who started MeToo?")
    planted = [first, phrase("Who started #MeToo", like), phrase("what are its aims", like)]
    (problem,) = check_near_repeats(planted, understanding.readings(planted)).due
    assert problem.line == 4711
    assert problem.message.startswith("“Who started #MeToo” stands for ask_goals (goal-community ")
    assert f"“Who started MeToo?” at {first.place} for ask_origin (" in problem.message


def test_near_repeats_that_it_tells_apart_are_left_alone(phrases: List[Phrase], readings: Readings) -> None:
    texts = ["explain the first one", "explain the second one"]  # a cosine of 0.94, both read rightly
    numbers = [number for number, each in enumerate(phrases) if each.text in texts]
    assert len(numbers) == 2
    chosen = Readings([readings.intents[number] for number in numbers], readings.vectors[numbers])
    assert check_near_repeats([phrases[number] for number in numbers], chosen).due == []


def test_near_repeats_for_other_facts(phrases: List[Phrase], understanding: Understanding) -> None:
    like = next(each for each in phrases if each.text == "Which organisation did MeToo inspire?")
    planted = [like, phrase("Which organisation did Me Too inspire?", like, facts=("times-up-description",))]
    (problem,) = check_near_repeats(planted, understanding.readings(planted)).due
    assert "(times-up-description), and “Which organisation did MeToo inspire?”" in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "data/wording.yml",
            '{title: "Who is Alyssa Milano?", text: "Who is Alyssa Milano?"}',
            '{title: "A recipe", text: "How do I bake a chocolate cake?"}',
            (
                "“How do I bake a chocolate cake?” brings “The document I answer from doesn't say, so I can't…” "
                "(refusal): suggest"
            ),
        ),
        (
            "domain.yml",
            '{title: "Who made it popular?", payload: "Who made the phrase Me Too popular?"}',
            '{title: "Advice", payload: "Can I sue my boss?"}',
            "“Can I sue my boss?” brings “",
        ),
        ("data/support/wording.yml", "text: I'm in India, country: IN", "text: Hm., country: IN", "“Hm.” brings “"),
    ],
)
def test_a_dead_suggestion(
    copy: Path, edit: Edit, reply_to: Replies, file: str, old: str, new: str, message: str
) -> None:
    line = edit(file, old, new)
    (problem,) = check_suggestions(reply_to, copy).problems
    assert (problem.file, problem.line, problem.field) == (file, line, "suggestions")
    assert problem.message.startswith(message)


def test_replies_are_those_of_the_assistant(reply_to: Replies, store: FactStore) -> None:
    texts = ["Who is Tarana Burke?", "hello", "I was raped", "What is the weather like in Lima?", "asdf qwer zxcv"]
    kinds = [ReplyKind.ANSWER, ReplyKind.CHAT, ReplyKind.SUPPORT, ReplyKind.REFUSAL, ReplyKind.REFUSAL]
    replies = reply_to(texts)
    assert [reply.kind for reply in replies] == kinds
    assert [fact.id for fact in replies[0].facts] == ["burke-who", "burke-first-used-phrase"]
    (support,) = reply_to(["I'm in France"], Need(ASKS_FOR_LINE))
    assert "tel:17" in [link.url for link in support.links]


def test_a_message_that_no_rule_answers_gets_the_fallback(copy: Path, edit: Edit, understanding: Understanding) -> None:
    edit("data/stories/rules.yml", "      - intent: thank\n", "      - intent: greet\n")
    (reply,) = Replies(understanding, root=copy)(["thank you very much"])
    assert (reply.kind, reply.text[:12]) == (ReplyKind.REFUSAL, "The document")


def test_what_a_rule_says_counts_before_a_story(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "stories"
    folder.mkdir(parents=True)
    story = "stories:\n- story: a\n  steps: [{intent: thank, action: no}, {action: utter_two}]\n"
    rule = "rules:\n- rule: b\n  conversation_start: true\n  steps: [{intent: thank}, {action: utter_start}]\n"
    later = "- rule: c\n  steps: [{intent: thank}, {action: utter_one}]\n"
    (folder / "a.yml").write_text(story, encoding="utf-8")
    (folder / "b.yml").write_text(rule + later, encoding="utf-8")
    assert actions_by_intent(tmp_path) == {"thank": "utter_one"}
