"""What a reply is: the one thing that actions make and channels show.

An action passes `**reply.as_message()` to rasa-sdk's `dispatcher.utter_message`; a response of domain.yml gives its
kind under `metadata`. Either way a channel reads it back with `Reply.from_message`. What actions say besides facts
is worded in data/wording.yml.
"""

from dataclasses import asdict, dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import yaml

from bot import ROOT


class ReplyKind(str, Enum):
    """How a reply is meant; the widget and the statistics go by it."""

    ANSWER = "answer"
    REFUSAL = "refusal"
    SUPPORT = "support"
    BOUNDARY = "boundary"
    CHAT = "chat"
    CLARIFY = "clarify"


@dataclass(frozen=True)
class Citation:
    """The words of a document that a reply rests on. `line` counts from 1.

    A fact of the background collection rests on a page instead, whose title stands for the document, with line 0. Dates
    are like 2026-11-23; `as_of` is the day up to which it is known, where it can change.
    """

    id: str
    quote: str
    document: str
    line: int
    collection: str = "document"
    source_url: Optional[str] = None
    source_title: Optional[str] = None
    checked_on: Optional[str] = None
    as_of: Optional[str] = None

    def as_text(self) -> str:
        """The citation on one line, for media without folding."""
        if self.source_url:
            elsewhere: str = _wording()["citation_from_elsewhere"]
            return elsewhere.format(title=self.source_title, url=self.source_url, quote=self.quote)
        own: str = _wording()["citation"]
        return own.format(document=self.document, line=self.line, quote=self.quote)

    def as_dict(self) -> Dict[str, Any]:
        """As JSON, without what is not set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Suggestion:
    """A button: what it shows, and the message that it sends."""

    title: str
    text: str


@dataclass(frozen=True)
class Link:
    """An address that may be opened: https:, tel: or mailto:."""

    title: str
    url: str


@dataclass(frozen=True)
class Reply:
    """One reply: plain text, paragraphs separated by a blank line."""

    kind: ReplyKind
    text: str
    facts: Tuple[Citation, ...] = ()
    suggestions: Tuple[Suggestion, ...] = ()
    links: Tuple[Link, ...] = ()

    @classmethod
    def worded(cls, name: str, **values: str) -> "Reply":
        """The reply of this name in data/wording.yml, with its places in braces filled in.

        Where there are several documents it is the text for several, if there is one.

        Raises:
            KeyError: there is no reply of this name, or a place is left empty.
        """
        wording = _wording()["replies"][name]
        text = wording.get("several", wording["text"]) if _are_documents_several() else wording["text"]
        return cls(
            kind=ReplyKind(wording["kind"]),
            text=text.format(**values),
            suggestions=tuple(Suggestion(**suggestion) for suggestion in wording.get("suggestions", ())),
        )

    def based_on(self, facts: Sequence[Citation], suggestions: Sequence[Suggestion]) -> "Reply":
        """The same reply with what it rests on, and what may be asked next."""
        return replace(self, facts=tuple(facts), suggestions=tuple(suggestions))

    def as_message(self) -> Dict[str, Any]:
        """The arguments of `dispatcher.utter_message`.

        Channels that know nothing of citations (`rasa shell`) print them as an attachment.
        """
        message = self.as_dict()
        message["buttons"] = [{"title": each["title"], "payload": each["text"]} for each in message.pop("suggestions")]
        message["attachment"] = "\n".join(citation.as_text() for citation in self.facts) or None
        return message

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "Reply":
        """Read the message that Rasa hands to an output channel.

        Raises:
            ValueError: it has no text, or no kind.
        """
        given = {**(message.get("metadata") or {}), **message}
        if not given.get("text") or not given.get("kind"):
            name = given.get("utter_action", "a message of an action")
            raise ValueError(f"The response {name} has no text or no kind: give metadata.kind in domain.yml.")
        buttons = given.get("buttons") or ()
        return cls.from_dict(
            {
                "kind": given["kind"],
                "text": given["text"].strip(),
                "facts": given.get("facts") or (),
                "suggestions": [{"title": button["title"], "text": button["payload"]} for button in buttons],
                "links": given.get("links") or (),
            }
        )

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Reply":
        """Read a reply from JSON of the web channel's contract.

        Raises:
            KeyError: a field is missing.
        """
        return cls(
            kind=ReplyKind(given["kind"]),
            text=given["text"],
            facts=tuple(Citation(**fact) for fact in given["facts"]),
            suggestions=tuple(Suggestion(**suggestion) for suggestion in given["suggestions"]),
            links=tuple(Link(**link) for link in given["links"]),
        )

    def as_dict(self) -> Dict[str, Any]:
        """The reply as JSON of the web channel's contract, without its id."""
        return {
            "kind": self.kind.value,
            "text": self.text,
            "facts": [citation.as_dict() for citation in self.facts],
            "suggestions": [asdict(suggestion) for suggestion in self.suggestions],
            "links": [asdict(link) for link in self.links],
        }


def within_text(place: str) -> str:
    """A place's name as it stands in a sentence: "the United States", but "France"."""
    return f"the {place}" if place in _wording()["with_article"] else place


def error_message(code: str) -> str:
    """What a channel says to a client about an error of this code.

    Raises:
        KeyError: data/wording.yml has no such code.
    """
    message: str = _wording()["errors"][code]
    return message


def shell_wording() -> Dict[str, Any]:
    """What the conversation in the shell says besides the replies."""
    wording: Dict[str, Any] = _wording()["shell"]
    return wording


def message_wording() -> Dict[str, str]:
    """What a message in an app shows besides the reply."""
    wording: Dict[str, str] = _wording()["messages"]
    return wording


def telegram_commands() -> Dict[str, str]:
    """What Telegram shows of each command of the bot."""
    described: Dict[str, str] = _wording()["telegram_commands"]
    return described


@cache
def _wording() -> Dict[str, Any]:
    wording: Dict[str, Any] = yaml.safe_load((ROOT / "data" / "wording.yml").read_text(encoding="utf-8"))
    return wording


@cache
def _are_documents_several() -> bool:
    return len(list((ROOT / "data" / "documents").glob("*.txt"))) > 1
