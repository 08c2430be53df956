"""The names and dates in a sentence: those of the store, and others that it may have to learn."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Set

from babel import Locale
from babel.dates import get_day_names, get_month_names
from spacy.tokens import Doc, Span, Token

from bot.facts import FactStore, Kind
from bot.nlu.language import build_language, spellings

_MONTHS = "|".join(get_month_names("wide", locale="en").values())
_DATE = re.compile(rf"\b(\d{{1,2}} (?:{_MONTHS}) )?((?:19|20)\d\d)\b")
_HASHTAG = re.compile(r"#\w+")
# Inside a name: "Ministry of Health", "Simone de Beauvoir".
_JOINS = {"of", "for", "de", "la", "du", "von", "van", "der", "af", "al", "bin", "&"}
_ORGANISATION = re.compile(
    r"\b(?:Academy|Agency|Alliance|Assembly|Association|Board|Centre|Center|Church|College|Commission|Committee|"
    r"Company|Council|Court|Federation|Foundation|Fund|Government|Group|Guild|Inc|Institute|League|Ministry|Museum|Network|"
    r"Office|Organi[sz]ation|Parliament|Party|Police|Post|Press|Senate|Society|Studios?|Theatre|Times|Tribunal|Union|"
    r"University|[A-Z]{2,})\b"
)


@dataclass
class Names:
    """The names in one text. `unknown` has those that names.yml lacks, with what they probably name."""

    people: List[str] = field(default_factory=list)
    organisations: List[str] = field(default_factory=list)
    regions: List[str] = field(default_factory=list)
    platforms: List[str] = field(default_factory=list)
    dates: List[str] = field(default_factory=list)
    unknown: Dict[str, Kind] = field(default_factory=dict)
    # The text with every known name as the store writes it, which is what the encoder understands best.
    written_out: str = ""


class NameFinder:
    """Finds the store's names by its spaCy pipeline, and others by their capitals, for want of a model of names."""

    def __init__(self, store: FactStore) -> None:
        """Build the pipeline; what is only spelt like a name is none in a document."""
        self._language = build_language(store)
        self._language.disable_pipe("misspelt_names")
        self._known = {name.name for name in store.names}
        self._spellings = spellings(store)
        calendar = [*get_month_names("wide", locale="en").values(), *get_day_names("wide", locale="en").values()]
        self._no_names = {*calendar, *Locale("en").languages.values()}

    def find(self, text: str) -> Names:
        """The names in a sentence, each once, in the order of the text."""
        doc = self._language(text)
        found = Names(dates=_dates(text), written_out=_written_out(doc))
        lists = {
            Kind.PERSON: found.people,
            Kind.ORGANISATION: found.organisations,
            Kind.REGION: found.regions,
            Kind.PLATFORM: found.platforms,
        }
        for entity in doc.ents:
            kind = Kind(entity.label_)
            if entity.ent_id_ not in self._known:
                found.unknown.setdefault(entity.ent_id_, kind)
            elif entity.ent_id_ not in lists.get(kind, [entity.ent_id_]):
                lists[kind].append(entity.ent_id_)
        for hashtag in _HASHTAG.findall(text):
            if not self._language(hashtag).ents:
                found.unknown.setdefault(hashtag, Kind.MOVEMENT)
        for name in self._capitalised(doc):
            is_person = " " in name and not _ORGANISATION.search(name)
            found.unknown.setdefault(name, Kind.PERSON if is_person else Kind.ORGANISATION)
        return found

    def naming(self, names: Set[str], texts: Iterable[str]) -> List[str]:
        """Those of many texts that name one of the people or regions."""
        # Finding names takes a millisecond a text, looking for letters next to nothing.
        spelt = [spelling.lower() for spelling, (_, name) in self._spellings.items() if name in names]
        likely = [text for text in texts if any(spelling in text.lower() for spelling in spelt)]
        found = ((text, self.find(text)) for text in likely)
        return [text for text, each in found if names & {*each.people, *each.regions}]

    def _capitalised(self, doc: Doc) -> Iterator[str]:
        for run in _runs(doc, self._no_names):
            # One capital at the start of a sentence, or after a colon or a quotation mark, is no name's.
            begins = run.start == 0 or (not doc[run.start - 1].text[-1:].isalnum() and doc[run.start - 1].text != ",")
            follows_stop_word = begins and doc[run.start].is_stop
            name = doc[run.start + 1 : run.end] if follows_stop_word else run
            if len(name) > 1 or (len(name) == 1 and (follows_stop_word or not begins)):
                yield name.text


def _runs(doc: Doc, no_names: Set[str]) -> Iterator[Span]:
    start = end = 0
    for token in doc:
        if _is_capitalised(token) and token.text not in no_names:
            if end != token.i and not (end and all(each.lower_ in _JOINS for each in doc[end : token.i])):
                if end:
                    yield doc[start:end]
                start = token.i
            end = token.i + 1
    if end:
        yield doc[start:end]


def _is_capitalised(token: Token) -> bool:
    after_hash = token.i > 0 and token.nbor(-1).text == "#"
    return token.text[:1].isupper() and len(token) > 1 and not token.ent_type and not after_hash


def _dates(text: str) -> List[str]:
    return list(dict.fromkeys("".join(match.groups(default="")) for match in _DATE.finditer(text)))


def _written_out(doc: Doc) -> str:
    written, done = "", 0
    for entity in doc.ents:
        written += doc.text[done : entity.start_char] + entity.ent_id_
        done = entity.end_char
    return written + doc.text[done:]


def subject_region(title: Names, sentences: Sequence[Names]) -> Optional[str]:
    """The region that a document is about as a whole: named in its title, or in half of its sentences."""
    counts = Counter(region for names in sentences for region in names.regions)
    often = [region for region, count in counts.most_common(1) if 2 * count >= len(sentences)]
    return next(iter([*title.regions, *often]), None)
