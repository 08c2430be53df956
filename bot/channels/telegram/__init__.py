"""Telegram, as a channel of Rasa's."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
