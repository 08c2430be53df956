"""Whatever a visitor writes after whatever else, there is a reply."""

from itertools import product

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
    for start in range(0, len(pairs), 17):  # one conversation may send 40 messages a minute
        conversation = Client(assistant.port).begin()
        for pair in pairs[start : start + 17]:
            for text in pair:
                assert conversation.say(text)["text"]
