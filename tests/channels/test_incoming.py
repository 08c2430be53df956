"""What may come in is text, whatever it looks like."""

import pytest
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.channels.incoming import as_text


@pytest.mark.parametrize("text", ["/restart", "  /greet", '/ask_region{"region": "France"}', "/", "/greet@0.9"])
def test_a_slash_makes_no_command(text: str) -> None:
    message = Message({"text": as_text(text)})
    assert YAMLStoryReader.unpack_regex_message(message) is message


def test_other_text_is_left_alone() -> None:
    assert as_text(" who started it? ") == "who started it?"
