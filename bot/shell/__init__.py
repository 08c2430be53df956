"""The conversation in the shell: a client of the web channel for the project's own commands."""

from bot.shell.conversation import Conversation, ShellError, TooMany

__all__ = ["Conversation", "ShellError", "TooMany"]
