"""The fact store: what the documents say, as facts with a verbatim quote each, checked when loaded.

from bot.facts import load_store

store = load_store()
store.fact("burke-who").quote
"""

from bot.facts.loading import inspect_store, load_store, shipped_store
from bot.facts.problems import Problem, StoreError, StoreReport
from bot.facts.schema import About, Fact, Kind, Misconception, Name, Topic
from bot.facts.store import FactStore, enumerated

__all__ = [
    "About",
    "Fact",
    "FactStore",
    "Kind",
    "Misconception",
    "Name",
    "Problem",
    "StoreError",
    "StoreReport",
    "Topic",
    "enumerated",
    "inspect_store",
    "load_store",
    "shipped_store",
]
