"""The chat as a visitor meets it, by itself or in a frame."""

from pathlib import Path
from typing import Any, Dict, List, Union

from playwright.sync_api import Frame, Locator, Page, Request, expect

from bot import ROOT

AXE = ROOT / "bot" / "widget" / "node_modules" / "axe-core" / "axe.min.js"
FOUNDED = "Who started MeToo?"


class Chat:
    """The parts of the chat page, by what a visitor would call them."""

    def __init__(self, page: Union[Page, Frame]) -> None:
        self.page = page
        self.box = page.get_by_role("textbox")
        self.send = page.locator(".send")
        self.log = page.get_by_role("log")
        self.answers = page.locator(".reply")
        self.messages = page.locator(".message")
        self.status = page.locator(".status")
        self.suggestions = page.locator(".suggestions button")
        self.clear = page.get_by_role("button", name="Clear conversation")

    def say(self, text: str) -> Locator:
        """Write, send, and wait for an answer; returns the last one."""
        count = self.answers.count()
        self.box.fill(text)
        self.box.press("Enter")
        return self.answered(count)

    def answered(self, count: int) -> Locator:
        """Wait for more than `count` answers, and until nothing is on its way."""
        self.answers.nth(count).wait_for()
        expect(self.page.locator(".pending")).to_have_count(0)
        return self.answers.last


def framed(page: Page) -> Chat:
    """The chat in the frame of the panel that is open on a host page."""
    page.locator("[data-metoo-chat] iframe").locator("visible=true").wait_for()
    element = page.locator("[data-metoo-chat] iframe").locator("visible=true").element_handle()
    frame = element.content_frame()
    chat = Chat(frame)
    chat.answers.first.wait_for()
    return chat


def watch_requests(page: Page) -> List[Request]:
    """The requests that a page sends from now on."""
    requests: List[Request] = []
    # Playwright marks what it is given, which a list's own method does not take.
    page.context.on("request", lambda request: requests.append(request))  # noqa: PLW0108
    return requests


def tokens(requests: List[Request]) -> List[str]:
    """The conversations that requests belonged to, in order, each once."""
    given = [request.headers.get("authorization", "").partition(" ")[2] for request in requests]
    return list(dict.fromkeys(token for token in given if token))


def stored(page: Union[Page, Frame]) -> Dict[str, Any]:
    """What a page keeps in the browser, by kind; empty where there is nothing."""
    return page.evaluate(
        """async () => {
            // In a frame of another site a browser may not even let one look.
            const or = async (nothing, look) => { try { return await look(); } catch { return nothing; } };
            return {
                localStorage: await or([], () => Object.keys(localStorage)),
                sessionStorage: await or([], () => Object.keys(sessionStorage)),
                cookies: await or('', () => document.cookie),
                databases: await or([], async () => (await indexedDB.databases()).map(({name}) => name)),
                caches: await or([], () => caches.keys()),
                workers: await or(0, async () => (await navigator.serviceWorker.getRegistrations()).length),
            };
        }"""
    )


def violations(page: Union[Page, Frame], axe: Path = AXE) -> List[str]:
    """What axe finds wrong with a document, in one line each; frames in it are asked by themselves."""
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate(
        """() => axe.run(document, {
            iframes: false,
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })"""
    )
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(str(node["target"]) + " " + node["failureSummary"] for node in rule["nodes"])
        for rule in found["violations"]
    ]
