"""How an answer looks as plain text and as HTML."""

from html.parser import HTMLParser
from typing import List, Optional, Sequence, Tuple

from bot.channels.rendering import as_html, plain
from bot.reply import Citation, Link, Reply, ReplyKind, Suggestion

FACT = Citation("f", "the <b>words</b> & more", "metoo.txt", 8)
PAGE = Citation(
    "p",
    "other words",
    "A page",
    0,
    "background",
    'https://example.org/?a=1&b="2"',
    "A page",
    "2026-11-23",
    "2021-06-24",
)
# Elements of Matrix's list of what clients show.
ALLOWED = {"p", "br", "blockquote", "a", "ul", "ol", "li"}


class Reader(HTMLParser):
    """Checks the nesting; collects text and links."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: List[str] = []
        self.links: List[str] = []
        self.text = ""
        self.seen: List[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: Sequence[Tuple[str, Optional[str]]]) -> None:
        assert tag in ALLOWED and set(dict(attributes)) <= {"href"}
        self.seen.append(tag)
        if tag == "a":
            self.links.append(dict(attributes)["href"] or "")
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def reply(*facts: Citation, links: Sequence[Link] = (), suggestions: Sequence[Suggestion] = ()) -> Reply:
    return Reply(ReplyKind.ANSWER, "first & <second>\nline\n\nparagraph", facts, tuple(suggestions), tuple(links))


def test_the_source_stands_below_the_answer() -> None:
    assert plain([reply(FACT)]).endswith("paragraph\n\n“the <b>words</b> & more”\n— metoo.txt, line 8")
    read = Reader(as_html([reply(FACT)]))
    assert read.seen == ["p", "br", "p", "blockquote", "p", "br"]
    assert read.text == "first & <second>\nlineparagraph“the <b>words</b> & more”\n— metoo.txt, line 8"


def test_what_is_from_elsewhere_is_labelled_with_link_and_date() -> None:
    label = "Not the document, but A page, looked at on 23 November 2026, as of 24 June 2021"
    assert plain([reply(PAGE)]).endswith(f"“other words”\n— {label}\n{PAGE.source_url}")
    read = Reader(as_html([reply(PAGE)]))
    assert label in read.text and read.links == [PAGE.source_url]


def test_support_lines_are_links() -> None:
    links = [
        Link("Childline: 0800 1111", "tel:08001111"),
        Link("Childline", "https://www.childline.org.uk"),
        Link("lila.help", "https://lila.help"),
        Link("nothing good", "javascript:alert(1)"),
    ]
    assert plain([reply(links=links)]).endswith(
        "\n\nChildline: 0800 1111\nChildline: https://www.childline.org.uk\nhttps://lila.help"
    )
    assert Reader(as_html([reply(links=links)])).links == [link.url for link in links[:3]]


def test_suggestions_are_numbered_over_all_replies() -> None:
    one, two = Suggestion("<one>", "1"), Suggestion("two", "2")
    answer = [reply(suggestions=[one]), reply(suggestions=[one, two])]
    assert plain(answer).endswith("\n\nTo ask one of these, send its number:\n1. <one>\n2. two")
    read = Reader(as_html(answer))
    assert read.seen[-4:] == ["p", "ol", "li", "li"] and read.text.endswith("<one>two")
    assert plain([reply(suggestions=[one])]).endswith("\n\nTo ask this, send 1:\n1. <one>")


def test_several_replies_are_one_text_in_their_order() -> None:
    answer = [Reply(ReplyKind.SUPPORT, "first"), Reply(ReplyKind.ANSWER, "second", (FACT,))]
    assert plain(answer).startswith("first\n\nsecond\n\n“")
    assert as_html(answer).startswith("<p>first</p><p>second</p><blockquote>")
