"""What is said to somebody in need, or declined, is in plain words: US grade 8 or lower."""

from collections import defaultdict
from typing import Dict, Iterator, Tuple

import pytest
import textstat
import yaml

from bot import ROOT
from bot.support import Need, load_support
from bot.support.need import KINDS

HIGHEST_GRADE = 8


def sensitive_texts() -> Iterator[Tuple[str, str]]:
    """Every support, boundary and refusal text, and those about the chat itself, with a name."""
    support = load_support()
    for kind in KINDS:
        for country in (None, "GB", "FR", "KE"):
            for again in (False, True):
                yield f"{kind} {country} {again}", support.reply(Need(kind, country, again=again)).text
    anything: Dict[str, str] = defaultdict(lambda: "France")
    for name, reply in yaml.safe_load((ROOT / "data" / "wording.yml").read_text(encoding="utf-8"))["replies"].items():
        if reply["kind"] in ("boundary", "refusal") or name == "privacy_with_wordings":
            for text in filter(None, (reply["text"], reply.get("several"))):
                yield name, text.format_map(anything)
    for name, variations in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"].items():
        yield from ((name, response["text"]) for response in variations)


@pytest.mark.parametrize(("name", "text"), sensitive_texts(), ids=lambda value: value if len(value) < 40 else "")
def test_the_words_are_plain(name: str, text: str) -> None:
    assert textstat.flesch_kincaid_grade(text) <= HIGHEST_GRADE, name


def test_the_grade_tells_hard_words() -> None:
    hard = "Notwithstanding jurisdictional particularities, adjudication necessitates comprehensive documentation."
    assert textstat.flesch_kincaid_grade(hard) > HIGHEST_GRADE
