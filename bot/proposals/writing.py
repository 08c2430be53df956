"""Proposals as YAML for a curator: like the files of data/facts, with what is to be done in comments."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Mapping

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.facts import Kind
from bot.proposals.drafts import Drafted

# What stands where a training phrase is missing.
_HINTS = ("a question that this answers, as a visitor would ask it", "the same in other words, or as a few keywords")


def facts_as_yaml(document: str, drafted: Drafted, is_new: bool) -> str:
    """The drafts of a document; `is_new` where they begin a file, which then says what they are."""
    return str(
        _template("facts.yml.jinja").render(
            document=document, drafts=drafted.drafts, new_topic=drafted.new_topic, hints=_HINTS, is_new=is_new
        )
    )


def names_as_yaml(document: str, names: Mapping[str, Kind], is_new: bool) -> str:
    """Entries for names.yml."""
    return str(_template("names.yml.jinja").render(document=document, names=names, is_new=is_new))


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701  # it writes YAML, no HTML
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters.update(yaml=_scalar, yaml_item=_item)
    return environment


def _template(name: str) -> Any:
    return _environment().get_template(name)


def _scalar(text: str) -> str:
    """A text as the value of a field: bare where YAML then reads the same, else in double quotation marks."""
    is_bare = _reads_as(f"field: {text}", {"field": text}) and " #" not in text
    return text if is_bare else json.dumps(text, ensure_ascii=False)


def _item(text: str, field: str) -> str:
    """A text as an item of a list in brackets; dates are always in quotation marks."""
    is_bare = field != "dates" and _reads_as(f"[{text}]", [text]) and " #" not in text
    return text if is_bare else json.dumps(text, ensure_ascii=False)


def _reads_as(written: str, value: Any) -> bool:
    try:
        return bool(yaml.safe_load(written) == value)
    except yaml.YAMLError:
        return False
