"""The reply in a language that the assistant does not speak."""

from typing import Any, Dict

import pytest
import yaml

from actions.other_language import reply_in
from bot import ROOT
from bot.facts import FactStore
from bot.reply import Reply, ReplyKind

LANGUAGES: Dict[str, Any] = yaml.safe_load((ROOT / "data" / "languages.yml").read_text(encoding="utf-8"))["languages"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_every_topic(store: FactStore, language: str) -> None:
    titles = LANGUAGES[language]["topics"]
    assert list(titles) == [topic.id for topic in store.topics]
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reply_is_one_sentence_in_that_language_and_the_topics(language: str) -> None:
    reply = reply_in(language)
    sentence, *listed = reply.text.split("\n")
    assert reply.kind is ReplyKind.REFUSAL
    assert sentence == LANGUAGES[language]["sentence"]
    assert listed == [f"• {title}" for title in LANGUAGES[language]["topics"].values()]
    assert "{" not in reply.text and "}" not in reply.text
    assert reply.facts == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions_show_that_language_and_send_questions_of_the_store(store: FactStore, language: str) -> None:
    titles = LANGUAGES[language]["topics"]
    assert [(each.title, each.text) for each in reply_in(language).suggestions] == [
        (titles[topic], store.topic(topic).questions[0]) for topic in ("definition", "origin", "achievements")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_reads_the_reply_as_it_was(language: str) -> None:
    assert Reply.from_message(reply_in(language).as_message()) == reply_in(language)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        reply_in("en")
