"""The report in a browser: it asks nobody for anything, fits every screen, and can be read by everybody."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from playwright.sync_api import Browser

from bot.usage.counting import Counted, Numbers
from bot.usage.figures import Figures
from bot.usage.report import as_html
from bot.usage.table import Wording
from tests.widget.chat import violations
from tests.widget.conftest import started_chromium


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that ends with these tests: those of the widget start their own."""
    with started_chromium() as browser:
        yield browser


TODAY = date(2026, 11, 25)
TOPICS = ("definition", "origin", "popularisation", "times-up", "achievements", "goals", "region", "none")
HOW = (("answer", ""), ("answer", "elsewhere"), ("refusal", "silence"), ("clarify", "ahead"), ("refusal", "near"))


def two_years() -> Dict[Counted, Numbers]:
    """A question of every kind on every topic, more of some than of others, on many days."""
    return {
        Counted(str(TODAY - timedelta(days=ago)), ("web", "matrix", "slack")[ago % 3], topic, kind, gate): Numbers(
            (ago % 7 + 1) * (place + 1) * 40, ago % 2, place % 2, ago % 3
        )
        for ago in range(0, 730, 5)
        for place, topic in enumerate(TOPICS)
        for kind, gate in HOW[: 1 + ago % 5]
    }


def one() -> Dict[Counted, Numbers]:
    """A single question."""
    return {Counted(str(TODAY), "web", "origin", "answer"): Numbers(1)}


SEEN = {
    "nothing, small and dark": ({}, {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}),
    "one question": (one(), {}),
    "two years": (two_years(), {}),
    "two years, small and dark": (two_years(), {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}),
    "two years, forced colours": (two_years(), {"forced_colors": "active"}),
}


@pytest.mark.parametrize(("counts", "look"), SEEN.values(), ids=SEEN.keys())
def test_it_can_be_read_by_everybody(
    chromium: Browser, tmp_path: Path, counts: Dict[Counted, Numbers], look: Dict[str, Any]
) -> None:
    file = tmp_path / "report.html"
    wordings = {Wording("2026-11-23", "silence", "what does the […] of " + "verylongword" * 9): 2}
    file.write_text(as_html(Figures(counts, TODAY, 104), wordings), encoding="utf-8")
    context = chromium.new_context(**look)
    page = context.new_page()
    asked: List[str] = []
    complaints: List[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").inner_text() == "What visitors asked, and asked in vain"
    assert "verylongword" in page.locator("#words").locator("..").inner_text()
    assert page.locator("script").count() == 0
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    assert (asked, complaints) == ([file.as_uri()], [])
    context.close()


def test_columns_and_bars_are_as_long_as_their_numbers(chromium: Browser, tmp_path: Path) -> None:
    counts = {
        Counted("2026-11-24", "web", "origin", "answer"): Numbers(30),
        Counted("2026-11-17", "web", "origin", "answer"): Numbers(15),
        Counted("2026-11-17", "web", "goals", "refusal", "silence"): Numbers(15),
    }
    file = tmp_path / "report.html"
    file.write_text(as_html(Figures(counts, TODAY, 8), {}), encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    columns = page.locator(".columns rect")
    heights = [columns.nth(number).bounding_box()["height"] for number in range(columns.count())]  # type: ignore[index]
    assert heights[0] == pytest.approx(heights[1], abs=2) and heights[2] == pytest.approx(2 * heights[0], abs=4)
    bars = page.locator("section[aria-labelledby=topics] .bar rect")
    widths = [bars.nth(number).bounding_box()["width"] for number in range(bars.count())]  # type: ignore[index]
    assert widths[0] == pytest.approx(3 * widths[1], rel=0.05)
    page.locator("summary").click()
    assert page.get_by_role("row", name="16 November 2026 15 0 0 15 0 30").is_visible()
    page.close()
