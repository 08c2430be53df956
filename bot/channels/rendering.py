"""How an answer looks in a message: as plain text, as HTML, and in the forms of Matrix, Telegram and Slack.

An answer is all replies to one message. Below each reply's text stand the words it rests on, with document and line or
with the page and its date, and support lines as links; at the end the suggestions, numbered over all replies.
"""

import html
from dataclasses import replace
from datetime import date
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence
from urllib.parse import urlsplit

from bot.reply import Citation, Link, Reply, ReplyKind, Suggestion, message_wording

# Telegram's longest message and Slack's longest section, in characters; both count some of them as two.
TELEGRAM_CHARACTERS = 4_096
SLACK_CHARACTERS = 3_000
# What a link may lead to.
_SCHEMES = ("https", "http", "tel", "mailto")


class Rendered(NamedTuple):
    """A piece of an answer: with its markup, and as it is read."""

    markup: str
    shown: str


def suggestions_of(replies: Sequence[Reply]) -> List[Suggestion]:
    """The suggestions of an answer in the order of their numbers, from 1; what is offered twice has one number."""
    return list(dict.fromkeys(suggestion for reply in replies for suggestion in reply.suggestions))


def plain(replies: Sequence[Reply]) -> str:
    """An answer as plain text."""
    blocks = []
    for reply in replies:
        blocks.append(reply.text)
        blocks += [f"“{citation.quote}”\n— {_plain_source(citation)}" for citation in reply.facts]
        links = [_plain_link(link) for link in shown_links(reply)]
        if links:
            blocks.append("\n".join(links))
    offers = [f"{number}. {each.title}" for number, each in enumerate(suggestions_of(replies), 1)]
    if offers:
        blocks.append("\n".join([offer_line(len(offers)), *offers]))
    return "\n\n".join(blocks)


def as_html(replies: Sequence[Reply]) -> str:
    """An answer as HTML of the few elements that every Matrix client shows."""
    parts = []
    for reply in replies:
        parts += [f"<p>{_lines(paragraph)}</p>" for paragraph in reply.text.split("\n\n")]
        for citation in reply.facts:
            parts.append(f"<blockquote><p>“{_lines(citation.quote)}”<br>— {_html_source(citation)}</p></blockquote>")
        links = "".join(f"<li>{_html_link(link)}</li>" for link in shown_links(reply))
        if links:
            parts.append(f"<ul>{links}</ul>")
    suggestions = suggestions_of(replies)
    if suggestions:
        offers = "".join(f"<li>{_lines(each.title)}</li>" for each in suggestions)
        parts.append(f"<p>{_lines(offer_line(len(suggestions)))}</p><ol>{offers}</ol>")
    return "".join(parts)


def for_matrix(replies: Sequence[Reply]) -> Dict[str, Any]:
    """The content of a message event."""
    # A notice is never answered by another bot, but clients show it pale and ring for it with nobody: support lines are
    # too important for that.
    kind = "m.text" if any(reply.kind is ReplyKind.SUPPORT for reply in replies) else "m.notice"
    return {
        "msgtype": kind,
        "body": plain(replies),
        "format": "org.matrix.custom.html",
        "formatted_body": as_html(replies),
        "m.mentions": {},
    }


def for_telegram(replies: Sequence[Reply], question: Optional[str] = None) -> List[Rendered]:
    """An answer as messages in Telegram's HTML, without the suggestions, which are buttons there.

    Args:
        replies: the answer.
        question: what was asked by pressing a button, which the chat itself does not show.
    """
    pieces = [Rendered(f"<b>{_telegram(question)}</b>", question)] if question else []
    for reply in replies:
        pieces += [Rendered(_telegram(part), part) for part in _cut(reply.text, TELEGRAM_CHARACTERS, _telegram)]
        for citation in reply.facts:
            quote = f"“{citation.quote}”\n— "
            markup = f"<blockquote>{_telegram(quote)}{_html_source(citation)}</blockquote>"
            pieces.append(Rendered(markup, quote + source_line(citation)))
        links = [link for link in shown_links(reply) if not _is_number_in(link, reply.text)]
        if links:
            # Addresses that begin with tel: are no links to Telegram; its apps find numbers by themselves.
            lines = [_telegram(link.title) if link.url.startswith("tel:") else _html_link(link) for link in links]
            pieces.append(Rendered("\n".join(lines), "\n".join(link.title for link in links)))
    return _joined(pieces, TELEGRAM_CHARACTERS)


def for_slack(replies: Sequence[Reply], question: Optional[str] = None) -> List[str]:
    """An answer as sections in Slack's own markup, without the suggestions, which are buttons there.

    A section is a paragraph: Slack folds long ones.

    Args:
        replies: the answer.
        question: what was asked by pressing a button, which the conversation itself does not show.
    """
    sections = [f"*{_slack(question)}*"] if question else []
    for reply in replies:
        sections += [_slack(part) for part in _cut(reply.text, SLACK_CHARACTERS, _slack)]
        for citation in reply.facts:
            source = _slack(source_line(citation))
            if citation.source_url and urlsplit(citation.source_url).scheme in _SCHEMES:
                source = f"<{_slack(citation.source_url)}|{source.replace('|', '/')}>"
            quote = _slack(citation.quote).replace("\n", "\n> ")
            sections.append(f"> “{quote}”\n> — {source}")
        links = [f"<{_slack(link.url)}|{_slack(link.title).replace('|', '/')}>" for link in shown_links(reply)]
        if links:
            sections.append("\n".join(links))
    return sections


def shown_links(reply: Reply) -> List[Link]:
    """The links of a reply that may be opened."""
    return [link for link in reply.links if urlsplit(link.url).scheme in _SCHEMES]


def source_line(citation: Citation) -> str:
    """Where a citation's words stand; for a page with the days that say how old that is, but not its address."""
    wording = message_wording()
    if not citation.source_url:
        return wording["document"].format(document=citation.document, line=citation.line)
    return wording["elsewhere_as_of" if citation.as_of else "elsewhere"].format(
        title=citation.source_title, checked_on=_day(citation.checked_on), as_of=_day(citation.as_of)
    )


def offer_line(number: int) -> str:
    """The line above suggestions that can be sent back by number."""
    return message_wording()["offer_one" if number == 1 else "offer_more"]


def _plain_source(citation: Citation) -> str:
    return f"{source_line(citation)}\n{citation.source_url}" if citation.source_url else source_line(citation)


def _html_source(citation: Citation) -> str:
    title = _lines(citation.source_title or "")
    if citation.source_url and urlsplit(citation.source_url).scheme in _SCHEMES:
        title = f'<a href="{html.escape(citation.source_url)}">{title}</a>'
    # The title is put in last: until then a character stands for it that no text has.
    return _lines(source_line(replace(citation, source_title="\0"))).replace("\0", title)


def _plain_link(link: Link) -> str:
    # A telephone number stands in its title as people write it.
    if link.url.startswith("tel:"):
        return link.title
    return link.url if link.title in link.url else f"{link.title}: {link.url}"


def _html_link(link: Link) -> str:
    return f'<a href="{html.escape(link.url)}">{_lines(link.title)}</a>'


def _is_number_in(link: Link, text: str) -> bool:
    return link.url.startswith("tel:") and link.title in text


def _telegram(text: str) -> str:
    return html.escape(text, quote=False)


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, longest: int, escape: Callable[[str], str]) -> List[str]:
    """The paragraphs of a text; one that is too long for a message is cut between sentences, words or characters."""
    parts = []
    for paragraph in text.split("\n\n"):
        rest = paragraph
        while _length(escape(rest)) > longest:
            end = longest
            while _length(escape(rest[:end])) > longest:
                end -= max(1, (_length(escape(rest[:end])) - longest) // 6)
            for between in ("\n", ". ", " "):
                at = rest.rfind(between, 0, end)
                if at > 0:
                    end = at + len(between.rstrip(" "))
                    break
            parts.append(rest[:end].strip())
            rest = rest[end:].strip()
        parts.append(rest)
    return [part for part in parts if part]


def _joined(pieces: Sequence[Rendered], longest: int) -> List[Rendered]:
    """The pieces as few messages, none longer than allowed."""
    messages: List[Rendered] = []
    for piece in pieces:
        last = messages[-1] if messages else None
        if last and _length(last.shown) + _length(piece.shown) + 2 <= longest:
            messages[-1] = Rendered(f"{last.markup}\n\n{piece.markup}", f"{last.shown}\n\n{piece.shown}")
        else:
            messages.append(piece)
    return messages


def _length(text: str) -> int:
    """Characters as Telegram counts them, an emoji as two."""
    return len(text.encode("utf-16-le")) // 2


def _lines(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _day(given: Optional[str]) -> str:
    if not given:
        return ""
    day = date.fromisoformat(given)
    return f"{day.day} {day:%B %Y}"
