"""What each need is answered with: whom a line is for, in which country, and what stands first."""

from datetime import date, timedelta

import pytest

from bot.reply import ReplyKind
from bot.support import Need, SupportStore, load_support
from bot.support.need import (
    ASKS_FOR_LINE,
    DANGER,
    DISCLOSURE,
    KINDS,
    OF_MINOR,
    OF_OTHER,
    PERPETRATOR,
    SELF_HARM,
    TELLS_COUNTRY,
)
from bot.support.schema import Audience
from bot.support.store import SupportStore as Store

NOTE = "Numbers can change."


@pytest.fixture(scope="module")
def support() -> SupportStore:
    """The shipped table."""
    return load_support()


def names(support: SupportStore, need: Need) -> list:
    return [line.id for line in support.offered(need)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("country", [None, "US", "GB", "GB-SCT", "GB-NIR", "FR", "IN", "DE", "KE"])
@pytest.mark.parametrize("again", [False, True])
def test_every_need_has_words_in_every_country(support: SupportStore, kind: str, country: str, again: bool) -> None:
    reply = support.reply(Need(kind, country, again=again))
    assert reply.kind is ReplyKind.SUPPORT and not reply.facts
    assert "{" not in reply.text and "None" not in reply.text
    if kind != PERPETRATOR:
        assert "lila.help" in reply.text
    assert bool(reply.suggestions) is (country is None and kind != PERPETRATOR)


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("US", ["us-rainn"]),
        ("GB-ENG", ["gb-england-wales"]),
        ("GB-WLS", ["gb-england-wales"]),
        ("GB-SCT", ["gb-scotland"]),
        ("GB-NIR", []),
        ("GB", ["gb-england-wales", "gb-scotland"]),
        ("FR", ["fr-victims", "fr-3919"]),
        ("IN", ["in-women"]),
        ("DE", ["eu-women"]),
        ("KE", []),
        (None, []),
    ],
)
def test_the_lines_of_a_country(support: SupportStore, country: str, expected: list) -> None:
    assert names(support, Need(DISCLOSURE, country)) == [*expected, "world-directory"]


@pytest.mark.parametrize("country", ["US", "GB", "FR", "IN", "DE", "EU"])
@pytest.mark.parametrize("kind", [DISCLOSURE, ASKS_FOR_LINE, OF_OTHER, TELLS_COUNTRY, OF_MINOR])
def test_a_man_gets_no_line_for_women(support: SupportStore, country: str, kind: str) -> None:
    assert all(line.audience is not Audience.WOMEN for line in support.offered(Need(kind, country, is_man=True)))


@pytest.mark.parametrize("country", ["FR", "IN", "DE"])
def test_a_line_for_women_stands_beside_one_for_everybody(support: SupportStore, country: str) -> None:
    offered = support.offered(Need(DISCLOSURE, country))
    assert any(line.audience is Audience.EVERYONE for line in offered)
    text = support.reply(Need(DISCLOSURE, country)).text
    assert all("for women" in text for line in offered if line.audience is Audience.WOMEN)


def test_a_minor_in_the_uk_gets_childline_first_and_no_line_from_an_age(support: SupportStore) -> None:
    for country in ("GB", "GB-ENG", "GB-SCT", "GB-NIR"):
        offered = names(support, Need(OF_MINOR, country, is_minor=True))
        assert offered[0] == "gb-childline" and "gb-england-wales" not in offered
    assert "gb-childline" not in names(support, Need(DISCLOSURE, "GB"))


def test_thoughts_of_suicide_get_the_line_for_them(support: SupportStore) -> None:
    reply = support.reply(Need(SELF_HARM, "US"))
    assert "988 or 911" in reply.text.split("\n\n")[0]
    assert names(support, Need(SELF_HARM, "US"))[0] == "us-988"
    assert "call 112" in support.reply(Need(SELF_HARM, "DE")).text.split("\n\n")[0]


@pytest.mark.parametrize(
    ("country", "number"), [("US", "911"), ("GB-SCT", "999"), ("FR", "17 or 112"), ("IN", "112"), ("IT", "112")]
)
def test_in_danger_the_emergency_number_stands_first(support: SupportStore, country: str, number: str) -> None:
    reply = support.reply(Need(DANGER, country))
    assert number in reply.text.splitlines()[0]
    assert reply.links[0].url == f"tel:{number.split(maxsplit=1)[0]}"


def test_in_danger_in_france_one_can_text(support: SupportStore) -> None:
    assert "you can text 114" in support.reply(Need(DANGER, "FR")).text.splitlines()[0]


def test_where_no_country_is_known_the_emergency_numbers_are_told_by_region(support: SupportStore) -> None:
    first = support.reply(Need(DANGER)).text.splitlines()[0]
    assert "your local emergency number (112 in the EU and India, 911 in the US, 999 in the UK)" in first


def test_a_country_without_a_line_is_told_so(support: SupportStore) -> None:
    text = support.reply(Need(ASKS_FOR_LINE, "KE")).text
    assert "I have no number to give for Kenya." in text


def test_somebody_who_harmed_another_is_given_no_line_of_survivors(support: SupportStore) -> None:
    reply = support.reply(Need(PERPETRATOR, "US"))
    assert "656" not in reply.text and "lawyer or a counsellor" in reply.text and "911" in reply.text


def test_every_number_can_be_tapped(support: SupportStore) -> None:
    reply = support.reply(Need(DISCLOSURE, "FR"))
    urls = [link.url for link in reply.links]
    assert {"tel:116006", "tel:3919", "tel:17"} <= set(urls) and len(urls) == len(set(urls))


@pytest.mark.parametrize(("days", "noted"), [(0, False), (90, False), (91, True)])
def test_old_numbers_carry_a_note(support: SupportStore, days: int, noted: bool) -> None:
    checked = date(2026, 11, 23)
    lines = [line.copy(update={"checked_on": checked}) for line in support.lines]
    table = Store(lines, support.countries, support._wording, support.patterns)
    reply = table.reply(Need(DISCLOSURE, "US"), checked + timedelta(days=days))
    assert (NOTE in reply.text) is noted
    assert NOTE in support.reply(Need(DISCLOSURE, "US"), checked).text
    assert NOTE not in table.reply(Need(DISCLOSURE, "KE"), checked + timedelta(days=days)).text
