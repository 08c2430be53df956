"""The project's own spaCy pipeline: blank English, with the store's names and the world's regions as entities."""

import re
from functools import lru_cache
from typing import Dict, Iterator, List, Tuple, cast

import spacy
from babel import Locale
from spacy.language import Language
from spacy.pipeline import EntityRuler

from bot.facts import FactStore, Kind, shipped_store
from bot.nlu import spelling as _  # noqa: F401 registers the component

# Codes of the Unicode locale data (CLDR) that name no place a visitor would mean: the world, and placeholders.
_NO_PLACE = {"001", "ZZ", "XA", "XB", "QO"}


@lru_cache(maxsize=1)
def shipped_language() -> Language:
    """The pipeline of the store that ships with the release, built once a process."""
    return build_language(shipped_store())


def build_language(store: FactStore) -> Language:
    """A spaCy pipeline whose entity ruler finds names in a text.

    Each entity's label is the kind of the name ("person", "organisation", "platform", "region", "movement"), its
    `ent_id_` the name as the store writes it. Case and the form of apostrophes do not matter.
    """
    language = spacy.blank("en")
    ruler = cast(EntityRuler, language.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}))
    ruler.add_patterns(
        [{"label": kind, "id": name, "pattern": spelling} for spelling, (kind, name) in spellings(store).items()]
    )
    by_itself = {spelling: found for spelling, found in spellings(store).items() if spelling.isalpha()}
    language.add_pipe("misspelt_names", config={"names": by_itself})
    return language


def spellings(store: FactStore) -> Dict[str, Tuple[str, str]]:
    """Every spelling that is recognised, with the kind and the name that it stands for.

    The store's names come first: a region of CLDR does not take a spelling away from them.
    """
    found: Dict[str, Tuple[str, str]] = {}
    for name in store.names:
        for spelling in (name.name, *name.aliases):
            for variant in _variants(spelling):
                found.setdefault(variant, (name.kind.value, name.name))
    for region in _regions():
        for variant in _variants(region):
            found.setdefault(variant, found.get(region.lower(), (Kind.REGION.value, region)))
    return found


def _regions() -> Iterator[str]:
    for code, region in Locale("en").territories.items():
        if code not in _NO_PLACE:
            # "Myanmar (Burma)", "Hong Kong SAR China": what people write is the first part.
            yield re.sub(r" \(.*\)$| SAR China$", "", region)


def _variants(text: str) -> List[str]:
    # The ruler ignores case, but "U.K." is one token and "u.k." is two.
    variants = {text, text.lower()}
    for one, other in (("'", "’"), ("’", "'")):
        variants |= {variant.replace(one, other) for variant in variants}
    return sorted(variants)
