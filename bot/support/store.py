"""The table in memory: which lines are for whom, and the reply that shows them."""

from datetime import date, timedelta
from typing import Any, Dict, List, Mapping, Optional, Sequence

from babel import Locale

from bot.reply import Link, Reply, ReplyKind, Suggestion
from bot.support.need import ASKS_FOR_LINE, DANGER, PERPETRATOR, SELF_HARM, Need
from bot.support.schema import Audience, Country, Line, Use

WORLD = "world"
UNION = "EU"
# After so many days without a look at its page, a number may have changed.
FRESH = timedelta(days=90)
_MOST_LINES = 2


class SupportStore:
    """Lines, countries and words that have passed every check. Immutable."""

    def __init__(
        self,
        lines: Sequence[Line],
        countries: Sequence[Country],
        wording: Mapping[str, Any],
        patterns: Mapping[str, Sequence[str]],
        foreign: Optional[Mapping[str, Mapping[str, Sequence[str]]]] = None,
    ) -> None:
        """Index what was loaded.

        Args:
            lines: all lines, those of a country in the order in which they are offered.
            countries: the countries and parts that have lines of their own.
            wording: data/support/wording.yml.
            patterns: data/support/patterns.yml.
            foreign: data/support/foreign.yml.
        """
        self.patterns = dict(patterns)
        self.foreign = dict(foreign or {})
        self.lines = tuple(lines)
        self.countries = tuple(countries)
        self._by_code: Dict[str, Country] = {country.code: country for country in countries}
        self._wording = wording

    def reply(self, need: Need, today: Optional[date] = None) -> Reply:
        """What is said to somebody with this need.

        Args:
            need: what was understood of the message.
            today: the day by which the table's age is told, in tests.
        """
        words = self._wording["kinds"][need.kind]
        lines = self.offered(need)
        emergency = self.emergency_numbers(need.country)
        text = words["again" if need.again else "first"].format(
            emergency=emergency, emergency_text=self._emergency_text(need.country), crisis=self._crisis(need, emergency)
        )
        paragraphs = [text, self._listed(need, lines)] if lines else [text]
        if need.country is None and need.kind != PERPETRATOR:
            paragraphs.append(self._wording["country_question"] + " " + self._wording["stay"])
        elif need.kind not in (ASKS_FOR_LINE, DANGER):
            paragraphs.append(self._wording["stay"])
        if any(self.is_due(line, today or date.today()) for line in lines if line.digits):
            paragraphs.insert(2, self._wording["unchecked"])
        suggestions = self._suggestions() if need.country is None and need.kind != PERPETRATOR else ()
        return Reply(
            ReplyKind.SUPPORT, "\n\n".join(paragraphs), (), tuple(suggestions), tuple(self._links(need, lines))
        )

    def offered(self, need: Need) -> List[Line]:
        """The lines for a need, at most two and a directory: whom a line is for is respected.

        A line for women alone is never the only one, and none for a man; minors get the line for minors first.
        """
        if need.kind == PERPETRATOR:
            return []
        fitting = [line for line in self._of(need.country) if line.use is Use.HARM and _is_for(line, need)]
        if need.is_minor:
            fitting.sort(key=lambda line: line.audience is not Audience.MINORS)
        if need.kind == SELF_HARM:
            fitting = [line for line in self._of(need.country) if line.use is Use.SELF_HARM] + fitting
        return [*fitting[:_MOST_LINES], *(line for line in self.lines if line.use is Use.DIRECTORY)]

    def emergency_numbers(self, country: Optional[str]) -> str:
        """What to call in danger, in words: "17 or 112" in France, how to find it where the country has none here."""
        numbers = [line.number for line in self._of(country) if line.use is Use.EMERGENCY]
        return " or ".join(numbers) if numbers else self._wording["emergency_anywhere"]

    def country_name(self, code: str) -> str:
        """A country's name as it stands after "in"."""
        known = self._by_code.get(code)
        return known.name if known else str(Locale("en").territories.get(code, code))

    def example(self, country: Optional[str]) -> str:
        """A line that is for everybody, as a sentence names it: with its number, or the directory if there is none."""
        line = self.offered(Need(ASKS_FOR_LINE, country, is_man=True))[0]
        return f"{line.name} ({line.number})" if line.digits else line.name

    def is_due(self, line: Line, today: date) -> bool:
        """Whether a person has to look at the line's page again."""
        return line.checked_on is None or today - line.checked_on > FRESH

    def _of(self, code: Optional[str]) -> List[Line]:
        """The lines of a country or part of one; those of the union where the country has none itself."""
        if code is None:
            return []
        country = self._by_code.get(code)
        whole = country.within if country and country.within else code
        own = [
            line for line in self.lines if line.country == whole and (not line.parts or code in (whole, *line.parts))
        ]
        union = self._by_code.get(UNION)
        if not own and union and code in union.members:
            return self._of(UNION)
        return own

    def _emergency_text(self, country: Optional[str]) -> str:
        numbers = [line.number for line in self._of(country) if line.use is Use.EMERGENCY_TEXT]
        return " " + self._wording["emergency_text"].format(number=numbers[0]) if numbers else ""

    def _crisis(self, need: Need, emergency: str) -> str:
        numbers = [line.number for line in self._of(need.country) if line.use is Use.SELF_HARM]
        return f"{numbers[0]} or {emergency}" if numbers else emergency

    def _listed(self, need: Need, lines: Sequence[Line]) -> str:
        heading = "anywhere" if need.country is None else "place" if any(line.digits for line in lines) else "none"
        place = self.country_name(need.country) if need.country else ""
        return "\n".join([self._wording["heading"][heading].format(place=place), *map(self._as_text, lines)])

    def _as_text(self, line: Line) -> str:
        if line.use is Use.DIRECTORY:
            directory: str = self._wording["directory"]
            return directory.format(name=line.name, more=line.more)
        words = self._wording["details"]
        details = [
            words.get(line.audience.value),
            words["from_age"].format(age=line.from_age) if line.from_age else None,
            line.where,
            words["free"] if line.free else None,
            line.hours,
        ]
        told = ", ".join(detail for detail in details if detail)
        text = self._wording["line"].format(name=line.name, number=line.number, details=f" ({told})" if told else "")
        return f"{text}. {line.more}" if line.more else text

    def _links(self, need: Need, lines: Sequence[Line]) -> List[Link]:
        emergency = [line for line in self._of(need.country) if line.use is Use.EMERGENCY]
        links: Dict[str, str] = {}
        for line in [*emergency, *lines]:
            if line.digits:
                links.setdefault(f"tel:{line.digits}", f"{line.name}: {line.number}")
            if line.site and (line.use is Use.DIRECTORY or line.site.startswith("https:")):
                links.setdefault(line.site, line.name)
        return [Link(title, url) for url, title in links.items()]

    def _suggestions(self) -> List[Suggestion]:
        return [Suggestion(each["title"], each["text"]) for each in self._wording["suggestions"]]


def _is_for(line: Line, need: Need) -> bool:
    if line.audience is Audience.WOMEN:
        return not need.is_man
    if line.audience is Audience.MINORS:
        return need.is_minor
    return not (need.is_minor and line.from_age)
