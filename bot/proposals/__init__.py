"""A new document: its sentences as proposals of facts, for a curator to edit. Nothing that exists is overwritten."""

from bot.proposals.documents import DocumentError
from bot.proposals.proposing import Proposed, propose

__all__ = ["DocumentError", "Proposed", "propose"]
