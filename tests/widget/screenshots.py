"""Takes pictures of the widget's main states, to be looked at: `make screenshots` writes them into docs/images."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from bot import ROOT
from bot.processes import Assistant
from bot.training import model_path
from tests.conftest import require_program
from tests.widget.chat import FOUNDED, Chat, framed
from tests.widget.conftest import QUIET
from tests.widget.host import HostSite

ARTICLE = """<style>
body { max-width: 40rem; margin: 3rem auto; padding: 0 1.5rem; font: 1.125rem/1.7 Georgia, serif; color: #222; }
h1 { font-size: 2rem; line-height: 1.2; }
</style><h1>Five years on, what a hashtag left behind</h1>""" + (
    "<p>This stands for an article of the site that the chat is a guest of. It goes on for a while, so that one can "
    "see how the two go together, and what of the page is still there to read when the panel is open.</p>" * 6
)


def main() -> None:
    """Start an assistant and a site that embeds it, and take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with HostSite() as host, tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        credentials = Path(temporary) / "credentials.yml"
        settings = {"allowed_origins": [host.origin]}
        credentials.write_text(yaml.safe_dump({"bot.channels.web.WebChannel": settings}), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=require_program("chromium"), args=QUIET)
        with Assistant(model_path(), credentials=credentials, variables={"METOO_USAGE": "off"}) as assistant:
            assistant.wait_until_ready()
            _take_all(browser, assistant, host, folder)
        browser.close()


def _take_all(browser: Browser, assistant: Assistant, host: HostSite, folder: Path) -> None:
    def save(page: Page, name: str) -> None:
        page.mouse.move(0, 0)  # nothing looks as if it were pointed at
        page.screenshot(path=folder / f"{name}.png")
        print(f"{name}.png")

    def opened(url: str, **options: Any) -> Page:
        settings = {"viewport": {"width": 1000, "height": 780}, "reduced_motion": "reduce", **options}
        page = browser.new_context(**settings).new_page()
        page.goto(url)
        return page

    def conversed(query: str, *texts: str, **options: Any) -> Page:
        page = opened(f"{assistant.url}/{query}", **options)
        chat = Chat(page)
        chat.answers.first.wait_for()
        for text in texts:
            chat.say(text)
        if texts:
            chat.messages.last.evaluate("element => element.scrollIntoView()")
        return page

    save(conversed(""), "page")
    page = conversed("", FOUNDED)
    page.locator(".reply summary").last.click()
    save(page, "page-answer")
    save(conversed("", "My boss assaulted me, I live in France"), "page-support")
    page = conversed("", "Was Weinstein convicted?", color_scheme="dark")
    page.locator(".reply summary").last.click()
    save(page, "page-dark")
    save(conversed("?lang=ar", FOUNDED, viewport={"width": 360, "height": 640}), "page-arabic")
    save(conversed("?lang=fr", viewport={"width": 320, "height": 568}), "page-narrow")

    tag = f'<script src="{assistant.url}/embed.js" defer></script>'
    article = host.serve(f"<body>{ARTICLE}{tag}</body>")
    page = opened(article)
    page.locator(".launcher").wait_for()
    save(page, "host-closed")
    page.locator(".launcher").click()
    framed(page).say("What has it achieved?")
    save(page, "host-open")
    page.keyboard.press("Shift")
    save(page, "host-exit")
    page = opened(article, viewport={"width": 375, "height": 700})
    page.locator(".launcher").click()
    framed(page).say("My boss assaulted me, I live in France")
    save(page, "host-phone")


if __name__ == "__main__":
    main()
