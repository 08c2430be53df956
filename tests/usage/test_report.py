"""The report: the numbers that it shows, and those that it does not."""

import csv
import io
from datetime import date
from typing import Dict, List

import pytest

from bot.usage.counting import Counted, Numbers
from bot.usage.figures import Figures, first_day
from bot.usage.report import as_csv, as_html, nice_top, summary
from bot.usage.table import Wording

TODAY = date(2026, 11, 25)


def row(day: str, topic: str, kind: str, gate: str = "", channel: str = "web") -> Counted:
    return Counted(day, channel, topic, kind, gate)


ASKED = {
    row("2026-10-07", "origin", "answer"): Numbers(40, 5, 1),
    row("2026-11-18", "origin", "answer"): Numbers(20, 1, 0, 2),
    row("2026-11-18", "goals", "answer", channel="matrix"): Numbers(10),
    row("2026-11-24", "none", "answer", "elsewhere"): Numbers(5),
    row("2026-11-24", "times-up", "refusal", "silence"): Numbers(12, 0, 3),
    row("2026-11-24", "none", "refusal", "person"): Numbers(4),
    row("2026-11-24", "none", "refusal", "inside"): Numbers(6),
    row("2026-11-24", "goals", "clarify", "ahead"): Numbers(1),
    row("2026-11-24", "hostile", "boundary", "boundary"): Numbers(2),
    row("2026-11-24", "chat", "chat"): Numbers(33),
}


def figures(counts: Dict[Counted, Numbers], weeks: int = 8) -> Figures:
    return Figures(counts, TODAY, weeks)


def rows(text: str) -> List[List[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_summary_says_it_in_words() -> None:
    assert summary(figures(ASKED)).replace("\N{NO-BREAK SPACE}", " ") == (
        "100 questions in the last 8 weeks; 75 % answered, 5 of them from elsewhere. Most often asked in vain: "
        "the document doesn’t say, near “What is Times Up?”; a person that isn’t mentioned; "
        "two readings, near “What is it working towards?”."
    )


@pytest.mark.parametrize(
    ("counts", "weeks", "words"),
    [
        ({}, 8, "No question was counted in the last 8 weeks."),
        ({}, 1, "No question was counted this week."),
        (
            {row("2026-11-25", "origin", "answer"): Numbers(1)},
            8,
            "1 question today; 100 % answered. Nothing was asked in vain.",
        ),
        (
            {row("2026-11-10", "origin", "answer"): Numbers(2)},
            8,
            "2 questions since 10 November 2026; 100 % answered. Nothing was asked in vain.",
        ),
    ],
)
def test_the_summary_of_little(counts: Dict[Counted, Numbers], weeks: int, words: str) -> None:
    assert summary(figures(counts, weeks)).replace("\N{NO-BREAK SPACE}", " ") == words


def test_questions_are_seen_by_week_topic_gate_and_channel() -> None:
    seen = figures(ASKED)
    assert [str(week) for week in seen.weeks] == [
        *(
            "2026-10-05",
            "2026-10-12",
            "2026-10-19",
            "2026-10-26",
            "2026-11-02",
            "2026-11-09",
            "2026-11-16",
            "2026-11-23",
        )
    ]
    assert [went.total for went in seen.by_week.values()] == [40, 0, 0, 0, 0, 0, 30, 30]
    assert {topic: went.total for topic, went in seen.by_topic.items()} == {
        "origin": 60,
        "none": 15,
        "times-up": 12,
        "goals": 11,
    }
    assert seen.by_gate == {"silence": 12, "inside": 6, "person": 4, "ahead": 1}
    assert {channel: went.total for channel, went in seen.by_channel.items()} == {"web": 90, "matrix": 10}
    assert seen.thumbs["origin", "answered"] == Numbers(60, 6, 1, 2)
    assert (seen.declined, seen.small_talk) == ({"hostile": 2}, 33)


def test_a_single_week_is_no_row_of_columns() -> None:
    assert figures(ASKED).busy_weeks == 3
    page = as_html(figures({row("2026-11-24", "origin", "answer"): Numbers(3)}), {})
    assert "How they went" in page and 'class="columns' not in page
    assert 'class="columns' in as_html(figures(ASKED), {})


def test_the_weeks_before_anything_was_counted_are_not_drawn_for_years() -> None:
    assert len(figures(ASKED, 104).weeks) == 8
    assert len(figures({row("2025-11-18", "origin", "answer"): Numbers(1)}, 104).weeks) == 54
    assert first_day(TODAY, 1) == date(2026, 11, 23)


DELICATE = {
    row("2026-11-09", "support", "support"): Numbers(2, 0, 1),
    row("2026-11-16", "support", "support", "barely", "matrix"): Numbers(2, 0, 0, 1),
    row("2026-11-23", "ask_legal", "boundary", "boundary"): Numbers(1),
}


def test_support_is_no_question_and_a_small_number_is_not_shown() -> None:
    few = figures({**ASKED, **DELICATE})
    assert few.outcomes.total == 100 and "ask_legal" not in few.declined
    page = as_html(few, {})
    assert page.count("fewer than 5") == 6
    # Without any it looks the same: not even whether there was one can be seen.
    assert as_html(figures(ASKED), {}) == page
    assert as_html(figures(DELICATE), {}) == as_html(figures({}), {})
    table = as_csv(few, {**ASKED, **DELICATE})
    assert table == as_csv(figures(ASKED), ASKED)
    assert ["since 2026-10-05", "all", "support", "", "", *["fewer than 5"] * 4] in rows(table)


def test_a_number_of_five_is_shown_for_the_whole_time() -> None:
    many = {**DELICATE, row("2026-11-23", "support", "support"): Numbers(3)}
    page = as_html(figures({**ASKED, **many}), {})
    assert "<td>7</td>" in page and page.count("fewer than 5") == 5
    assert [each for each in rows(as_csv(figures(many), many)) if "support" in each] == [
        ["since 2026-10-05", "all", "support", "", "", "7", *["fewer than 5"] * 3]
    ]


def test_the_csv_has_the_numbers_by_week() -> None:
    found = rows(as_csv(figures(ASKED), ASKED))
    assert found[0] == ["week", "channel", "topic", "kind", "gate", "asked", "thumbs_up", "thumbs_down", "disputed"]
    assert ["2026-11-23", "web", "times-up", "refusal", "silence", "12", "0", "3", "0"] in found
    assert sum(int(each[5]) for each in found[1:] if each[0] != "since 2026-10-05") == 133


def test_wordings_are_shown_as_text() -> None:
    wordings = {
        Wording("2026-11-23", "silence", "<b>what</b> does it cost"): 2,
        Wording("2026-11-16", "near", "[…] work"): 1,
    }
    page = as_html(figures(ASKED), wordings)
    assert "&lt;b&gt;what&lt;/b&gt; does it cost" in page and "2 times, week of 23 November 2026" in page
    assert "In visitors’ words" not in as_html(figures(ASKED), {})


def test_what_this_release_no_longer_knows_is_shown_all_the_same() -> None:
    old = {
        row("2026-11-24", "gone-topic", "refusal", "gone"): Numbers(3),
        row("2026-11-24", "x", "new-kind"): Numbers(3),
    }
    page = as_html(figures(old), {})
    assert "gone-topic" in page and "3 questions" in page


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 6), (7, 10), (11, 20), (45, 60), (99, 100), (323, 400)]
)
def test_the_scale_ends_on_a_round_number(most: int, top: int) -> None:
    assert nice_top(most) == top
