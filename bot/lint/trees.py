"""A YAML file as values, with the line that each of them stands on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple, Union

import yaml

from bot.facts import Problem
from bot.facts.reading import shown
from bot.facts.sources import compose, read_text, read_tree

# A field of a mapping or the number of an item, from the file's top down.
Keys = Tuple[Union[str, int], ...]


@dataclass(frozen=True)
class Tree:
    """What a file holds. `file` is its path from the project's folder on."""

    file: str
    values: Any
    lines: Dict[Keys, int]

    def line(self, *keys: Union[str, int]) -> int:
        """The line, from 1, of what these keys lead to, or of what it stands in.

        The lines of a text block (`examples: |`) count as its items.
        """
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def problem(self, keys: Keys, entry: str, field: str, message: str) -> Problem:
        """A problem with what these keys lead to."""
        return Problem(self.file, self.line(*keys), entry, field, message)


def read_located(root: Path, path: Path) -> Tree:
    """Read a file under the project's folder.

    Raises:
        bot.facts.sources.SourceError: it cannot be read or is not YAML.
    """
    values = read_tree(path)
    node = compose(read_text(path))
    return Tree(shown(root, path), values, dict(_lines(node, ())) if node else {})


def _lines(node: yaml.Node, keys: Keys) -> Iterator[Tuple[Keys, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*keys, key.value), key.start_mark.line + 1
            yield from _lines(value, (*keys, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*keys, number), item.start_mark.line + 1
            yield from _lines(item, (*keys, number))
    elif isinstance(node, yaml.ScalarNode) and node.style == "|":
        for number in range(node.value.count("\n") + 1):
            yield (*keys, number), node.start_mark.line + 2 + number
