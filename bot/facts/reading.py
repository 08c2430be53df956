"""Reads the entries of a file into their models. Whatever is wrong becomes a problem with its file, line and field."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Iterator, List, Type, TypeVar

from pydantic import ValidationError

from bot.facts.problems import Check, Problem
from bot.facts.schema import Entry
from bot.facts.sources import Source, SourceError, read_entries

EntryType = TypeVar("EntryType", bound=Entry)

# The fields that an entry is called by, the first that it has.
_NAMING = ("id", "name", "code", "visitor")


@dataclass(frozen=True)
class Read(Generic[EntryType]):
    """An entry with where it came from."""

    entry: EntryType
    source: Source
    file: str

    @property
    def title(self) -> str:
        """What kind of entry it is, and what it is called."""
        return _title(type(self.entry), self.source)

    def problem(self, field_name: str, message: str) -> Problem:
        """A problem with one of its fields."""
        return Problem(self.file, self.source.line_of(field_name), self.title, field_name, message)


def read_checked(root: Path, path: Path, model: Type[EntryType], check: Check) -> List[Read[EntryType]]:
    """The entries of a file that are complete; what is wrong with the others is added to `check`."""
    try:
        sources = read_entries(path)
    except SourceError as error:
        check.problems.append(file_problem(root, path, error))
        return []
    found = []
    for source in sources:
        check.checked += 1
        try:
            found.append(Read(model(**source.values), source, shown(root, path)))
        except ValidationError as error:
            check.problems += _schema_problems(error, model, source, shown(root, path))
    return found


def shown(root: Path, path: Path) -> str:
    """A path as it stands in a problem: from the project's folder on."""
    return str(path.relative_to(root))


def file_problem(root: Path, path: Path, error: SourceError) -> Problem:
    """A file that could not be read."""
    return Problem(shown(root, path), error.line, "", "", str(error))


def _title(model: Type[Entry], source: Source) -> str:
    names = (source.values.get(field_name) for field_name in _NAMING)
    return f"{model.__name__.lower()} {next(filter(None, names), 'without id')}"


def _schema_problems(error: ValidationError, model: Type[Entry], source: Source, file: str) -> Iterator[Problem]:
    for detail in error.errors():
        top = str(detail["loc"][0])
        declared = model.__fields__.get(top)
        hint = declared.field_info.description if declared else ""
        if detail["type"] == "value_error.extra":
            inner = str(detail["loc"][-1])
            message = f"'{inner}' is no field of a {model.__name__.lower()}: correct the name or remove it"
            if len(detail["loc"]) == 1:
                message += f" (known: {', '.join(model.__fields__)})"
        elif detail["type"] == "value_error.missing":
            message = f"is missing: write {hint}"
        else:
            message = f"{detail['msg']}: write {hint}"
        yield Problem(file, source.line_of(top), _title(model, source), top, message)
