"""What is slow to make and cannot be changed: the store, the spaCy pipeline and the encoder, once for all tests."""

import pytest
from spacy.language import Language

from bot.facts import FactStore, load_store
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.language import build_language


@pytest.fixture(scope="session")
def store() -> FactStore:
    """The shipped store."""
    return load_store()


@pytest.fixture(scope="session")
def language(store: FactStore) -> Language:
    """The pipeline that finds the store's names."""
    return build_language(store)


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The packaged encoder."""
    return SentenceEncoder()
