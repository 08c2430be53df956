"""The report: one page that needs nothing else, and the same numbers as CSV."""

import csv
import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.facts import shipped_store
from bot.usage.counting import DELICATE, ELSEWHERE, NO_TOPIC, Counted, Numbers, monday, of_week
from bot.usage.figures import OUTCOMES, Figures, shown
from bot.usage.table import Wording

_ROOM = Path(__file__).resolve().parent
# Stands in every report, so that one is known that may be replaced.
MARK = '<meta name="generator" content="python -m bot report">'
_MOST_IN_VAIN = 12
_MOST_LABELS = 6
_MOST_NAMED = 3
_WEEKS_OF_YEAR = 52


def as_html(figures: Figures, wordings: Mapping[Wording, int]) -> str:
    """The report as a page: no script, and nothing that is asked of anybody.

    Args:
        figures: what is shown.
        wordings: the masked wordings, with how often each was asked.
    """
    environment = Environment(
        loader=FileSystemLoader(_ROOM), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(day=day_in_words, topic=topic_title, gate=gate_label, shown=shown, number="{:,}".format)
    return environment.get_template("report.html").render(
        figures=figures,
        labels=_labels(),
        outcomes=OUTCOMES,
        summary=summary(figures),
        period=period(figures),
        in_vain=list(figures.in_vain.items())[:_MOST_IN_VAIN],
        more_in_vain=sum(list(figures.in_vain.values())[_MOST_IN_VAIN:]),
        top=nice_top(max((each.total for each in figures.by_week.values()), default=0)),
        dates=_dates(figures.weeks),
        wordings=_wordings_by_gate(wordings),
        mark=MARK,
    )


def as_csv(figures: Figures, counts: Mapping[Counted, Numbers]) -> str:
    """The counts by week; what is delicate once for all weeks and channels, and without small numbers."""
    by_week: Dict[Counted, Numbers] = {}
    for each, numbers in counts.items():
        if each.topic not in DELICATE:
            by_week[of_week(each)] = by_week.get(of_week(each), Numbers()) + numbers
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["week", "channel", "topic", "kind", "gate", "asked", "thumbs_up", "thumbs_down", "disputed"])
    for each, numbers in sorted(by_week.items(), key=lambda item: repr(item[0])):
        writer.writerow([*each.__dict__.values(), *numbers.__dict__.values()])
    for topic in DELICATE:
        numbers = figures.delicate(topic)
        writer.writerow([f"since {figures.since}", "all", topic, "", "", *map(shown, numbers.__dict__.values())])
    return text.getvalue()


def summary(figures: Figures) -> str:
    """The report in two or three sentences."""
    outcomes = figures.outcomes
    if not outcomes.total:
        return f"No question was counted {period(figures)}."
    questions = "1 question" if outcomes.total == 1 else f"{outcomes.total:,} questions"
    # No line begins with the sign.
    answered = f"{outcomes.share('answered', ELSEWHERE)}\N{NO-BREAK SPACE}% answered"
    elsewhere = outcomes.by_name.get(ELSEWHERE, 0)
    if elsewhere:
        answered += f", {elsewhere:,} of them from elsewhere"
    sentences = [f"{questions} {period(figures)}; {answered}."]
    named = [_named_in_vain(gate, topic) for gate, topic in list(figures.in_vain)[:_MOST_NAMED]]
    sentences.append(f"Most often asked in vain: {'; '.join(named)}." if named else "Nothing was asked in vain.")
    return " ".join(sentences)


def period(figures: Figures) -> str:
    """The time that the report is about, in words."""
    first = figures.first_counted
    if first == figures.today:
        return "today"
    if first and monday(first) > figures.since:
        return f"since {day_in_words(first)}"
    return "this week" if figures.asked_for == 1 else f"in the last {figures.asked_for} weeks"


def topic_title(topic: str) -> str:
    """What visitors would call a topic."""
    store = shipped_store()
    known: Dict[str, str] = {each.id: each.title for each in store.topics}
    return known.get(topic) or str(_labels()["intents"].get(topic, topic))


def gate_label(gate: str) -> Dict[str, str]:
    """The `title` of a gate, and `what` it means."""
    return _labels()["gates"].get(gate) or {"title": gate, "what": ""}


def day_in_words(day: date) -> str:
    """A day like 23 November 2026."""
    return f"{day.day} {day:%B %Y}"


def nice_top(most: int) -> int:
    """The end of a scale from 0 on which a number has room: an even number, or 1, that is easily halved."""
    size = 1
    while True:
        for step in (1, 2, 4, 6, 10):
            if step * size >= most:
                return step * size
        size *= 10


def _dates(weeks: Sequence[date]) -> List[Tuple[float, str]]:
    """What stands below the columns: a few of the weeks, each with its place from 0 to 100."""
    every = -(-len(weeks) // _MOST_LABELS)
    words = "{0:%b} {0:%Y}" if len(weeks) > _WEEKS_OF_YEAR else "{0.day} {0:%b}"
    chosen = [number for number in range(len(weeks)) if (len(weeks) - 1 - number) % every == 0]
    return [(round(100 * (number + 0.5) / len(weeks), 2), words.format(weeks[number])) for number in chosen]


def _named_in_vain(gate: str, topic: str) -> str:
    title = gate_label(gate)["title"]
    title = title[0].lower() + title[1:]
    return title if topic == NO_TOPIC else f"{title}, near “{topic_title(topic)}”"


def _wordings_by_gate(wordings: Mapping[Wording, int]) -> Dict[str, List[Tuple[str, int, List[date]]]]:
    """By gate, each wording with how often and in which weeks it was asked, the most often first."""
    found: Dict[str, Dict[str, Tuple[int, List[date]]]] = {}
    for each, asked in sorted(wordings.items()):
        before, weeks = found.setdefault(each.gate, {}).get(each.wording, (0, []))
        found[each.gate][each.wording] = (before + asked, [*weeks, date.fromisoformat(each.week)])
    return {
        gate: sorted(
            ((text, asked, weeks) for text, (asked, weeks) in texts.items()), key=lambda row: (-row[1], row[0])
        )
        for gate, texts in found.items()
    }


@cache
def _labels() -> Dict[str, Any]:
    labels: Dict[str, Any] = yaml.safe_load((_ROOM / "labels.yml").read_text(encoding="utf-8"))
    return labels
