"""A phone shows as much of an answer as bot.lint.length reckons with: on a screen of 360 × 640 pixels."""

from bot.lint.length import CHARACTERS, LINES, lines_on_a_phone
from tests.widget.conftest import OpenChat

PHONE = {"width": 360, "height": 640}
# Puts a text of one paragraph in place of the last reply's, and tells how much of it can be seen below the question.
SEEN = """([text, isList]) => {
    const reply = [...document.querySelectorAll('.reply')].at(-1);
    const place = document.createElement(isList ? 'li' : 'p');
    place.textContent = text;
    const whole = isList ? document.createElement('ul') : place;
    if (isList) whole.append(place);
    reply.querySelector('.prose').replaceChildren(whole);
    [...document.querySelectorAll('.message')].at(-1).scrollIntoView();
    const box = place.getBoundingClientRect();
    return {
        lines: Math.round(box.height / parseFloat(getComputedStyle(place).lineHeight)),
        isWhole: box.bottom <= document.querySelector('form').getBoundingClientRect().top,
    };
}"""
WORDS = "The document does not call anyone the founder. It says who used the phrase first and who made it popular. " * 9


def test_as_many_lines_as_are_reckoned_with_can_be_seen(open_chat: OpenChat) -> None:
    chat = open_chat(viewport=PHONE)
    chat.say("Who is Tarana Burke?")
    fits = [
        words for words in range(1, len(WORDS.split())) if lines_on_a_phone(" ".join(WORDS.split()[:words])) <= LINES
    ]
    longest = " ".join(WORDS.split()[: fits[-1]])
    seen = chat.page.evaluate(SEEN, [longest, False])
    assert seen["isWhole"], seen
    assert not chat.page.evaluate(SEEN, [WORDS, False])["isWhole"]


def test_lines_are_as_long_as_is_reckoned_with(open_chat: OpenChat) -> None:
    chat = open_chat(viewport=PHONE)
    chat.say("Who is Tarana Burke?")
    for is_list in (False, True):
        reckoned = lines_on_a_phone(f"• {WORDS}" if is_list else WORDS)
        seen = chat.page.evaluate(SEEN, [WORDS, is_list])["lines"]
        # A narrower font than this machine's shows more in a line.
        assert 0.7 * reckoned <= seen <= 1.08 * reckoned, (seen, reckoned, CHARACTERS)
