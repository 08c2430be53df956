"""Dialogues that a running assistant is held to: files of turns, what each reply must be, and what came instead."""

from bot.dialogues.holding import Held, hold, hold_all
from bot.dialogues.judging import Finding, judge
from bot.dialogues.turns import Dialogue, DialogueError, Turn, read_dialogues

__all__ = ["Dialogue", "DialogueError", "Finding", "Held", "Turn", "hold", "hold_all", "judge", "read_dialogues"]
