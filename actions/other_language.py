"""The reply to a message in a language that the assistant does not speak: that it does not, and what it can tell of."""

from functools import cache
from typing import Any, Dict

import yaml

from bot import ROOT
from bot.facts import shipped_store
from bot.reply import Reply, ReplyKind, Suggestion

_SUGGESTED = ("definition", "origin", "achievements")


def reply_in(language: str) -> Reply:
    """The sentence in that language and the topics; a suggestion sends the English question that its title stands for.

    Args:
        language: a code of data/languages.yml.

    Raises:
        KeyError: the file has no such language.
    """
    wording = _languages()[language]
    titles: Dict[str, str] = wording["topics"]
    store = shipped_store()
    return Reply(
        kind=ReplyKind.REFUSAL,
        text="\n".join([wording["sentence"], *(f"• {title}" for title in titles.values())]),
        suggestions=tuple(Suggestion(titles[topic], store.topic(topic).questions[0]) for topic in _SUGGESTED),
    )


@cache
def _languages() -> Dict[str, Any]:
    data = yaml.safe_load((ROOT / "data" / "languages.yml").read_text(encoding="utf-8"))
    languages: Dict[str, Any] = data["languages"]
    return languages
