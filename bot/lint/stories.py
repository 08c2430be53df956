"""The rules and stories of data/stories, as they are written."""

from pathlib import Path
from typing import Any, Dict, Iterator

from bot.facts.sources import read_tree


def read_stories(root: Path, kind: str) -> Iterator[Dict[str, Any]]:
    """Every entry of a kind, "rules" or "stories", in the order of the files.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    for path in sorted((root / "data" / "stories").glob("*.yml")):
        yield from (read_tree(path) or {}).get(kind, ())
