"""Slack, as a channel of Rasa's."""

from bot.channels.slack.channel import SlackChannel

__all__ = ["SlackChannel"]
