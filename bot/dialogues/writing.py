"""Writing a conversation down as a dialogue file."""

from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import yaml

from bot.reply import Reply, ReplyKind

# What a visitor wrote, and the replies to it.
Exchange = Tuple[str, Sequence[Reply]]

_HEAD = (
    "# Written down from a conversation: it says what was answered. Read it over, and correct what should have been.\n"
)


class _Ids(List[str]):
    """A short list, written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes as the files of tests/dialogues are written by hand."""


_Dumper.add_representer(
    _Ids, lambda dumper, ids: dumper.represent_sequence("tag:yaml.org,2002:seq", ids, flow_style=True)
)


def write_dialogue(path: Path, exchanges: Sequence[Exchange]) -> None:
    """Write a dialogue that holds the assistant to what it answered: kinds, cited facts and links.

    Raises:
        FileExistsError: there is a file already; it is left as it is.
        OSError: the file can't be written.
    """
    turns = [_turn(text, replies) for text, replies in exchanges]
    written = yaml.dump(turns, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    with path.open("x", encoding="utf-8") as file:
        try:
            file.write(_HEAD + written)
            file.flush()
        except OSError:
            path.unlink()  # half a file would stand in the way of the next try
            raise


def _turn(text: str, replies: Sequence[Reply]) -> Dict[str, Any]:
    first, others = replies[0], replies[1:]
    turn: Dict[str, Any] = {"visitor": text, "kind": first.kind.value}
    if first.facts or first.kind is ReplyKind.ANSWER:
        turn["only_facts"] = _Ids(fact.id for fact in first.facts)
    if first.links:
        turn["links"] = _Ids(link.url for link in first.links)
    if others:
        turn["then"] = _Ids(other.kind.value for other in others)
    return turn
