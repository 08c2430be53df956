"""A reply survives its way through Rasa, and every reply that is worded anywhere is one."""

import json
import re
import shutil
import string
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple

import pytest
import yaml
from rasa.core.actions.action import create_bot_utterance
from rasa_sdk.executor import CollectingDispatcher

import bot.reply
from bot.reply import Citation, Link, Reply, ReplyKind, Suggestion, error_message

ROOT = Path(__file__).resolve().parents[1]

CITATION = Citation("burke-who", "Tarana Burke, a sexual assault survivor and activist", "metoo.txt", 8)
FULL = Reply(
    ReplyKind.SUPPORT,
    "First paragraph.\n\nSecond – “paragraph”.",
    facts=(CITATION, Citation("second", "It’s here", "other.txt", 1, "laws")),
    suggestions=(Suggestion("What is MeToo?", "What is MeToo, please?"), Suggestion("Who?", "Who started it?")),
    links=(Link("Call", "tel:112"), Link("Read", "https://example.org/")),
)
REPLIES = [
    pytest.param(FULL, id="everything"),
    pytest.param(Reply(ReplyKind.CHAT, "Hello."), id="text alone"),
    pytest.param(Reply(ReplyKind.ANSWER, "Braces {stay} as they are."), id="braces"),
]


def read_yaml(name: str) -> Dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def responses() -> List[Any]:
    """Every variation of every response of domain.yml."""
    found: List[Any] = []
    for name, variations in read_yaml("domain.yml")["responses"].items():
        found += [pytest.param(variation, id=f"{name}-{index}") for index, variation in enumerate(variations)]
    return found


def through_rasa(message: Dict[str, Any]) -> Dict[str, Any]:
    """What a channel gets of what an action utters: by rasa-sdk, as JSON, and by Rasa's own event."""
    dispatcher = CollectingDispatcher()
    dispatcher.utter_message(**message)
    (sent,) = json.loads(json.dumps(dispatcher.messages))
    return create_bot_utterance(sent).message()


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_is_read_back_from_its_message(reply: Reply) -> None:
    assert Reply.from_message(json.loads(json.dumps(reply.as_message()))) == reply


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_is_read_back_behind_rasa(reply: Reply) -> None:
    assert Reply.from_message(through_rasa(reply.as_message())) == reply


def test_the_contract_has_every_part_of_a_reply() -> None:
    assert json.loads(json.dumps(FULL.as_dict())) == {
        "kind": "support",
        "text": "First paragraph.\n\nSecond – “paragraph”.",
        "facts": [
            {"id": "burke-who", "quote": CITATION.quote, "document": "metoo.txt", "line": 8, "collection": "document"},
            {"id": "second", "quote": "It’s here", "document": "other.txt", "line": 1, "collection": "laws"},
        ],
        "suggestions": [
            {"title": "What is MeToo?", "text": "What is MeToo, please?"},
            {"title": "Who?", "text": "Who started it?"},
        ],
        "links": [{"title": "Call", "url": "tel:112"}, {"title": "Read", "url": "https://example.org/"}],
    }


def test_a_citation_tells_document_line_and_quote() -> None:
    text = CITATION.as_text()
    assert text == "metoo.txt, line 8: “Tarana Burke, a sexual assault survivor and activist”"


def test_media_without_folding_get_the_citations_as_an_attachment() -> None:
    assert FULL.as_message()["attachment"] == f"{CITATION.as_text()}\nother.txt, line 1: “It’s here”"
    assert Reply(ReplyKind.CHAT, "Hello.").as_message()["attachment"] is None


def test_a_worded_reply_has_its_places_filled_in() -> None:
    reply = Reply.worded("person", people="{Tarana} Burke", answers="• one\n• two")
    assert reply == Reply(ReplyKind.ANSWER, "On {Tarana} Burke, the document says:\n• one\n• two")


def test_a_worded_reply_has_its_suggestions() -> None:
    reply = Reply.worded("person_unknown")
    assert reply.kind is ReplyKind.REFUSAL
    assert Suggestion("Who is Tarana Burke?", "Who is Tarana Burke?") in reply.suggestions


@pytest.mark.parametrize(
    ("name", "values"),
    [("person", {"people": "Tarana Burke"}), ("region_unknown", {}), ("no such reply", {})],
)
def test_a_wording_or_value_that_is_missing_is_an_error(name: str, values: Dict[str, str]) -> None:
    with pytest.raises(KeyError):
        Reply.worded(name, **values)


def test_a_reply_is_completed_without_being_changed() -> None:
    plain = Reply(ReplyKind.ANSWER, "Text.", links=(Link("Read", "https://example.org/"),))
    based = plain.based_on([CITATION], [Suggestion("Who?", "Who started it?")])
    assert based.facts == (CITATION,) and based.suggestions == (Suggestion("Who?", "Who started it?"),)
    assert (based.kind, based.text, based.links) == (plain.kind, plain.text, plain.links)
    assert plain.facts == plain.suggestions == ()


@pytest.mark.parametrize("response", responses())
def test_every_response_of_the_domain_is_a_reply(response: Dict[str, Any]) -> None:
    reply = Reply.from_message(through_rasa({**response, "utter_action": "utter_x"}))
    assert reply.kind is ReplyKind(response["metadata"]["kind"])
    assert reply.text == response["text"].strip() != ""
    buttons: List[Dict[str, str]] = response.get("buttons", [])
    assert [(each.title, each.text) for each in reply.suggestions] == [(b["title"], b["payload"]) for b in buttons]


@pytest.mark.parametrize("name", sorted(read_yaml("data/wording.yml")["replies"]))
def test_every_wording_is_a_reply(name: str) -> None:
    values = {
        "people": "P",
        "answers": "A",
        "region": "R",
        "regions": "S",
        "nearest": "N",
        "known": "K",
        "subject": "B",
        "citations": "C",
        "line": "L",
        "emergency": "E",
        "longest": "500",
        "label": "F",
        "answer": "D",
        "source": "T",
        "checked_on": "1 May 2026",
        "as_of": "2 May 2026",
    }
    reply = Reply.worded(name, **values)
    assert Reply.from_message(through_rasa(reply.as_message())) == reply
    assert "{" not in reply.text


@pytest.mark.parametrize(
    "message",
    [
        {"text": "Hello."},
        {"text": "Hello.", "metadata": None},
        {"text": "Hello.", "metadata": {"kind": ""}},
        {"text": "", "metadata": {"kind": "chat"}},
        {"metadata": {"kind": "chat"}},
    ],
    ids=["no metadata", "empty metadata", "empty kind", "empty text", "no text"],
)
def test_a_message_without_text_or_kind_is_refused_by_its_name(message: Dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"utter_greet has no text or no kind: give metadata.kind in domain.yml"):
        Reply.from_message({**message, "utter_action": "utter_greet"})


def test_white_space_around_a_response_is_not_shown() -> None:
    assert Reply.from_message({"text": "\nHello.\n\nBye.\n", "kind": "chat"}).text == "Hello.\n\nBye."


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="joke"):
        Reply.from_message({"text": "Hello.", "kind": "joke"})


@pytest.mark.parametrize("item", sorted(read_yaml("data/wording.yml")["errors"].items()))
def test_every_error_has_words(item: Tuple[str, str]) -> None:
    code, words = item
    assert error_message(code) == words
    assert words.endswith(".")


def test_an_error_of_another_code_has_none() -> None:
    with pytest.raises(KeyError):
        error_message("no such code")


@pytest.fixture
def with_second_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The wording that ships, beside two documents."""
    (tmp_path / "data" / "documents").mkdir(parents=True)
    for name in ("metoo.txt", "another.txt"):
        (tmp_path / "data" / "documents" / name).touch()
    shutil.copy(ROOT / "data" / "wording.yml", tmp_path / "data")
    monkeypatch.setattr(bot.reply, "ROOT", tmp_path)
    bot.reply._are_documents_several.cache_clear()
    yield
    bot.reply._are_documents_several.cache_clear()


def test_one_document_is_spoken_of_as_one() -> None:
    reply = Reply.worded("silent_on_this", answers="Yes.")
    assert reply.text == "The document doesn't say. On this it says only:\nYes."


def test_several_documents_are_spoken_of_as_several(with_second_document: None) -> None:
    reply = Reply.worded("silent_on_this", answers="Yes.")
    assert reply.text == "The documents don't say. On this they say only:\nYes."
    assert Reply.worded("no_offer").text == read_yaml("data/wording.yml")["replies"]["no_offer"]["text"]


def places_of(text: str) -> Set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_whatever_speaks_of_the_document_can_speak_of_several() -> None:
    replies = read_yaml("data/wording.yml")["replies"]
    speaking = {name: reply for name, reply in replies.items() if re.search(r"\bdocument\b", reply["text"])}
    assert len(speaking) > 10
    for name, reply in speaking.items():
        assert not re.search(r"\bdocument\b", reply["several"]), name
        assert places_of(reply["several"]) == places_of(reply["text"]), name
