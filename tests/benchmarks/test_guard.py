"""The guard's benchmark: it reads every sentence, and tells the model's finds from those of the patterns."""

import asyncio
from pathlib import Path

from benchmarks.guard import Found, read, sentences


def test_every_kind_of_sentence_is_there() -> None:
    assert {name: len(texts) >= 9 for name, texts in sentences().items()} == dict.fromkeys(sentences(), True)
    assert len(sentences()) == 7


def test_what_each_part_finds(model: Path) -> None:
    texts = ["When was the tweet?", "I was raped by my boss", "i am in danger", "?!"]
    found = asyncio.run(read(texts, model))
    assert found[0] == Found(False, False, False)
    assert found[1].model and found[1].guard
    assert found[2].patterns and found[2].guard
    assert found[3] == Found(False, False, False)
