"""Reading YAML so that every value knows the line that it stands on."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover - libyaml is in every wheel of PyYAML, but not in every system package
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # the same, but slower


class SourceError(ValueError):
    """A file that cannot be read as a list of entries; `line` counts from 1, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Source:
    """One entry of a file as it was written: its values, and the lines of the entry and of its fields."""

    values: Dict[str, Any]
    line: int
    field_lines: Dict[str, int]

    def line_of(self, field: str) -> int:
        """The line of a field, or of the entry where the field is missing."""
        return self.field_lines.get(field, self.line)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file.

    Raises:
        SourceError: the file cannot be opened or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"is not UTF-8 text: save it as UTF-8 (byte {error.start} is not)") from error


def compose(text: str) -> Any:
    """The YAML node of a text, None for an empty one.

    Raises:
        SourceError: the text is not YAML.
    """
    try:
        return yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError(f"is not valid YAML: {problem}", mark.line + 1 if mark else 0) from error


def read_tree(path: Path) -> Any:
    """The values of any YAML file, as mappings, lists, text, whole numbers and None.

    Raises:
        SourceError: the file cannot be read, is not YAML, has a field twice, or loses text behind a hash.
    """
    text = read_text(path)
    node = compose(text)
    return None if node is None else _Reader(text).value(node)


def read_entries(path: Path) -> List[Source]:
    """The entries of a file that holds one list of mappings.

    Raises:
        SourceError: the file cannot be read, is not YAML or holds something else.
    """
    text = read_text(path)
    node = compose(text)
    if not isinstance(node, yaml.SequenceNode):
        raise SourceError("holds no list: write entries that begin with '- '")
    reader = _Reader(text)
    return [reader.entry(item) for item in node.value]


class _Reader:
    """Turns the nodes of one text into values."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._open: List[Any] = []

    def entry(self, node: Any) -> Source:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise SourceError("an entry is not a mapping: write 'field: value' lines under one '- '", line)
        values = self.value(node)
        return Source(values, line, {key.value: key.start_mark.line + 1 for key, _ in node.value})

    def value(self, node: Any) -> Any:
        if node in self._open:
            raise SourceError("an alias stands inside what it stands for: write it out", node.start_mark.line + 1)
        self._open.append(node)
        try:
            return self._value(node)
        finally:
            self._open.pop()

    def _value(self, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            values: Dict[str, Any] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise SourceError("a field has no name: write 'field: value'", key.start_mark.line + 1)
                if key.value in values:
                    raise SourceError(f"the field '{key.value}' stands twice: keep one", key.start_mark.line + 1)
                values[key.value] = self.value(value)
            return values
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return self._scalar(node)

    def _scalar(self, node: Any) -> Any:
        # "the #MeToo movement" without quotation marks would end at the hash, without a word from YAML.
        rest = self._lines[node.end_mark.line][node.end_mark.column :] if not node.style and node.value else ""
        if re.match(r"\s*#\w", rest):
            line = node.start_mark.line + 1
            raise SourceError("YAML drops what follows ' #': put the whole text in quotation marks", line)
        # Quoted text is text; of the plain scalars only whole numbers and nothing are not.
        if node.tag == "tag:yaml.org,2002:int" and re.fullmatch(r"[1-9]\d*|0", node.value):
            return int(node.value)
        if node.tag == "tag:yaml.org,2002:null":
            return None
        return node.value
