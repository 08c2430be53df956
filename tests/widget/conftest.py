"""A real Chromium, the assistant, and sites that embed it."""

from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Sequence

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bot.processes import Assistant
from tests.conftest import require_program
from tests.widget.chat import Chat
from tests.widget.host import HostSite

# Without these the browser looks for its maker's servers at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEUTRAL = "https://www.bbc.co.uk/weather"

OpenPage = Callable[..., Page]
OpenChat = Callable[..., Chat]


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Debian's Chromium; Playwright only drives it. While it runs, no other event loop can run in this thread."""
    program = require_program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of the widget, which come last."""
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """A site that may embed the chat."""
    with HostSite() as site:
        yield site


@pytest.fixture(scope="session")
def embedded(model: Path, host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that lets that site embed it."""
    settings = {
        "allowed_origins": [host.origin, host.other_origin],
        "sessions_per_minute": 10_000,
        "messages_per_minute": 1_000,
    }
    credentials = tmp_path_factory.mktemp("embedded") / "credentials.yml"
    credentials.write_text(yaml.safe_dump({"bot.channels.web.WebChannel": settings}), encoding="utf-8")
    with Assistant(model, credentials=credentials) as assistant:
        assistant.wait_until_ready()
        yield assistant


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page of its own context; what goes wrong in it fails the test at the end."""
    contexts: List[BrowserContext] = []
    wrong: List[str] = []

    def opened(url: Optional[str] = None, *, is_quiet: bool = True, **options: object) -> Page:
        settings = {"reduced_motion": "reduce", "viewport": {"width": 1100, "height": 800}, **options}
        context = chromium.new_context(**settings)
        contexts.append(context)
        # The page that "Exit this page" leads to stands for the rest of the web.
        context.route(NEUTRAL, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
        page = context.new_page()
        if is_quiet:
            page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if url:
            page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong, "errors in the browser's console: " + "; ".join(wrong)


@pytest.fixture
def open_chat(open_page: OpenPage, embedded: Assistant) -> OpenChat:
    """Open the chat page by itself, and wait until it has greeted."""

    def opened(query: str = "", **options: object) -> Chat:
        chat = Chat(open_page(f"{embedded.url}/{query}", **options))
        chat.answers.first.wait_for()
        return chat

    return opened


@pytest.fixture
def open_host(open_page: OpenPage, host: HostSite, embedded: Assistant) -> OpenPage:
    """Open a page of the site that embeds the chat, with the loader's tag in it."""

    def opened(
        body: str = "",
        *,
        attributes: Sequence[str] = ("",),
        head: str = "",
        is_other: bool = False,
        headers: Optional[Dict[str, str]] = None,
        **options: object,
    ) -> Page:
        tags = [f'<script src="{embedded.url}/embed.js" {each} defer></script>' for each in attributes]
        content = f"<head>{head}</head><body><main><h1>A newspaper</h1>{body}</main>{''.join(tags)}</body>"
        return open_page(host.serve(content, headers, is_other), **options)

    return opened
