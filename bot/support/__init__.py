"""What is said to somebody who tells of harm or asks for help: fixed words, and lines from a checked table.

from bot.support import Need, shipped_support

shipped_support().reply(Need(kind="disclosure", country="FR"))
"""

from bot.support.loading import load_support, shipped_support
from bot.support.need import Need
from bot.support.store import SupportStore

__all__ = ["Need", "SupportStore", "load_support", "shipped_support"]
