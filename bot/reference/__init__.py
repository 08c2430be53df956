"""The page docs/reference.md: every command and every setting, as the code has them.

Commands are those of the command line and the Makefile; settings of components, of the web channel and of the tracker
store are in their docstrings; environment variables are in settings.yml.
"""

import argparse
import inspect
import re
from importlib import import_module
from typing import Any, Callable, Iterator, List, Mapping

import yaml

from bot import ROOT

_SETTINGS = ROOT / "bot" / "reference" / "settings.yml"
_WIDTH = 100
_TARGET = re.compile(r"^([a-z-]+):[^\n]*## (.+)$", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): (.+(?:\n        .+)*)", re.MULTILINE)
_HEAD = """\
# Reference

Every command and every setting. This page is made of the code: `python -m bot reference` writes it.

[Commands](#commands) · [Environment variables](#environment-variables) · [Files](#files)
"""


def groups() -> List[Mapping[str, Any]]:
    """Environment variables by what they belong to: each group has `title`, `about`, `settings`, maybe `channel`."""
    read: List[Mapping[str, Any]] = yaml.safe_load(_SETTINGS.read_text(encoding="utf-8"))
    return read


def variables() -> List[str]:
    """The names of all environment variables, in their order."""
    return [each["name"] for group in groups() for each in group["settings"]]


def page(parser: argparse.ArgumentParser) -> str:
    """The page.

    Args:
        parser: of the command line, with its commands.
    """
    parts = [_HEAD, "## Commands", ""]
    parts += ["Of the Makefile; each does its own set-up first:", "", "| command | what |", "|---|---|"]
    parts += [f"| `make {name}` | {_cell(what)} |" for name, what in targets()]
    parts += ["", "Of `.venv/bin/python -m bot`, when the set-up is done:", ""]
    for name, command in _commands(parser):
        parts += [f"### python -m bot {name}", "", "```text", _help(command), "```", ""]
    for group in groups():
        parts += [f"## {group['title']}", "", group["about"], "", "| variable | what | default |", "|---|---|---|"]
        parts += [
            f"| `{each['name']}` | {_cell(each['what'])} | {each.get('default', '')} |" for each in group["settings"]
        ]
        parts.append("")
    parts += ["## Files", "", *_files()]
    return "\n".join(parts)


def targets() -> "list[tuple[str, str]]":
    """The targets of the Makefile that have a help text, and the text."""
    return _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))


def arguments_of(function: Callable[..., Any]) -> Mapping[str, str]:
    """What the docstring of a function says of each argument."""
    _, _, after = (inspect.getdoc(function) or "").partition("Args:\n")
    return {name: " ".join(what.split()) for name, what in _ARGUMENT.findall(after.partition("\n\n")[0])}


def _commands(parser: argparse.ArgumentParser) -> "Iterator[tuple[str, argparse.ArgumentParser]]":
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _help(command: argparse.ArgumentParser) -> str:
    """What --help prints, however wide the terminal is."""
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=_WIDTH)
    return command.format_help().rstrip()


def _files() -> Iterator[str]:
    # Rasa takes seconds to import, and every command would wait for it.
    from bot.channels.web import WebChannel
    from bot.conversations.keeping import Conversations

    yield "`credentials.yml`, `bot.channels.web.WebChannel`:"
    yield from _table(WebChannel.__init__, {"self"})
    yield "`endpoints.yml`, `tracker_store`:"
    yield from _table(Conversations.__init__, {"self", "domain", "event_broker", "host"})
    yield "`config.yml`, in the order of the pipeline:"
    yield ""
    yield "| component | what | settings |"
    yield "|---|---|---|"
    for entry in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]:
        module, _, name = entry["name"].rpartition(".")
        component = getattr(import_module(module), name)
        what = (inspect.getdoc(component) or "").partition("\n\n")[0]
        settings = inspect.getdoc(component.get_default_config) or ""
        yield f"| `{entry['name']}` | {_cell(what)} | {_cell(settings) if '`' in settings else ''} |"
    yield ""


def _table(function: Callable[..., Any], without: "set[str]") -> Iterator[str]:
    told = arguments_of(function)
    yield from ("", "| setting | what | default |", "|---|---|---|")
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in without:
            default = parameter.default if parameter.default not in ((), None) else "none"
            yield f"| `{name}` | {_cell(told[name])} | {default} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
