"""What a visitor sees and does on the chat page."""

import re

import pytest
import requests
from playwright.sync_api import Locator, expect

from bot.processes import Assistant
from tests.widget.chat import FOUNDED, Chat, tokens, watch_requests
from tests.widget.conftest import OpenChat


@pytest.fixture
def chat(open_chat: OpenChat) -> Chat:
    return open_chat()


def test_the_greeting_says_what_it_is(chat: Chat) -> None:
    greeting = chat.answers.first
    expect(greeting).to_contain_text("automated assistant")
    expect(greeting).to_contain_text("sexual violence")  # the content note
    expect(chat.page.locator(".intro")).to_contain_text("history still shows that you were here")
    expect(chat.suggestions).to_have_count(3)


def test_a_suggestion_asks_and_makes_room_for_the_next(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Who started it?").click()
    expect(chat.messages).to_have_text([re.compile(re.escape(FOUNDED))])
    expect(chat.answered(1)).to_contain_text("Tarana Burke first used the phrase")
    expect(chat.page.get_by_role("button", name="Who started it?")).to_have_count(0)
    assert chat.suggestions.count() >= 2


def test_enter_sends_and_shift_enter_breaks_the_line(chat: Chat) -> None:
    chat.box.press_sequentially("Who started")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("MeToo?")
    assert chat.box.input_value() == "Who started\nMeToo?"
    chat.box.press("Enter")
    chat.answered(1)
    assert chat.messages.locator("p").inner_text() == "Who started\nMeToo?"
    assert chat.box.input_value() == ""


def test_enter_that_ends_a_composed_word_does_not_send(chat: Chat) -> None:
    chat.box.fill("みー")
    chat.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(chat.messages).to_have_count(0)


def test_sources_unfold(chat: Chat) -> None:
    answer = chat.say(FOUNDED)
    quote = answer.get_by_text("Tarana Burke, a sexual assault survivor and activist, first used the phrase")
    expect(quote).to_be_hidden()
    answer.get_by_text("Sources (2)").click()
    expect(quote).to_be_visible()
    expect(answer.get_by_text("metoo.txt, line 8")).to_be_visible()


def test_what_is_from_elsewhere_is_labelled_with_page_and_day(chat: Chat) -> None:
    answer = chat.say("What did the courts decide about Harvey Weinstein?")
    fold = answer.locator(".elsewhere")
    expect(fold.locator("summary")).to_have_text("From elsewhere, not from the document")
    fold.locator("summary").click()
    link = fold.get_by_role("link").first
    expect(link).to_be_visible()
    assert link.get_attribute("href").startswith("http")
    assert link.get_attribute("target") == "_blank" and "noopener" in link.get_attribute("rel")


def test_support_lines_are_large_and_call_when_tapped(chat: Chat) -> None:
    answer = chat.say("My boss assaulted me last year, I live in France")
    assert "support" in answer.get_attribute("class")
    lines = answer.locator("a[href^='tel:']")
    assert "tel:17" in [line.get_attribute("href") for line in lines.all()]
    for line in lines.all():
        assert line.bounding_box()["height"] >= 48
    # Whom to call stands above what there is to read besides the first words.
    last = answer.locator(".prose").last
    assert lines.last.bounding_box()["y"] < last.bounding_box()["y"]
    expect(answer.locator(".tools")).to_have_count(0)


def test_thumbs_are_thanked_for_and_count_once(chat: Chat) -> None:
    sent = watch_requests(chat.page)
    answer = chat.say("What is MeToo?")
    useful = answer.get_by_role("button", name="Yes, this was useful")
    useful.click()
    expect(chat.status).to_have_text("Thank you, that was noted.")
    expect(useful).to_have_attribute("aria-pressed", "true")
    # Playwright itself waits for a button to be enabled, which this one no longer is.
    answer.get_by_role("button", name="No, this was not useful").click(force=True)
    expect(useful).to_have_attribute("aria-pressed", "true")
    feedback = [request.post_data_json for request in sent if request.url.endswith("/feedback")]
    assert [each["useful"] for each in feedback] == [True]


def test_an_answer_is_copied_with_its_sources(open_chat: OpenChat) -> None:
    chat = open_chat(permissions=["clipboard-read", "clipboard-write"])
    chat.say("Who made it popular?").get_by_role("button", name="Copy this answer").click()
    expect(chat.status).to_have_text("The answer was copied.")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("How the movement became widely known, according to the document:")
    assert "“The phrase was popularised by American Actress Alyssa Milano.” (metoo.txt, line 2)" in copied


def test_clearing_erases_here_and_on_the_server(chat: Chat, embedded: Assistant) -> None:
    sent = watch_requests(chat.page)
    chat.say(FOUNDED)
    (token,) = tokens(sent)
    chat.clear.click()
    expect(chat.status).to_have_text("The conversation was erased.")
    expect(chat.messages).to_have_count(0)
    expect(chat.answers).to_have_count(1)  # a new greeting
    expect(chat.box).to_be_focused()
    headers = {"Authorization": f"Bearer {token}"}
    assert (
        requests.post(f"{embedded.url}/message", json={"text": "when?"}, headers=headers, timeout=30).status_code == 401
    )
    chat.say("when?")
    assert len(tokens(sent)) == 2


def test_characters_are_counted_near_the_limit(chat: Chat) -> None:
    count = chat.page.locator("#count")
    chat.box.fill("a" * 399)
    expect(count).to_have_text("")
    chat.box.fill("😀" * 499)
    expect(count).to_have_text("1 character left")
    chat.box.fill("a" * 503)
    expect(count).to_have_text("3 characters too many")
    chat.box.press("Enter")
    expect(chat.status).to_contain_text("Please shorten your message to 500 characters")
    assert len(chat.box.input_value()) == 503
    expect(chat.messages).to_have_count(0)


def test_a_message_of_exactly_the_limit_is_answered(chat: Chat) -> None:
    chat.say(("What is MeToo? " * 40)[:499] + "?")


def test_an_empty_message_is_not_sent(chat: Chat) -> None:
    chat.box.fill("  \n ")
    chat.send.click()
    expect(chat.status).to_have_text("Please write a message first.")
    expect(chat.messages).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1100])
def test_long_words_wrap(open_chat: OpenChat, width: int) -> None:
    chat = open_chat(viewport={"width": width, "height": 640})
    chat.say("W" * 300 + " https://example.org/" + "a" * 150)
    assert not scrolls_sideways(chat)


def test_markup_is_text(chat: Chat) -> None:
    chat.say("<img src=x onerror=\"document.title='gone'\"><b>bold</b>")
    assert chat.messages.locator("img, b").count() == 0
    assert "<b>bold</b>" in chat.messages.inner_text()
    assert chat.page.title() == "Questions about #MeToo"


def test_links_are_only_those_of_the_store(chat: Chat) -> None:
    answer = chat.say("See https://evil.example/x and javascript:alert(1), what is MeToo?")
    assert chat.messages.locator("a").count() == 0
    assert "evil.example" not in answer.inner_html()


def test_an_answer_shows_from_its_question_on(open_chat: OpenChat) -> None:
    chat = open_chat(viewport={"width": 400, "height": 640})
    for text in (FOUNDED, "What has it achieved?", "What is it working towards?"):
        chat.say(text)
        assert is_in_view(chat.messages.last)
    assert is_in_view(chat.box)


def test_several_replies_come_in_order(chat: Chat) -> None:
    chat.say("My friend was assaulted. What year was the tweet?")
    kinds = [each.get_attribute("class") for each in chat.answers.all()][1:]
    assert kinds == ["reply support", "reply answer"]


def scrolls_sideways(chat: Chat) -> bool:
    return bool(chat.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def is_in_view(element: Locator) -> bool:
    return bool(
        element.evaluate(
            """element => {
                const {top, bottom, left, width, height} = element.getBoundingClientRect();
                const at = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
                return top >= 0 && bottom <= innerHeight && (element === at || element.contains(at));
            }"""
        )
    )
