"""The loader on sites of somebody else, kind ones and others."""

import re

import pytest
from playwright.sync_api import Page, expect

from bot.processes import Assistant
from tests.widget.chat import FOUNDED, framed
from tests.widget.conftest import OpenPage
from tests.widget.host import HostSite

HOSTILE = """<style>
body * { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important; }
body > *, body * > * { position: static !important; transform: scale(0) !important; pointer-events: none !important; }
html, body { transform: rotate(3deg); filter: blur(9px); overflow: hidden; font-size: 62.5%; z-index: 2147483647; }
div { clip-path: circle(0) !important; width: 0 !important; height: 0 !important; animation: none !important; }
button, iframe { display: none !important; }
::backdrop { background: red; }
@keyframes rise { from { display: none; } }
</style>"""
COVER = '<div style="position:fixed;inset:0;z-index:2147483647;background:#eee">a cover</div>'


def is_on_top(page: Page, selector: str) -> bool:
    """Whether a click in the middle of an element reaches it."""
    return bool(
        page.locator(selector).evaluate(
            """element => {
                const {left, top, width, height} = element.getBoundingClientRect();
                const at = element.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
                return width > 40 && height > 40 && element.contains(at);
            }"""
        )
    )


def test_one_tag_draws_the_launcher_and_loads_nothing_else(open_host: OpenPage) -> None:
    page = open_host()
    page.locator(".launcher").wait_for()
    expect(page.locator("iframe")).to_have_count(0)
    page.locator(".launcher").click()
    expect(framed(page).answers).to_have_count(1)


def test_the_styles_of_the_host_page_do_not_reach_in(open_host: OpenPage) -> None:
    kind = open_host()
    hostile = open_host(head=HOSTILE)
    looks = []
    for page in (kind, hostile):
        page.locator(".launcher").wait_for()
        closed = page.locator(".launcher").bounding_box()
        page.locator(".launcher").click()
        chat = framed(page)
        chat.say(FOUNDED)
        looks.append((closed, page.locator(".panel").bounding_box(), chat.box.bounding_box()["height"]))
        assert is_on_top(page, ".exit") and is_on_top(page, ".close") and is_on_top(page, "iframe")
    assert looks[0] == looks[1]


def test_nothing_of_the_host_page_covers_it(open_host: OpenPage) -> None:
    page = open_host(COVER)
    page.locator(".launcher").wait_for()
    assert is_on_top(page, ".launcher")
    page.locator(".launcher").click()
    framed(page)
    assert is_on_top(page, ".exit")


def test_a_strict_policy_of_the_host_page_is_enough(open_host: OpenPage, embedded: Assistant) -> None:
    source = f"http://127.0.0.1:{embedded.port}"
    policy = f"default-src 'none'; script-src {source}; frame-src {source}; img-src data:"
    page = open_host(headers={"Content-Security-Policy": policy})
    page.locator(".launcher").click()
    framed(page).say(FOUNDED)
    assert page.locator(".panel").bounding_box()["width"] > 300


def test_a_host_page_that_lets_in_only_what_says_so(open_host: OpenPage) -> None:
    page = open_host(headers={"Cross-Origin-Opener-Policy": "same-origin"}, is_other=True)
    page.locator(".launcher").click()
    framed(page).say(FOUNDED)


def test_options(open_host: OpenPage) -> None:
    attributes = 'data-colour="#7a2e5d" data-position="left" data-title="Ask us" data-lang="fr"'
    page = open_host(attributes=[attributes])
    launcher = page.get_by_role("button", name="Ask us")
    launcher.wait_for()
    assert launcher.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(122, 46, 93)"
    assert launcher.bounding_box()["x"] == 16
    launcher.click()
    chat = framed(page)
    expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()
    expect(page.get_by_role("button", name="Quitter la page")).to_be_visible()
    expect(chat.send).to_have_text("Envoyer")
    assert chat.send.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(122, 46, 93)"


@pytest.mark.parametrize(
    "attributes", ['data-colour="red;}"', 'data-position="middle"', 'data-lang="xx"', 'data-exit="javascript:alert(1)"']
)
def test_an_option_that_makes_no_sense_counts_as_not_given(open_host: OpenPage, attributes: str) -> None:
    page = open_host(attributes=[attributes])
    launcher = page.get_by_role("button", name="Ask about #MeToo")
    launcher.wait_for()
    assert launcher.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(35, 87, 91)"
    assert launcher.bounding_box()["x"] > 600


def test_the_language_is_the_host_pages_if_none_is_asked_for(
    open_page: OpenPage, host: HostSite, embedded: Assistant
) -> None:
    tag = f'<script src="{embedded.url}/embed.js"></script>'
    page = open_page(host.serve(f"<body><script>document.documentElement.lang = 'es-MX'</script>{tag}</body>"))
    expect(page.get_by_role("button", name="Pregunta sobre #MeToo")).to_be_visible()


def test_open_at_start_takes_no_focus(open_host: OpenPage) -> None:
    page = open_host("<input autofocus>", attributes=["data-open"])
    framed(page)
    expect(page.locator("input")).to_be_focused()
    page.keyboard.type("still here")
    assert page.locator("input").input_value() == "still here"


def test_the_tag_may_stand_in_the_head(open_page: OpenPage, host: HostSite, embedded: Assistant) -> None:
    page = open_page(
        host.serve(f'<head><script src="{embedded.url}/embed.js"></script></head><body><p>News</p></body>')
    )
    page.locator(".launcher").click()
    framed(page)


def test_two_on_one_page_do_not_clash(open_host: OpenPage) -> None:
    page = open_host(
        attributes=['data-title="First"', 'data-title="Second"', 'data-title="Third" data-position="left"']
    )
    first, second, third = (page.get_by_role("button", name=name) for name in ("First", "Second", "Third"))
    third.wait_for()
    assert first.bounding_box()["y"] >= second.bounding_box()["y"] + second.bounding_box()["height"]
    assert third.bounding_box()["x"] == 16
    first.click()
    framed(page).say(FOUNDED)
    page.get_by_role("button", name="Close the chat").click()
    second.click()
    chat = framed(page)
    expect(chat.messages).to_have_count(0)  # a conversation of its own
    chat.say("What has it achieved?")
    third.click()  # at most one is open
    expect(page.get_by_role("dialog")).to_have_count(1)
    framed(page)
    page.get_by_role("button", name="Close the chat").click()
    first.click()
    expect(framed(page).messages).to_have_text([re.compile(re.escape(FOUNDED))])


def test_one_way_out_leaves_all_conversations(open_host: OpenPage, embedded: Assistant) -> None:
    from tests.widget.chat import tokens, watch_requests
    from tests.widget.test_exit import expect_erased

    page = open_host(attributes=['data-title="First"', 'data-title="Second"'])
    sent = watch_requests(page)
    for name in ("First", "Second"):
        page.get_by_role("button", name=name).click()
        framed(page).say(FOUNDED)
        page.get_by_role("button", name="Close the chat").click()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")
    assert len(tokens(sent)) == 2
    for token in tokens(sent):
        expect_erased(embedded, token)


def test_a_site_that_is_not_allowed_shows_no_chat(open_page: OpenPage, host: HostSite, assistant: Assistant) -> None:
    """`assistant` allows no site but its own."""
    page = open_page(host.serve(f'<body><script src="{assistant.url}/embed.js"></script></body>'), is_quiet=False)
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.locator(".launcher").click()
    page.wait_for_timeout(1_000)
    assert any("frame-ancestors" in text for text in refused)
    assert page.locator("iframe").element_handle().content_frame().locator("textarea").count() == 0
    expect(page.get_by_text("Connecting.")).to_be_visible()


def test_other_frames_cannot_command_the_loader(open_host: OpenPage) -> None:
    page = open_host()
    page.locator(".launcher").click()
    framed(page)
    page.evaluate("postMessage({chat: 'exit'}, '*')")
    page.evaluate(
        """() => {
            const frame = document.createElement('iframe');
            const script = "parent.postMessage({chat: 'close'}, '*'); parent.postMessage(null, '*')";
            frame.srcdoc = "<script>" + script + "<" + "/script>";
            document.body.append(frame);
        }"""
    )
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_page_shows_how_to_embed_it(open_page: OpenPage, embedded: Assistant) -> None:
    page = open_page(f"{embedded.url}/")
    page.get_by_text("Put it on your site").click()
    expect(page.locator("code")).to_have_text(f'<script src="{embedded.url}/embed.js" defer></script>')


def test_the_panel_fills_a_small_screen(open_host: OpenPage) -> None:
    page = open_host(viewport={"width": 360, "height": 640})
    page.locator(".launcher").click()
    framed(page)
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    assert is_on_top(page, ".exit") and is_on_top(page, ".close")


def test_nothing_of_it_is_printed(open_host: OpenPage) -> None:
    page = open_host()
    page.locator(".launcher").wait_for()
    page.emulate_media(media="print")
    expect(page.locator(".launcher")).to_be_hidden()
