"""Rasa without TensorFlow, where the configuration uses none of it.

Rasa imports TensorFlow whatever the configuration is: of 601 MB and 5 s for its imports, 193 MB and 2.6 s stay without.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Optional, Sequence

import yaml

_LEFT_OUT = ("tensorflow", "tensorflow_addons", "tensorflow_text", "tensorflow_hub", "keras", "jax")
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


def leave_out_tensorflow() -> None:
    """From now on what imports TensorFlow gets a stand-in: with classes to derive from, none of which can be used."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if name in _MISSING:
            raise ModuleNotFoundError(f"{name} is left out", name=name)
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in _LEFT_OUT else None

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
    return _Named(name, (), {"__init__": _refuse})


def _refuse(self: object, *_: object, **__: object) -> None:
    raise RuntimeError(
        f"{type(self).__name__} needs TensorFlow, which was left out because no component of config.yml was known to use "
        "it: start with `python -m rasa`."
    )
