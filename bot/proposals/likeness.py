"""What of the store and the training data is like a sentence, by the sentence encoder."""

from collections import Counter
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from bot.arrays import Floats
from bot.facts import FactStore, Kind
from bot.nlu.encoder import SentenceEncoder

# Measured: answers of the background collection are at 0.35 and nearer (29 of 30), sentences on other things at 0.25 or
# farther (5 of 5).
NEAR = 0.3

WriteOut = Callable[[str], str]


class Near(NamedTuple):
    """The topic that is nearest to a sentence, and the cosine between them."""

    topic: str
    likeness: float

    @property
    def is_near(self) -> bool:
        """Whether the sentence may belong to that topic, rather than to one of its own."""
        return self.likeness >= NEAR


class Likeness:
    """Compares sentences with topics and questions; `write_out` gives a text with its names as the store has them."""

    def __init__(self, store: FactStore, encoder: SentenceEncoder, write_out: WriteOut) -> None:
        """Encode what each topic holds: its questions, and its facts' questions and answers."""
        self._encoder = encoder
        self._write_out = write_out
        texts = [(topic.id, text) for topic in store.topics for text in (topic.title, *topic.questions)]
        texts += [(fact.topic, text) for fact in store.facts for text in (fact.answer, fact.quote, *fact.questions)]
        self._topics = [topic for topic, _ in texts]
        self._vectors = self.encode([text for _, text in texts])

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of texts: (texts, dimensions)."""
        return self._encoder.encode([self._write_out(text) for text in texts])

    def topics(self, vectors: Floats) -> List[Near]:
        """The nearest topic of each sentence, whose vectors are of shape (sentences, dimensions)."""
        cosines = vectors @ self._vectors.T
        return [Near(self._topics[row.argmax()], float(row.max())) for row in cosines]

    def nearest(self, questions: Sequence[str], vectors: Floats) -> List[Tuple[int, float]]:
        """For each question, the sentence that is nearest to it, and the cosine between them."""
        cosines = self.encode(questions) @ vectors.T
        return [(int(row.argmax()), float(row.max())) for row in cosines]


def topic_of_regions(store: FactStore) -> Optional[str]:
    """The topic under which facts about a region stand, None where there are none."""
    topics = Counter(
        fact.topic for fact in store.facts if fact.about.places and store.kind_of(fact.about.places[0]) is Kind.REGION
    )
    return topics.most_common(1)[0][0] if topics else None
