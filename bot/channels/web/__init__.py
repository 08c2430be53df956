"""The web, as a channel of Rasa's."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
