"""What the report shows, worked out of the counts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Callable, Dict, Hashable, List, Mapping, Optional, Tuple, TypeVar

from bot.usage.counting import BARELY, CHAT, DELICATE, ELSEWHERE, SUPPORT, Counted, Numbers, monday

Key = TypeVar("Key", bound=Hashable)

# How a question went, in the order in which it is drawn.
OUTCOMES = ("answered", "elsewhere", "asked_back", "refused", "declined")
IN_VAIN = ("asked_back", "refused")
# The gate of what nobody would expect to be answered.
_NOT_OURS = "inside"
# A smaller number of what is delicate could tell of a person.
FEWEST_SHOWN = 5
# So many weeks are drawn even where the first of them have no question.
_FEWEST_WEEKS = 8
_OUTCOME_OF_KIND = {"answer": "answered", "clarify": "asked_back", "refusal": "refused", "boundary": "declined"}


def outcome_of(counted: Counted) -> str:
    """How it went."""
    return ELSEWHERE if counted.gate == ELSEWHERE else _OUTCOME_OF_KIND[counted.kind]


@dataclass(frozen=True)
class Outcomes:
    """How many questions went which way."""

    by_name: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_name.values())

    @property
    def in_vain(self) -> int:
        """Those that got no answer, and were not declined on purpose."""
        return sum(self.by_name.get(name, 0) for name in IN_VAIN)

    def share(self, *names: str) -> int:
        """The share of some ways, in per cent."""
        return round(100 * sum(self.by_name.get(name, 0) for name in names) / self.total) if self.total else 0


class Figures:
    """The counts of the weeks up to a day, seen in every way that the report shows."""

    def __init__(self, counts: Mapping[Counted, Numbers], today: date, weeks: int) -> None:
        """Take what was counted.

        Args:
            counts: from the first of the weeks on.
            today: the day of the report.
            weeks: how many weeks are looked at, this one among them.
        """
        self.asked_for = weeks
        self.today = today
        self._counts = counts
        self.since = first_day(today, weeks)
        self.questions = {
            each: n for each, n in counts.items() if each.kind in _OUTCOME_OF_KIND and not _is_delicate(each)
        }

    @cached_property
    def first_counted(self) -> Optional[date]:
        """The first day with a question, None without any."""
        return min((date.fromisoformat(each.day) for each in self.questions), default=None)

    @cached_property
    def weeks(self) -> List[date]:
        """The Mondays of the weeks that are drawn: not those of years before the first question."""
        last = monday(self.today)
        begins = max(self.since, min(monday(self.first_counted or last), last - timedelta(weeks=_FEWEST_WEEKS - 1)))
        return [begins + timedelta(weeks=number) for number in range((last - begins).days // 7 + 1)]

    @cached_property
    def outcomes(self) -> Outcomes:
        """How all questions went."""
        return self._outcomes_by(lambda each: "").get("", Outcomes({}))

    @cached_property
    def by_week(self) -> Dict[date, Outcomes]:
        """How the questions of each week went."""
        found = self._outcomes_by(lambda each: monday(date.fromisoformat(each.day)))
        return {week: found.get(week, Outcomes({})) for week in self.weeks}

    @property
    def busy_weeks(self) -> int:
        """How many weeks have a question."""
        return sum(went.total > 0 for went in self.by_week.values())

    @cached_property
    def by_topic(self) -> Dict[str, Outcomes]:
        """How the questions on each topic went, the most asked first; not those that were declined."""
        return _largest_first(self._outcomes_by(lambda each: each.topic if each.kind != "boundary" else None))

    @cached_property
    def by_channel(self) -> Dict[str, Outcomes]:
        """How the questions of each channel went."""
        return _largest_first(self._outcomes_by(lambda each: each.channel))

    @cached_property
    def in_vain(self) -> Dict[Tuple[str, str], int]:
        """How often each gate refused each topic, the most often first; not what is beside the subject."""
        return self._asked_by(
            lambda each: (each.gate, each.topic) if outcome_of(each) in IN_VAIN and each.gate != _NOT_OURS else None
        )

    @cached_property
    def by_gate(self) -> Dict[str, int]:
        """How often each gate refused."""
        return self._asked_by(lambda each: each.gate if outcome_of(each) in IN_VAIN else None)

    @cached_property
    def declined(self) -> Dict[str, int]:
        """How often what was declined."""
        return self._asked_by(lambda each: each.topic if each.kind == "boundary" else None)

    @cached_property
    def thumbs(self) -> Dict[Tuple[str, str], Numbers]:
        """What visitors said of replies, by topic and outcome, the most often first; only where they did."""
        found: Dict[Tuple[str, str], Numbers] = defaultdict(Numbers)
        for each, numbers in self.questions.items():
            found[each.topic, outcome_of(each)] += numbers
        said = {key: each for key, each in found.items() if each.thumbs_up or each.thumbs_down or each.disputed}
        return dict(
            sorted(said.items(), key=lambda item: -(item[1].thumbs_up + item[1].thumbs_down + item[1].disputed))
        )

    @cached_property
    def small_talk(self) -> int:
        """Greetings, thanks, and questions about the chat."""
        return sum(numbers.asked for each, numbers in self._counts.items() if each.kind == CHAT)

    def delicate(self, topic: str, is_barely: Optional[bool] = None) -> Numbers:
        """All numbers of something delicate; of support, only that on a probability barely over the limit."""
        of_topic = ((each, numbers) for each, numbers in self._counts.items() if each.topic == topic)
        chosen = [numbers for each, numbers in of_topic if not is_barely or each.gate == BARELY]
        return sum(chosen, Numbers())

    def _outcomes_by(self, key_of: Callable[[Counted], Optional[Key]]) -> Dict[Key, Outcomes]:
        found: Dict[Key, Dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for each, numbers in self.questions.items():
            key = key_of(each)
            if key is not None and numbers.asked:
                found[key][outcome_of(each)] += numbers.asked
        return {key: Outcomes(dict(by_name)) for key, by_name in found.items()}

    def _asked_by(self, key_of: Callable[[Counted], Optional[Key]]) -> Dict[Key, int]:
        found: Dict[Key, int] = defaultdict(int)
        for each, numbers in self.questions.items():
            key = key_of(each)
            if key is not None and numbers.asked:
                found[key] += numbers.asked
        return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))


def first_day(today: date, weeks: int) -> date:
    """The first day of so many weeks, of which this is the last."""
    return monday(today) - timedelta(weeks=weeks - 1)


def shown(number: int) -> str:
    """A number of something delicate, as it may be shown."""
    return str(number) if number >= FEWEST_SHOWN else f"fewer than {FEWEST_SHOWN}"


def _is_delicate(counted: Counted) -> bool:
    return counted.topic in DELICATE or counted.kind == SUPPORT


def _largest_first(found: Dict[Any, Outcomes]) -> Dict[Any, Outcomes]:
    return dict(sorted(found.items(), key=lambda item: (-item[1].total, str(item[0]))))
