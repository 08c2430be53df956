"""What the page leaves behind: nothing."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from bot.processes import Assistant
from tests.widget.chat import FOUNDED, Chat, framed, stored, tokens, watch_requests
from tests.widget.conftest import OpenChat, OpenPage

NOTHING = {"localStorage": [], "sessionStorage": [], "cookies": "", "databases": [], "caches": [], "workers": 0}
CONVERSATION = (FOUNDED, "when?", "My boss assaulted me, I live in France", "Was Weinstein convicted?", "thank you")


def converse(chat: Chat) -> None:
    for text in CONVERSATION:
        answer = chat.say(text)
        for fold in answer.locator("summary").all():
            fold.click()
    chat.page.locator(".reply.answer .tool").last.click()


def test_nothing_is_stored_and_nobody_else_is_asked(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page()
    sent = watch_requests(page)
    page.goto(f"{embedded.url}/")
    chat = Chat(page)
    chat.answers.first.wait_for()
    converse(chat)
    assert stored(page) == NOTHING
    assert {urlsplit(request.url).netloc for request in sent} == {f"127.0.0.1:{embedded.port}"}
    chat.clear.click()
    page.reload()
    chat.answers.first.wait_for()
    assert stored(page) == NOTHING and page.context.cookies() == []


@pytest.mark.parametrize("is_other", [False, True])
def test_embedded_too(open_host: OpenPage, embedded: Assistant, is_other: bool) -> None:
    page = open_host(is_other=is_other)
    sent = watch_requests(page)
    page.get_by_role("button", name="Ask about #MeToo").click()
    chat = framed(page)
    converse(chat)
    assert stored(page) == NOTHING and stored(chat.page) == NOTHING
    assert page.context.cookies() == []
    assert {urlsplit(request.url).netloc for request in sent} == {f"127.0.0.1:{embedded.port}"}


def test_no_word_of_a_conversation_stands_in_an_address(open_chat: OpenChat) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    converse(chat)
    (token,) = tokens(sent)
    assert all(urlsplit(request.url).query == "" and token not in request.url for request in sent)


def test_the_token_cannot_be_found_from_outside(open_chat: OpenChat) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    (token,) = tokens(sent)
    assert token not in chat.page.content()
    # Nothing global holds it either, two levels deep.
    assert not chat.page.evaluate(
        """token => {
            const seen = new Set();
            const holds = (value, depth) => {
                if (typeof value === 'string') return value.includes(token);
                if (value === null || typeof value !== 'object' || seen.has(value) || depth === 0) return false;
                seen.add(value);
                return Object.values(value).some(inner => tried(() => holds(inner, depth - 1)));
            };
            const tried = ask => { try { return ask(); } catch { return false; } };
            return Object.getOwnPropertyNames(window).some(name => tried(() => holds(window[name], 3)));
        }""",
        token,
    )


def test_a_reload_begins_another_conversation(open_chat: OpenChat) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    chat.page.reload()
    chat.answers.first.wait_for()
    chat.say("when?")
    first, second = tokens(sent)
    assert first != second


def test_what_was_typed_is_not_kept_by_the_browser(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.box.fill("half a thought")
    chat.page.reload()
    chat.answers.first.wait_for()
    assert chat.box.input_value() == ""
    assert chat.box.get_attribute("autocomplete") == "off"
    assert chat.box.get_attribute("spellcheck") == "false"  # some browsers send the text away to check it


def test_the_policy_stops_what_the_page_does_not_do(open_page: OpenPage, embedded: Assistant) -> None:
    page: Page = open_page(f"{embedded.url}/", is_quiet=False)
    Chat(page).answers.first.wait_for()
    stopped = page.evaluate(
        """async () => {
            const stopped = [];
            document.addEventListener('securitypolicyviolation', event => stopped.push(event.effectiveDirective));
            const script = document.createElement('script');
            try { script.textContent = 'window.ran = true'; } catch { stopped.push('trusted-types'); }
            document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/pixel.png'}));
            await fetch('https://elsewhere.example/').catch(() => {});
            document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://elsewhere.example/'}));
            await new Promise(resolve => setTimeout(resolve, 300));
            return stopped;
        }"""
    )
    assert {"img-src", "connect-src", "frame-src", "trusted-types"} <= set(stopped)
    assert not page.evaluate("window.ran")
