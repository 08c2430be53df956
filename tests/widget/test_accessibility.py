"""For everybody: axe, the keyboard, screen readers, small and large screens."""

from typing import Any, Dict, List

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.widget.chat import FOUNDED, framed, violations
from tests.widget.conftest import NEUTRAL, OpenChat, OpenPage

LOOKS: Dict[str, Dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "right to left": {"locale": "ar"},
    "320 pixels": {"viewport": {"width": 320, "height": 568}},
    "forced colours": {"forced_colors": "active"},
    "more contrast": {"contrast": "more"},
}
# Ten messages: an answer, a refusal, support, a boundary, small talk, a question back, facts from elsewhere, …
TEN = (
    FOUNDED,
    "when?",
    "My boss assaulted me, I live in France",
    "Is Weinstein guilty?",
    "thank you",
    "What about Peru?",
    "Was Weinstein convicted?",
    "What has it achieved?",
    "Merci, qui a fondé le mouvement ?",
    "How did it go in Bollywood?",
)

looks = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())


@looks
def test_axe_finds_nothing_on_the_page(open_chat: OpenChat, look: Dict[str, Any]) -> None:
    chat = open_chat(**look)
    assert violations(chat.page) == []
    for text in TEN:
        chat.say(text)
    for fold in chat.page.locator("summary").all():
        fold.click()
    assert violations(chat.page) == []


@looks
def test_axe_finds_nothing_embedded(open_host: OpenPage, look: Dict[str, Any]) -> None:
    page = open_host(attributes=['data-lang="ar"' if look.get("locale") == "ar" else ""], **look)
    launcher = page.locator(".launcher")
    launcher.wait_for()
    assert violations(page) == []
    launcher.click()
    chat = framed(page)
    for text in TEN:
        chat.say(text)
    assert violations(page) == [] and violations(chat.page) == []
    page.locator(".close").click()
    assert violations(page) == []


@pytest.mark.parametrize("colour", ["#ffd400", "#f0f0f0", "#c00030", "#101010"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_any_colour_can_be_read(open_host: OpenPage, colour: str, scheme: str) -> None:
    page = open_host(attributes=[f'data-colour="{colour}"'], color_scheme=scheme)
    page.locator(".launcher").wait_for()
    assert violations(page) == []
    page.locator(".launcher").click()
    chat = framed(page)
    chat.say(FOUNDED).locator("summary").click()
    assert violations(page) == [] and violations(chat.page) == []


def test_each_message_is_announced_once(open_chat: OpenChat) -> None:
    """A screen reader says what is added to a log; what is only drawn again would be said again."""
    chat = open_chat()
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.log.evaluate(
        """log => {
            window.added = [];
            new MutationObserver(changes => {
                for (const {addedNodes} of changes)
                    for (const node of addedNodes) if (node.textContent.trim()) window.added.push(node.textContent);
            }).observe(log, {childList: true, subtree: true, characterData: true});
        }"""
    )
    texts = [FOUNDED, "What is MeToo?", "Is Weinstein guilty?"]
    for text in texts:
        chat.say(text)
        chat.answers.last.locator("summary").first.click()
    chat.page.locator(".tool").last.click()
    chat.box.press_sequentially("typing draws the page again")
    added: List[str] = chat.page.evaluate("window.added")
    assert len([text for text in added if text.startswith("You said:")]) == 3
    assert len([text for text in added if text.startswith("The assistant:")]) == 3
    assert len(added) == 6


def test_there_is_one_log_and_it_has_a_name(open_chat: OpenChat) -> None:
    chat = open_chat()
    expect(chat.page.get_by_role("log", name="Conversation")).to_have_count(1)
    assert "The assistant:" in chat.answers.first.inner_text()


def test_by_keyboard_alone_from_the_launcher_to_an_answer_and_out(open_host: OpenPage) -> None:
    page = open_host("<a href='#'>a link</a>")
    page.locator(".launcher").wait_for()
    press_until(page, page.locator(".launcher"), "Tab")
    page.keyboard.press("Enter")
    chat = framed(page)
    expect(chat.box).to_be_focused()  # the focus goes in
    page.keyboard.type(FOUNDED)
    page.keyboard.press("Enter")
    chat.answered(1)
    expect(chat.box).to_be_focused()
    press_until(page, chat.answers.last.locator("summary"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.answers.last.locator("blockquote").first).to_be_visible()
    press_until(page, chat.suggestions.first, "Tab")
    page.keyboard.press("Enter")
    chat.answered(2)
    expect(chat.box).to_be_focused()  # the button that had the focus is gone
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()  # the focus returns
    page.keyboard.press("Enter")
    expect(chat.messages).to_have_count(2)  # the conversation is still there
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("is_other", [False, True])
def test_the_keyboard_stays_in_the_panel(open_host: OpenPage, key: str, is_other: bool) -> None:
    page = open_host("<a href='#'>a link</a><input>", is_other=is_other)
    page.locator(".launcher").click()
    chat = framed(page)
    expect(chat.box).to_be_focused()
    seen = set()
    for _ in range(20):
        page.keyboard.press(key)
        page.wait_for_timeout(40)  # the loader and the page hand the focus over by messages
        seen.add(focused(page) or focused(chat.page))
    assert {"BUTTON.exit", "BUTTON.close", "TEXTAREA", "BUTTON.send", "BUTTON.plain"} <= seen
    assert not {"A", "INPUT", "BODY", ""} & seen


def test_the_launcher_says_what_it_opens(open_host: OpenPage) -> None:
    page = open_host()
    launcher = page.get_by_role("button", name="Ask about #MeToo")
    expect(launcher).to_have_attribute("aria-haspopup", "dialog")
    launcher.click()
    expect(page.get_by_role("dialog", name="Questions about #MeToo")).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("title", "Questions about #MeToo")


@pytest.mark.parametrize("width", [320, 1100])
def test_targets_are_large_enough(open_host: OpenPage, width: int) -> None:
    page = open_host(viewport={"width": width, "height": 700})
    launcher = page.locator(".launcher")
    launcher.wait_for()
    assert smaller_than_44(launcher) == []
    launcher.click()
    chat = framed(page)
    chat.say("My boss assaulted me, I live in France")
    chat.say("Was Weinstein convicted?").locator("summary").click()
    assert smaller_than_44(page.locator(".panel button")) == []
    assert smaller_than_44(chat.page.locator("button:visible, a:visible, summary:visible, textarea:visible")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_can_be_seen(open_chat: OpenChat, scheme: str) -> None:
    chat = open_chat(color_scheme=scheme)
    chat.say(FOUNDED)
    chat.box.focus()
    for _ in range(12):
        chat.page.keyboard.press("Shift+Tab")
        if chat.page.evaluate("document.activeElement === document.body"):
            break  # the first one was left
        width = chat.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        style = chat.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert width >= 2 and style == "solid"
    else:
        raise AssertionError("the keyboard does not leave the page")


def test_the_focus_is_never_hidden_behind_a_bar(open_chat: OpenChat) -> None:
    chat = open_chat(viewport={"width": 400, "height": 700})
    for text in TEN[:4]:
        chat.say(text)
    chat.box.focus()
    for _ in range(25):
        chat.page.keyboard.press("Shift+Tab")
        assert chat.page.evaluate(
            """() => {
                const {left, top, width, height} = document.activeElement.getBoundingClientRect();
                const at = document.elementFromPoint(left + width / 2, top + height / 2);
                return document.activeElement === document.body || document.activeElement.contains(at);
            }"""
        )


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
@pytest.mark.parametrize(
    "viewport",
    [{"width": 320, "height": 256}, {"width": 320, "height": 568}, {"width": 640, "height": 400}],
    ids=["400 %", "320 pixels", "200 %"],
)
def test_nothing_is_cut_off_on_a_small_screen(open_chat: OpenChat, language: str, viewport: Dict[str, int]) -> None:
    """Zoomed to 200 %, a window of 1280 by 800 is one of 640 by 400; to 400 %, of 320 by 200."""
    chat = open_chat(f"?lang={language}", viewport=viewport)
    chat.say(FOUNDED)
    chat.say("My boss assaulted me, I live in France")
    page = chat.page
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for each in page.locator("button:visible, a:visible, summary:visible, p:visible, textarea:visible").all():
        box = each.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"] + 0.5
    # What can be read is not covered by bars for the most part.
    bars = sum(page.locator(f"{bar}").evaluate(HEIGHT_IF_IT_STAYS) for bar in ("header", "form"))
    assert bars <= viewport["height"] * 0.5


def test_larger_text_of_the_browser_counts(open_chat: OpenChat) -> None:
    chat = open_chat(viewport={"width": 400, "height": 700})
    before = chat.answers.first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    chat.page.evaluate("document.documentElement.style.fontSize = '200%'")
    after = chat.answers.first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert after == pytest.approx(2 * before)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_wants_no_motion(open_host: OpenPage, motion: str) -> None:
    page = open_host(reduced_motion=motion)
    page.locator(".launcher").click()
    chat = framed(page)
    panel = page.locator(".panel").evaluate("element => getComputedStyle(element).animationName")
    scroll = chat.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert (panel, scroll) == (("none", "auto") if motion == "reduce" else ("rise", "smooth"))


def test_right_to_left(open_chat: OpenChat) -> None:
    chat = open_chat("?lang=ar")
    page = chat.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    chat.say(FOUNDED)
    # The visitor's words stand where lines end, here on the left; English goes from left to right all the same.
    assert chat.messages.first.bounding_box()["x"] < chat.answers.last.bounding_box()["x"] + 1
    assert chat.answers.last.locator(".prose").evaluate("element => getComputedStyle(element).direction") == "ltr"
    assert chat.send.bounding_box()["x"] < chat.box.bounding_box()["x"]


HEIGHT_IF_IT_STAYS = """bar => {
    const {position} = getComputedStyle(bar);
    return position === 'sticky' ? bar.getBoundingClientRect().height : 0;
}"""


def press_until(page: Page, wanted: Locator, key: str) -> None:
    """Press a key until an element has the focus, as a visitor does."""
    for _ in range(30):
        page.keyboard.press(key)
        page.wait_for_timeout(40)
        if wanted.evaluate("element => element.getRootNode().activeElement === element"):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def focused(document: Page | Frame) -> str:
    """What has the focus in a document: its element's name and class; empty where a frame in it has it."""
    return document.evaluate(
        """() => {
            if (!document.hasFocus()) return '';
            let element = document.activeElement;
            while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
            if (element.tagName === 'IFRAME') return '';
            return element.tagName + (element.className ? '.' + element.className.split(' ')[0] : '');
        }"""
    )


def smaller_than_44(elements: Locator) -> List[str]:
    """Those that are too small for a thumb."""
    return [
        f"{element.inner_text() or element.get_attribute('aria-label')}: {box['width']} x {box['height']}"
        for element in elements.all()
        for box in [element.bounding_box()]
        if box["width"] < 44 or box["height"] < 44
    ]
