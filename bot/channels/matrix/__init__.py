"""Matrix, as a channel of Rasa's."""

from bot.channels.matrix.channel import MatrixChannel

__all__ = ["MatrixChannel"]
