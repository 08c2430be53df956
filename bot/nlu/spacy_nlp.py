"""Rasa's SpacyNLP with the pipeline that this project builds, instead of one to be downloaded."""

import hashlib
from functools import lru_cache
from typing import Any, Dict

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils import spacy_utils

from bot.facts import shipped_store
from bot.nlu.forgetting import Forgetting
from bot.nlu.language import build_language, spellings


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="SpacyNLP",
)
class SpacyNLP(spacy_utils.SpacyNLP):
    """Provides the store's spaCy pipeline. The name is Rasa's: its tokenizer and extractor ask for "SpacyNLP"."""

    _forgetting: Forgetting

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The text keeps its case: the entity ruler ignores it, and what is shown later should not lose it."""
        return {"case_sensitive": True}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpacyNLP":
        """Build the pipeline from the store.

        Raises:
            bot.facts.StoreError: the store has defects.
        """
        name = cls.fingerprint_addon(config)
        made = cls(spacy_utils.SpacyModel(_forgetting().language(), name), {**cls.get_default_config(), **config})
        made._forgetting = _forgetting()
        return made

    def provide(self) -> spacy_utils.SpacyModel:
        """Provide the pipeline for a message; visitors' words do not stay in it."""
        return spacy_utils.SpacyModel(self._forgetting.language(), self._model.model_name)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """Changes with the store's names, so that training does not take a pipeline without them from its cache."""
        return hashlib.sha256(repr(sorted(spellings(shipped_store()).items())).encode()).hexdigest()


@lru_cache(maxsize=1)
def _forgetting() -> Forgetting:
    # Rasa makes one component that provides the pipeline, and one that uses it.
    return Forgetting(lambda: build_language(shipped_store()))
