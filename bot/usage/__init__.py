"""What visitors asked, and what they asked in vain, as counts: nothing of a visitor is kept.

A tracker store that counts says `self.usage = usage_of_environment()` and tells it of what it saves and what it erases:

    self.usage.take(tracker)
    self.usage.forget(conversation_id)

Every channel's conversations are saved there, so all are counted alike.
"""

from bot.usage.counting import Counted
from bot.usage.settings import UsageError
from bot.usage.watching import Usage, usage_of_environment

__all__ = ["Counted", "Usage", "UsageError", "usage_of_environment"]
