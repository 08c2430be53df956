"""Drafts of facts, a sentence each: everything that can be found out, and empty where a person has to write."""

import calendar
import re
from dataclasses import dataclass
from typing import Collection, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from spacy.lang.en.stop_words import STOP_WORDS

from bot.arrays import Floats
from bot.facts import FactStore
from bot.facts.background import BackgroundFact
from bot.nlu.encoder import SentenceEncoder
from bot.proposals.likeness import Likeness, Near, topic_of_regions
from bot.proposals.names import NameFinder, Names, subject_region
from bot.proposals.sentences import Sentence, Split
from bot.proposals.silence import Phrase

# As many as a fact needs.
FEWEST_QUESTIONS = 2
# A sentence says what a fact from elsewhere says; a question asks for what a sentence says. Measured with the
# collection that ships and docs/examples/sweden.txt: 0.74 for the fact that it repeats; of the others, those about no
# place that it names don't count.
_SAYS_THE_SAME = 0.55
_ASKS_FOR_IT = 0.45
_LONGEST_TITLE = 45
_WORDS_OF_AN_ID = 2
_NOT_TELLING = STOP_WORDS | {month.lower() for month in calendar.month_name}


@dataclass(frozen=True)
class Draft:
    """One proposed fact. `near` is the topic nearest to its words; `region` is what the whole document is about."""

    id: str
    topic: str
    near: Near
    title: str
    sentence: Sentence
    names: Names
    region: Optional[str]
    questions: Tuple[str, ...]

    @property
    def about(self) -> Dict[str, List[str]]:
        """The names and dates for the field `about`, without what is empty; the region of the document comes first."""
        places = list(dict.fromkeys([*filter(None, [self.region]), *self.names.regions, *self.names.platforms]))
        fields = {
            "people": self.names.people,
            "organisations": self.names.organisations,
            "places": places,
            "dates": self.names.dates,
        }
        return {name: values for name, values in fields.items() if values}

    @property
    def missing_questions(self) -> int:
        """How many training phrases have to be written."""
        return max(0, FEWEST_QUESTIONS - len(self.questions))


@dataclass(frozen=True)
class Drafted:
    """The drafts, and what stands against them.

    `background`: the facts from elsewhere that say what the document says, with how many of their questions were taken;
    `silent`: training phrases by which the documents are silent on what a draft may answer, with that draft's id;
    `new_topic`: the topic that drafts were given because no other is near.
    """

    drafts: List[Draft]
    background: Dict[str, int]
    silent: List[Tuple[Phrase, str]]
    new_topic: Optional[str]


class Drafter:
    """Makes drafts with what the store and the background collection hold."""

    def __init__(self, store: FactStore, background: Mapping[str, BackgroundFact]) -> None:
        """Load the encoder and the names.

        Raises:
            bot.nlu.encoder.EncoderError: the encoder's files are missing or damaged.
        """
        self._store = store
        self._background = background
        self._finder = NameFinder(store)
        self._likeness = Likeness(store, SentenceEncoder(), lambda text: self._finder.find(text).written_out)

    def draft(
        self,
        slug: str,
        document: Split,
        sentences: Sequence[Sentence],
        taken: Collection[str],
        silent: Iterable[Phrase],
    ) -> Drafted:
        """Draft facts of some of a document's sentences.

        Args:
            slug: what the document is called in ids.
            document: all of it.
            sentences: those to draft.
            taken: ids that are in use.
            silent: the training phrases by which the documents are silent.
        """
        names = [self._finder.find(sentence.text) for sentence in sentences]
        everything = [self._finder.find(sentence.text) for sentence in document.sentences]
        region = subject_region(self._finder.find(" ".join(document.headings[:1])), everything)
        vectors = self._likeness.encode([sentence.text for sentence in sentences])
        subjects = {*filter(None, [region])}.union(*(each.regions for each in names), *(each.people for each in names))
        questions, background = self._questions(subjects, vectors)
        ids = _ids(slug, sentences, taken)
        near = self._likeness.topics(vectors)
        own = f"{slug}-document" if slug in {topic.id for topic in self._store.topics} else slug
        drafts = [
            Draft(
                id=next(ids),
                topic=self._topic(own, near[index], names[index], region),
                near=near[index],
                title=_title(_in_full_first(questions[index]), sentence, slug),
                sentence=sentence,
                names=names[index],
                region=region,
                questions=_in_full_first(questions[index]),
            )
            for index, sentence in enumerate(sentences)
        ]
        answered = [(phrase, drafts[index].id) for phrase, index in self._answered(subjects, silent, vectors)]
        return Drafted(drafts, background, answered, own if any(draft.topic == own for draft in drafts) else None)

    def _topic(self, own: str, near: Near, names: Names, region: Optional[str]) -> str:
        regional = topic_of_regions(self._store) if region or names.regions else None
        return regional or (near.topic if near.is_near else own)

    def _questions(self, subjects: Set[str], vectors: Floats) -> Tuple[List[List[str]], Dict[str, int]]:
        """The questions that the background collection has for each sentence, and how many of each of its facts."""
        found: List[List[str]] = [[] for _ in vectors]
        moved: Dict[str, int] = {}
        for fact in self._background.values():
            if subjects & {*fact.about.places, *fact.about.people} and self._is_said(fact, vectors):
                moved[fact.id] = 0
                for question, index in self._asking(fact.questions, vectors):
                    found[index].append(question)
                    moved[fact.id] += 1
        return found, moved

    def _answered(self, subjects: Set[str], silent: Iterable[Phrase], vectors: Floats) -> Iterator[Tuple[Phrase, int]]:
        by_text = {phrase.text: phrase for phrase in silent}
        for text, index in self._asking(self._finder.naming(subjects, by_text), vectors):
            yield by_text[text], index

    def _asking(self, questions: Sequence[str], vectors: Floats) -> Iterator[Tuple[str, int]]:
        """Those questions that ask for what a sentence says, with its index."""
        for question, (index, cosine) in zip(questions, self._likeness.nearest(questions, vectors), strict=True):
            if cosine >= _ASKS_FOR_IT:
                yield question, index

    def _is_said(self, fact: BackgroundFact, vectors: Floats) -> bool:
        said = re.split(r"(?<=\.) ", fact.answer)
        return max(cosine for _, cosine in self._likeness.nearest(said, vectors)) >= _SAYS_THE_SAME


def slug_of(text: str) -> str:
    """A text as an identifier: lower-case letters and figures, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "document"


def _ids(slug: str, sentences: Sequence[Sentence], taken: Collection[str]) -> Iterator[str]:
    used = set(taken)
    for sentence in sentences:
        base = "-".join([slug, *_telling_words(slug, sentence.text)])
        number, fact_id = 1, base
        while fact_id in used:
            number += 1
            fact_id = f"{base}-{number}"
        used.add(fact_id)
        yield fact_id


def _telling_words(slug: str, text: str) -> List[str]:
    words = dict.fromkeys(re.findall(r"[a-z]{3,}", text.lower()))
    return [word for word in words if word not in _NOT_TELLING and word not in slug.split("-")][:_WORDS_OF_AN_ID]


def _title(questions: Sequence[str], sentence: Sentence, slug: str) -> str:
    short = [question for question in questions if question.endswith("?") and len(question) <= _LONGEST_TITLE]
    return next(iter([*short, *filter(None, [sentence.heading])]), slug.replace("-", " ").capitalize())


def _in_full_first(questions: Sequence[str]) -> Tuple[str, ...]:
    """Questions in the order that a fact needs: its button sends the first."""
    return tuple(sorted(questions, key=lambda question: not (question[:1].isupper() and question.endswith("?"))))
