"""Rasa's generator: support replies by what the guard found, every other response from the domain."""

import asyncio
from typing import Any, Dict, Optional

import pytest
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config

from bot import ROOT
from bot.reply import Reply, ReplyKind
from bot.support.generator import RESPONSE, SupportGenerator
from bot.support.need import DISCLOSURE, NEED, Need


@pytest.fixture(scope="module")
def generator() -> NaturalLanguageGenerator:
    """The generator that endpoints.yml names, made as Rasa makes it."""
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "nlg")
    return NaturalLanguageGenerator.create(endpoint, Domain.load(ROOT / "domain.yml"))


def said(generator: NaturalLanguageGenerator, response: str, need: Optional[Need]) -> Dict[str, Any]:
    """The response after a message in which the guard found this."""
    tracker = DialogueStateTracker("one", [])
    parsed = {"intent": {"name": "x"}, "entities": [], **({NEED: need.as_dict()} if need else {})}
    tracker.update(UserUttered("hello", {"name": "x"}, [], parse_data=parsed))  # type: ignore[typeddict-item]
    return asyncio.run(generator.generate(response, tracker, "web")) or {}


def test_endpoints_name_it(generator: NaturalLanguageGenerator) -> None:
    assert isinstance(generator, SupportGenerator)


def test_a_need_is_answered_for_its_country(generator: NaturalLanguageGenerator) -> None:
    reply = Reply.from_message(said(generator, RESPONSE, Need(DISCLOSURE, "GB-SCT")))
    assert reply.kind is ReplyKind.SUPPORT and "08088 01 03 02" in reply.text


def test_without_a_need_the_domain_has_words(generator: NaturalLanguageGenerator) -> None:
    reply = Reply.from_message(said(generator, RESPONSE, None))
    assert reply.kind is ReplyKind.SUPPORT and "lila.help" in reply.text


def test_other_responses_are_the_domain_s(generator: NaturalLanguageGenerator) -> None:
    message = said(generator, "utter_greet", Need(DISCLOSURE))
    assert message["text"] in {each["text"] for each in Domain.load(ROOT / "domain.yml").responses["utter_greet"]}


@pytest.mark.parametrize(("setting", "tells"), [("off", False), ("on", True)])
def test_what_it_says_of_privacy_is_true_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, setting: str, tells: bool
) -> None:
    monkeypatch.setenv("METOO_USAGE_WORDINGS", setting)
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "nlg")
    generator = NaturalLanguageGenerator.create(endpoint, Domain.load(ROOT / "domain.yml"))
    text = Reply.from_message(said(generator, "utter_privacy", None)).text
    assert ("questions that I could not answer" in text) is tells
    assert ("never written to a file" in text) is not tells
    assert "delete my chat" in text and "not a confidential service" in text
