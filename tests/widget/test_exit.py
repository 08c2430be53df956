""" "Exit this page": at once, for good, and from everywhere."""

import time

import pytest
import requests
from playwright.sync_api import Page, expect

from bot.processes import Assistant
from tests.widget.chat import FOUNDED, Chat, framed, tokens, watch_requests
from tests.widget.conftest import NEUTRAL, OpenChat, OpenPage


def expect_erased(assistant: Assistant, token: str) -> None:
    """The request that erases is sent as the page goes; it may take a moment to arrive."""
    for _ in range(50):
        headers = {"Authorization": f"Bearer {token}"}
        body = {"reply_id": "none", "useful": True}  # asks without saying anything
        answer = requests.post(f"{assistant.url}/feedback", json=body, headers=headers, timeout=30)
        if answer.status_code == 401:
            return
        assert answer.status_code == 204
        time.sleep(0.1)
    raise AssertionError("the conversation is still there")


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def test_the_button_leaves_and_erases(open_chat: OpenChat, embedded: Assistant) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    chat.page.get_by_role("button", name="Exit this page").click()
    chat.page.wait_for_url(NEUTRAL)
    expect_erased(embedded, tokens(sent)[0])


def test_back_does_not_lead_to_the_conversation(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page("about:blank#before")
    page.goto(f"{embedded.url}/")
    chat = Chat(page)
    chat.answers.first.wait_for()
    chat.say(FOUNDED)
    press_shift(page, 3)
    page.wait_for_url(NEUTRAL)
    page.go_back()
    assert page.url == "about:blank#before"


def test_shift_three_times_leaves_and_counts_aloud(open_chat: OpenChat, embedded: Assistant) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    said = chat.page.locator("header [role=status]")
    press_shift(chat.page, 1)
    expect(said).to_have_text("Shift. Press it 2 more times to exit.")
    expect(chat.page.locator(".lights .lit")).to_have_count(1)
    press_shift(chat.page, 1)
    expect(said).to_have_text("Shift. Press it 1 more time to exit.")
    press_shift(chat.page, 1)
    chat.page.wait_for_url(NEUTRAL)
    expect_erased(embedded, tokens(sent)[0])


def test_another_key_begins_the_count_anew(open_chat: OpenChat) -> None:
    chat = open_chat()
    press_shift(chat.page, 2)
    chat.box.press("a")
    expect(chat.page.locator("header [role=status]")).to_have_text("Exit this page expired.")
    expect(chat.page.locator(".lights")).to_have_count(0)
    press_shift(chat.page, 2)
    expect(chat.answers).to_have_count(1)
    assert chat.page.url != NEUTRAL


def test_capital_letters_do_not_count(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.box.focus()
    for letter in "WHO IS SHE":
        chat.box.press(f"Shift+{letter}" if letter != " " else "Space")
    chat.box.press("Shift+Enter")
    assert chat.box.input_value() == "WHO IS SHE\n"
    expect(chat.page.locator(".lights")).to_have_count(0)


def test_the_count_expires(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page()
    page.clock.install()
    page.goto(f"{embedded.url}/")
    Chat(page).answers.first.wait_for()
    press_shift(page, 2)
    page.clock.run_for(5_100)
    expect(page.locator("header [role=status]")).to_have_text("Exit this page expired.")
    press_shift(page, 1)
    expect(page.locator("header [role=status]")).to_have_text("Shift. Press it 2 more times to exit.")


def test_the_page_is_blank_before_the_other_one_comes(open_chat: OpenChat, embedded: Assistant) -> None:
    """Even if the other page never comes."""
    chat = open_chat()
    page = chat.page
    sent = watch_requests(page)
    chat.say(FOUNDED)
    page.context.unroute(NEUTRAL)
    page.context.route(NEUTRAL, lambda route: None)  # no answer, ever
    # Looked at by the page itself, within the same task as the press.
    seen = page.evaluate(
        """() => {
            document.querySelector('.exit').click();
            const left = document.body.children;
            return [document.title, left.length, left[0].textContent, getComputedStyle(left[0]).clipPath];
        }"""
    )
    assert seen == ["", 1, "Loading.", "inset(50%)"]
    expect_erased(embedded, tokens(sent)[0])


def test_the_way_out_is_never_covered(open_chat: OpenChat) -> None:
    for size in ({"width": 320, "height": 400}, {"width": 1100, "height": 800}):
        chat = open_chat(viewport=size)
        for text in (FOUNDED, "What has it achieved?"):
            chat.say(text)
        for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
            chat.page.evaluate(f"scrollTo(0, {place})")
            assert chat.page.locator(".exit").evaluate(
                """exit => {
                    const {left, top, width, height} = exit.getBoundingClientRect();
                    const at = document.elementFromPoint(left + width / 2, top + height / 2);
                    return exit.contains(at);
                }"""
            )


def test_a_reload_erases_and_starts_afresh(open_chat: OpenChat, embedded: Assistant) -> None:
    chat = open_chat()
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    chat.page.reload()
    chat.answers.first.wait_for()
    expect(chat.messages).to_have_count(0)
    expect_erased(embedded, tokens(sent)[0])


@pytest.mark.parametrize("is_other", [False, True])
def test_the_button_of_the_panel_leaves_the_host_page(open_host: OpenPage, embedded: Assistant, is_other: bool) -> None:
    page = open_host(is_other=is_other)
    sent = watch_requests(page)
    page.get_by_role("button", name="Ask about #MeToo").click()
    framed(page).say(FOUNDED)
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(NEUTRAL)
    expect_erased(embedded, tokens(sent)[0])


@pytest.mark.parametrize("is_other", [False, True])
def test_shift_inside_the_frame_leaves_the_host_page(open_host: OpenPage, embedded: Assistant, is_other: bool) -> None:
    page = open_host(is_other=is_other)
    sent = watch_requests(page)
    page.get_by_role("button", name="Ask about #MeToo").click()
    chat = framed(page)
    chat.say(FOUNDED)
    chat.box.focus()
    press_shift(page, 1)
    expect(chat.page.locator("header [role=status]")).to_have_text("Shift. Press it 2 more times to exit.")
    expect(page.locator(".lights")).to_have_attribute("data-lit", "1")
    press_shift(page, 2)
    page.wait_for_url(NEUTRAL)
    expect_erased(embedded, tokens(sent)[0])


def test_shift_on_the_host_page_leaves_while_the_panel_is_closed(open_host: OpenPage, embedded: Assistant) -> None:
    page = open_host("<input>")
    sent = watch_requests(page)
    page.get_by_role("button", name="Ask about #MeToo").click()
    framed(page).say(FOUNDED)
    page.get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("button", name="Exit this page")).to_be_visible()
    page.locator("input").focus()
    press_shift(page, 1)
    expect(page.locator(".said")).to_have_text("Shift. Press it 2 more times to exit.")
    press_shift(page, 2)
    page.wait_for_url(NEUTRAL)
    expect_erased(embedded, tokens(sent)[0])


def test_shift_means_nothing_before_the_chat_was_opened(open_host: OpenPage) -> None:
    page = open_host("<input>")
    page.get_by_role("button", name="Ask about #MeToo").wait_for()
    page.locator("input").focus()
    press_shift(page, 4)
    page.locator("input").press_sequentially("still here")
    assert page.url != NEUTRAL and page.locator("input").input_value() == "still here"


def test_no_question_of_the_host_page_stands_in_the_way(open_host: OpenPage) -> None:
    page = open_host("<script>addEventListener('beforeunload', event => event.preventDefault())</script><input>")
    page.on("dialog", lambda dialog: dialog.dismiss())  # "stay on the page"
    page.locator("input").press_sequentially("unsaved")
    page.get_by_role("button", name="Ask about #MeToo").click()
    framed(page)
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(NEUTRAL)


def test_a_host_page_names_another_way_out(open_host: OpenPage) -> None:
    elsewhere = "https://weather.example/"
    page = open_host(attributes=[f'data-exit="{elsewhere}"'])
    page.context.route(elsewhere, lambda route: route.fulfill(body="Weather"))
    page.get_by_role("button", name="Ask about #MeToo").click()
    framed(page)
    press_shift(page, 3)
    page.wait_for_url(elsewhere)
