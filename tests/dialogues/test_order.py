"""Whatever a visitor writes after whatever else, there is a reply."""

from itertools import chain, product
from typing import Sequence, Tuple

from bot.dialogues.holding import side_by_side
from bot.processes import Assistant
from tests.channels.client import Client

# One message for each way of going on; the fourth and fifth name a region and a person where nothing is asked of them.
MESSAGES = [
    "hello",
    "thank you",
    "goodbye",
    "best Bollywood songs",
    "uma thurman height",
    "how do I bake bread",
    "xyzzy",
    "what can you do",
    "are you a robot",
    "Who started MeToo?",
    "MeToo in France",
    "and in Japan?",
    "who is Angelina Jolie",
]


def test_every_message_after_every_other(assistant: Assistant) -> None:
    pairs = list(product(MESSAGES, repeat=2))
    parts = [pairs[start : start + 17] for start in range(0, len(pairs), 17)]  # 40 messages a minute in a conversation
    side_by_side(lambda part: _converse(assistant.port, part), parts)


def _converse(port: int, pairs: Sequence[Tuple[str, str]]) -> None:
    conversation = Client(port).begin()
    for text in chain.from_iterable(pairs):
        assert conversation.say(text)["text"], text
