"""When things go wrong: it says what happened, keeps what was typed, tries again, never sends twice."""

import json
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional

import pytest
from playwright.sync_api import Page, Route, expect

from bot.environment import free_port
from bot.processes import Assistant
from tests.widget.chat import FOUNDED, Chat, framed
from tests.widget.conftest import OpenPage

# Said a second time it gets a shorter answer, so that the answer shows how often it arrived.
BLAMING = "Women who complain are liars"
BLAMING_ANSWER = "No one is to blame for being harassed or assaulted"

Handler = Callable[[Route], None]


def refuse(status: int, retry_after: Optional[str] = None) -> Handler:
    """Answer as the assistant, or a proxy before it, would."""
    headers = {"Content-Type": "application/json", **({"Retry-After": retry_after} if retry_after else {})}
    body = json.dumps({"error": {"code": "some_code", "message": "Some message."}})
    return lambda route: route.fulfill(status=status, headers=headers, body=body)


def cut_before(route: Route) -> None:
    """The connection breaks before the message arrives."""
    route.abort("connectionfailed")


def cut_after(route: Route) -> None:
    """The message arrives, and the connection breaks before its answer does."""
    route.fetch()
    route.abort("connectionreset")


def go_on(route: Route) -> None:
    route.continue_()


class Wire:
    """What happens to the requests to one address: to the first this, to the second that, to later ones nothing."""

    def __init__(self, page: Page, address: str, *handlers: Handler) -> None:
        self.keys: List[str] = []
        self.texts: List[str] = []
        self._handlers = list(handlers)
        page.route(f"**/chat/{address}", self._handle)

    def _handle(self, route: Route) -> None:
        request = route.request
        self.keys.append(request.headers.get("idempotency-key", ""))
        self.texts.append((request.post_data_json or {}).get("text", ""))
        handler = self._handlers.pop(0) if self._handlers else go_on
        handler(route)


@pytest.fixture
def chat(open_page: OpenPage, embedded: Assistant) -> Chat:
    page = open_page(f"{embedded.url}/", is_quiet=False)
    chat = Chat(page)
    chat.answers.first.wait_for()
    return chat


def send(chat: Chat, text: str) -> None:
    chat.box.fill(text)
    chat.box.press("Enter")


@pytest.mark.parametrize("trouble", [cut_before, cut_after, refuse(502), refuse(504)])
def test_a_broken_connection_is_tried_again_and_answered_once(chat: Chat, trouble: Handler) -> None:
    wire = Wire(chat.page, "message", trouble, trouble)
    send(chat, BLAMING)
    expect(chat.status).to_contain_text("can’t be reached at the moment. It will be tried again in")
    expect(chat.messages).to_have_count(1)
    chat.answered(1)
    expect(chat.answers.last).to_contain_text(BLAMING_ANSWER)
    expect(chat.answers).to_have_count(2)
    expect(chat.messages).to_have_count(1)
    expect(chat.status).to_have_text("")
    assert wire.texts == [BLAMING] * 3 and len(set(wire.keys)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_waited_for_as_long_as_it_says(chat: Chat, status: int) -> None:
    wire = Wire(chat.page, "message", refuse(status, "2"))
    began = time.monotonic()
    send(chat, FOUNDED)
    expect(chat.status).to_have_text(
        "The assistant is busy at the moment. It will be tried again in 2 seconds; nothing is lost."
    )
    chat.answered(1)
    assert time.monotonic() - began >= 2
    assert len(wire.texts) == 2


def test_a_long_wait_is_told_in_minutes_and_can_be_stopped(chat: Chat) -> None:
    Wire(chat.page, "message", refuse(429, "300"))
    send(chat, FOUNDED)
    expect(chat.status).to_contain_text("tried again in 5 minutes")
    chat.page.get_by_role("button", name="Stop and edit").click()
    assert chat.box.input_value() == FOUNDED
    expect(chat.messages).to_have_count(0)
    expect(chat.status).to_have_text("")


def test_the_same_words_after_a_stop_are_the_same_message(chat: Chat) -> None:
    wire = Wire(chat.page, "message", cut_after, refuse(503, "60"))
    send(chat, BLAMING)
    expect(chat.status).to_contain_text("tried again in")
    expect(chat.status).to_contain_text("busy")
    chat.page.get_by_role("button", name="Stop and edit").click()
    chat.box.press("Enter")
    chat.answered(1)
    expect(chat.answers.last).to_contain_text(BLAMING_ANSWER)
    assert len(set(wire.keys)) == 1


def test_the_same_words_after_an_answer_are_another_message(chat: Chat) -> None:
    wire = Wire(chat.page, "message")
    chat.say(BLAMING)
    chat.say(BLAMING)
    expect(chat.answers.last).not_to_contain_text(BLAMING_ANSWER)
    assert len(set(wire.keys)) == 2


def test_offline_in_the_middle_of_a_message(chat: Chat) -> None:
    context = chat.page.context

    def lose(route: Route) -> None:
        route.fetch()
        context.set_offline(True)
        route.abort("internetdisconnected")

    Wire(chat.page, "message", lose, *[cut_before] * 20)
    send(chat, BLAMING)
    expect(chat.status).to_have_text(
        "You are offline. Your message is kept and will be sent when you are connected again."
    )
    chat.box.fill("and this is typed meanwhile")
    chat.page.unroute("**/chat/message")
    context.set_offline(False)
    chat.answered(1)
    expect(chat.answers.last).to_contain_text(BLAMING_ANSWER)
    expect(chat.answers).to_have_count(2)
    assert chat.box.input_value() == "and this is typed meanwhile"


def test_offline_while_nothing_is_on_its_way(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    expect(chat.status).to_have_text("You are offline. What you write stays here.")
    chat.page.context.set_offline(False)
    expect(chat.status).to_have_text("You are connected again.")


def test_an_expired_conversation_is_followed_by_another(chat: Chat) -> None:
    chat.say("Who is Tarana Burke?")
    # As long as nobody writes for half an hour, the server forgets; here it is asked to.
    token: Dict[str, str] = {}
    chat.page.on(
        "request", lambda request: token.update(request.headers) if "authorization" in request.headers else None
    )
    chat.say("What is MeToo?")
    chat.page.evaluate(
        "token => fetch('session', {method: 'DELETE', headers: {authorization: token}})", token["authorization"]
    )
    answer = chat.say(FOUNDED)
    expect(answer).to_contain_text("Tarana Burke")
    expect(chat.page.locator(".notice")).to_contain_text("The earlier conversation had ended")
    # The notice stands between what is forgotten and what is not.
    order = [each.get_attribute("class") for each in chat.page.locator(".log > *").all()]
    assert order[-3:] == ["notice", "message", "reply answer"]
    expect(chat.messages).to_have_count(3)
    chat.say("when?")
    expect(chat.page.locator(".notice")).to_have_count(1)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "Something went wrong here, and it was not your doing. Your message is back in the box."),
        (403, "The assistant can’t be used from this address."),
        (422, "Please shorten your message to 500 characters. It is still in the box."),
    ],
)
def test_what_does_not_pass_is_said_and_the_text_is_back_in_the_box(chat: Chat, status: int, words: str) -> None:
    wire = Wire(chat.page, "message", refuse(status))
    send(chat, FOUNDED)
    expect(chat.status).to_have_text(words)
    assert chat.box.input_value() == FOUNDED
    expect(chat.messages).to_have_count(0)
    assert len(wire.texts) == 1
    chat.box.press("Enter")
    chat.answered(1)


def test_a_suggestion_that_fails_does_not_fill_the_box(chat: Chat) -> None:
    Wire(chat.page, "message", refuse(500))
    chat.box.fill("half a thought")
    chat.suggestions.first.click()
    expect(chat.status).to_contain_text("Something went wrong")
    assert chat.box.input_value() == "half a thought"
    assert chat.suggestions.count() == 3  # still there to press again


def test_a_slow_answer_is_explained(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page()
    page.clock.install()
    page.goto(f"{embedded.url}/")
    chat = Chat(page)
    chat.answers.first.wait_for()
    held: List[Route] = []
    Wire(page, "message", held.append)
    send(chat, FOUNDED)
    expect(page.locator(".writing")).to_be_visible()
    page.clock.run_for(6_100)
    expect(chat.status).to_have_text(
        "This is taking longer than usual. Your message is kept, and you don’t have to send it again."
    )
    held[0].continue_()
    chat.answered(1)
    expect(chat.status).to_have_text("")


def test_no_answer_at_all_is_tried_again(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page(is_quiet=False)
    page.clock.install()
    page.goto(f"{embedded.url}/")
    chat = Chat(page)
    chat.answers.first.wait_for()
    wire = Wire(page, "message", lambda route: None)
    send(chat, BLAMING)
    expect(page.locator(".pending")).to_have_count(1)
    page.clock.run_for(30_100)
    expect(chat.status).to_contain_text("tried again in")
    page.clock.run_for(2_000)
    chat.answered(1)
    expect(chat.answers.last).to_contain_text(BLAMING_ANSWER)
    assert len(wire.texts) == 2 and len(set(wire.keys)) == 1


def test_a_second_message_waits_for_the_first(chat: Chat) -> None:
    held: List[Route] = []
    wire = Wire(chat.page, "message", held.append)
    send(chat, FOUNDED)
    expect(chat.page.locator(".pending")).to_have_count(1)
    send(chat, "What is MeToo?")
    expect(chat.status).to_contain_text("Please wait for the answer to your last message")
    chat.box.press("Enter")
    assert chat.box.input_value() == "What is MeToo?"
    held[0].continue_()
    chat.answered(1)
    assert wire.texts == [FOUNDED]


def test_a_message_that_is_written_before_the_greeting_comes(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page(is_quiet=False)
    Wire(page, "session", refuse(503, "1"))
    page.goto(f"{embedded.url}/")
    chat = Chat(page)
    send(chat, FOUNDED)
    expect(chat.status).to_contain_text("tried again in 1 second")
    chat.answered(1)
    order = [each.get_attribute("class") for each in page.locator(".log > *").all()]
    assert order == ["reply chat", "message", "reply answer"]
    expect(chat.status).to_have_text("")


def test_clearing_while_the_server_is_away(chat: Chat) -> None:
    chat.say(FOUNDED)
    wire = Wire(chat.page, "session", cut_before)
    chat.clear.click()
    expect(chat.status).to_contain_text("This page is cleared. The assistant can’t be reached to erase its copy")
    expect(chat.messages).to_have_count(0)
    expect(chat.status).to_have_text("The conversation was erased.")
    assert len(wire.texts) == 3  # twice to erase, once to begin


def test_clearing_while_a_message_is_on_its_way(chat: Chat) -> None:
    held: List[Route] = []
    Wire(chat.page, "message", held.append)
    send(chat, FOUNDED)
    expect(chat.page.locator(".pending")).to_have_count(1)
    chat.clear.click()
    expect(chat.status).to_have_text("The conversation was erased.")
    expect(chat.messages).to_have_count(0)
    assert chat.box.input_value() == ""
    chat.say("What is MeToo?")
    expect(chat.messages).to_have_count(1)


def test_feedback_that_cannot_be_noted(chat: Chat) -> None:
    answer = chat.say(FOUNDED)
    Wire(chat.page, "feedback", refuse(503, "1"))
    useful = answer.get_by_role("button", name="Yes, this was useful")
    useful.click()
    expect(chat.status).to_have_text("Sorry, that could not be noted.")
    useful.click()
    expect(chat.status).to_have_text("Thank you, that was noted.")


def test_the_panel_recovers_when_the_page_does_not_load(open_host: OpenPage) -> None:
    page = open_host(is_quiet=False)
    page.locator(".launcher").wait_for()
    page.clock.install()
    page.context.route("**/chat/?lang=*", lambda route: route.abort("connectionrefused"))
    page.locator(".launcher").click()
    expect(
        page.get_by_text("Connecting. If the assistant can’t be reached, this tries again by itself.")
    ).to_be_visible()
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.locator(".exit")).to_be_focused()
    for key in ("Tab", "Tab", "Shift+Tab", "Shift+Tab"):  # there are only two things to stop at
        page.keyboard.press(key)
    expect(page.locator(".exit")).to_be_focused()
    page.context.unroute("**/chat/?lang=*")
    page.clock.run_for(9_100)
    framed(page).say(FOUNDED)
    expect(page.locator("iframe")).to_be_visible()


def test_the_assistant_is_restarted_under_an_open_page(open_page: OpenPage, model: Path) -> None:
    """Its conversations were in memory: the page says that it begins anew, and answers."""
    port = free_port()
    page = open_page(is_quiet=False)
    chat = Chat(page)
    with Assistant(model, port=port) as assistant:
        assistant.wait_until_ready()
        page.goto(f"{assistant.url}/")
        chat.answers.first.wait_for()
        chat.say("Who is Tarana Burke?")
    send(chat, FOUNDED)
    expect(chat.status).to_contain_text("can’t be reached at the moment")
    with Assistant(model, port=port) as assistant:
        assistant.wait_until_ready()
        expect(chat.answers).to_have_count(3, timeout=60_000)
        expect(chat.answers.last).to_contain_text("popularised by American actress Alyssa Milano")
        expect(chat.page.locator(".notice")).to_have_count(1)
        expect(chat.messages).to_have_count(2)
        assistant.stop_actions()
        send(chat, "What has it achieved?")
        expect(chat.status).to_contain_text("The assistant is busy at the moment")
        chat.page.get_by_role("button", name="Stop and edit").click()
        # Support does not depend on the part that is down.
        answer = chat.say("My boss assaulted me")
        assert "support" in answer.get_attribute("class")
