"""Rasa without TensorFlow, where the configuration uses none of it, and without what only its stock channels use.

Rasa imports all of that whatever the configuration is: of 601 MB and 5 s for its imports, 193 MB and 2.6 s stay without
TensorFlow.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, FrozenSet, Optional, Sequence

import yaml

_TENSORFLOW = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_text", "tensorflow_hub", "keras", "jax"})
# Of Rasa's stock channels, which are off; of stores and brokers that would keep what visitors write; of the command
# `rasa interactive`.
_STOCK = frozenset(
    {
        *("twilio", "webexteamssdk"),
        *("boto3", "botocore", "pymongo", "bson", "aio_pika"),
        *("questionary", "prompt_toolkit"),
    }
)
# Other libraries look whether these are there, and do without if not.
_MISSING = ("tensorflow.experimental.dlpack",)
# Of Rasa's own components those that use no TensorFlow; others may, and get it.
_WITHOUT = frozenset({"MemoizationPolicy", "AugmentedMemoizationPolicy", "RulePolicy"})


def needs_tensorflow(config: Path) -> bool:
    """Whether a configuration names a component of Rasa that may use TensorFlow.

    Args:
        config: such as config.yml; what cannot be read is left to Rasa, which says what is wrong.
    """
    try:
        given = yaml.safe_load(config.read_text(encoding="utf-8"))
        names = [str(each["name"]) for part in ("pipeline", "policies") for each in given[part]]
    except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError):
        return True
    return not all(name.startswith("bot.") or name in _WITHOUT for name in names)


def leave_out(tensorflow: bool) -> None:
    """From now on what imports one of these gets a stand-in: with classes to derive from, none of which can be used.

    Args:
        tensorflow: whether TensorFlow is left out, too.
    """
    sys.meta_path.insert(0, _Finder(_STOCK | _TENSORFLOW if tensorflow else _STOCK))


class _Finder(MetaPathFinder, Loader):
    def __init__(self, names: FrozenSet[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if name.partition(".")[0] not in self._names:
            return None
        if name in _MISSING:
            raise ModuleNotFoundError(f"{name} is left out", name=name)
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _unusable(name)


class _Named(type):
    """A class in which every name is another such class: tf.keras.layers.Layer."""

    def __getattr__(cls, name: str) -> Any:
        return _unusable(name)


def _unusable(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    # An exception, so that it may stand in an except clause.
    return _Named(name, (Exception,), {"__init__": _refuse})


def _refuse(self: object, *_: object, **__: object) -> None:
    raise RuntimeError(
        f"{type(self).__name__} belongs to a library that was left out at the start, since neither config.yml nor this "
        "assistant's own channels use it: start with `python -m rasa`."
    )
