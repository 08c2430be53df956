"""The tracker stores: conversations bounded in number and length, forgotten when idle, erasable at once.

Rasa's own stores keep every conversation for ever and cannot delete one. endpoints.yml names the store in the memory of
one process; with METOO_REDIS set, the one in Redis takes its place, which several processes share: see bot.endpoints.
"""

from bot.conversations.in_redis import RedisConversations
from bot.conversations.keeping import ConversationsAway, ErasableConversations
from bot.conversations.locks import RedisLocks
from bot.conversations.memory import ConversationStore

__all__ = ["ConversationStore", "ConversationsAway", "ErasableConversations", "RedisConversations", "RedisLocks"]
