"""Ways to tell intents, and texts that have none: benchmarks.intents compares them."""

import time
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from benchmarks.datasets import OUTSIDE, Dataset, Examples, is_outside
from benchmarks.stock import train_and_parse
from bot.nlu.inside_gate import InsideGate
from bot.nlu.intent_model import IntentModel, Reading

# For probabilities, where there is no validation split: what Rasa's FallbackClassifier starts with, and a strict one.
FIXED_THRESHOLDS = (0.3, 0.7)
# Where there are examples out of scope: below 0, a text is more likely one of these.
MORE_LIKELY = "likelier than outside"
# As the assistant's own gate is set.
REFUSED = 0.03
# Ours, where it was calibrated without any text out of scope: on CLINC150's validation split, the share of texts inside
# that are refused is about that of the texts outside that are let through.
LEAST_CHANCE = 0.15
# What the cosine to the nearest examples counts beside the score, chosen on the same split. A regression that weighs
# them by what it sees of left out intents takes the cosine for more than it is worth on texts of no intent at all.
NEARNESS = 0.5
CHANCE = f"chance ≥ {LEAST_CHANCE}"
NGRAMS = "n-grams, logistic regression"
ENCODER = "encoder, logistic regression"
BOTH = "encoder and n-grams, logistic regression"
OURS = "encoder and n-grams, kernel ridge regression (ours)"
STOCK = "stock Rasa: DIET"

# Which intent inside each text has, and how sure it is that it has one: two arrays of shape (texts,).
Answers = Tuple[np.ndarray, np.ndarray]
Encode = Callable[[Sequence[str]], np.ndarray]


class Trained(NamedTuple):
    """A trained method: what it answers to texts, and the limits on its sureness that need no validation split."""

    answer: Callable[[Sequence[str]], Answers]
    limits: Dict[str, float]
    seconds: float


class Regression:
    """Logistic regression on the encoder's vectors, on n-grams, or on both; sure as far as its probability goes."""

    def __init__(self, train: Examples, encode: Optional[Encode], ngrams: bool) -> None:
        """Train, with the vectors that `encode` gives, and with n-grams or not."""
        self._encode = encode
        self._ngrams = (
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2),
            ).fit(train.texts)
            if ngrams
            else None
        )
        self._regression = LogisticRegression(C=30.0, max_iter=500, class_weight="balanced")
        self._regression.fit(self._features(train.texts), train.intents)

    def _features(self, texts: Sequence[str]) -> Any:
        vectors = self._encode(texts) if self._encode else None
        if self._ngrams is None:
            return vectors
        ngrams = self._ngrams.transform(texts)
        return ngrams if vectors is None else hstack([csr_matrix(vectors), ngrams], format="csr")

    def __call__(self, texts: Sequence[str]) -> Answers:
        """The best intent inside, and its probability less that of being outside."""
        probabilities = self._regression.predict_proba(self._features(texts))
        outside = self._regression.classes_ == OUTSIDE
        inside = np.where(outside, -1.0, probabilities)
        best = inside.argmax(axis=1)
        return self._regression.classes_[best], inside.max(axis=1) - probabilities[:, outside].sum(axis=1)


def _regression(encoder: bool, ngrams: bool) -> Callable[[Dataset, Encode], Trained]:
    def train(dataset: Dataset, encode: Encode) -> Trained:
        start = time.perf_counter()
        model = Regression(dataset.train, encode if encoder else None, ngrams)
        return Trained(model, _limits(dataset), time.perf_counter() - start)

    return train


def _ours(dataset: Dataset, encode: Encode) -> Trained:
    train = dataset.train
    texts, intents = train + _named(train.intents)
    vectors = encode(texts)
    start = time.perf_counter()
    model = IntentModel([OUTSIDE])
    left_out = model.fit(texts, vectors, intents)
    limits: Dict[str, float] = {}
    gate = None
    if is_outside(dataset.test.intents).any():
        inside, alone = ~is_outside(intents), _evidence(left_out.text())
        if inside.all():
            # Without texts out of scope, one whose whole intent is left out stands for them.
            number = len(train.texts)
            alone = np.concatenate([alone[:number], _evidence(left_out.intent())[:number]])
            inside = np.repeat([True, False], number)
            limits = {CHANCE: LEAST_CHANCE}
        gate = InsideGate().fit(alone, inside)
        if OUTSIDE in intents and not dataset.validation:
            limits = {
                f"{REFUSED:.0%} of left out examples refused": _quantile(gate.probability(alone)[inside], REFUSED)
            }
    seconds = time.perf_counter() - start

    def answer(asked: Sequence[str]) -> Answers:
        reading = model.read(asked, encode(asked))
        return reading.inside, np.ones(len(asked)) if gate is None else gate.probability(_evidence(reading))

    return Trained(answer, limits, seconds)


def _evidence(reading: Reading) -> np.ndarray:
    """The two kinds as one column: array of shape (texts, 1)."""
    return reading.evidence @ np.array([[1.0], [NEARNESS]])


def _named(intents: Sequence[str]) -> Examples:
    """The name of each intent inside, as one more example of it."""
    names = sorted(set(intents) - {OUTSIDE})
    return Examples([name.replace("_", " ").replace("-", " ").lower() for name in names], names)


def _stock(dataset: Dataset, encode: Encode) -> Trained:
    asked = dataset.test.texts + (dataset.validation.texts if dataset.validation else [])
    parsed = train_and_parse(dataset.train, asked)
    answers = dict(zip(asked, zip(parsed.intents, parsed.confidences, strict=True), strict=True))

    def answer(texts: Sequence[str]) -> Answers:
        intents = np.array([answers[text][0] for text in texts])
        sureness = np.array([answers[text][1] for text in texts])
        return intents, np.where(intents == OUTSIDE, -1.0, sureness)

    limits = {f"probability ≥ {threshold}": threshold for threshold in FIXED_THRESHOLDS}
    return Trained(answer, {**_limits(dataset), **limits}, parsed.training_seconds)


def _limits(dataset: Dataset) -> Dict[str, float]:
    """The limits of a method whose sureness is a probability, less that of being outside."""
    if OUTSIDE in dataset.train.intents:
        return {MORE_LIKELY: 0.0}
    if dataset.validation:
        return {}
    return {f"probability ≥ {threshold}": threshold for threshold in FIXED_THRESHOLDS}


def _quantile(values: np.ndarray, share: float) -> float:
    return float(np.quantile(values, share))


METHODS: Dict[str, Callable[[Dataset, Encode], Trained]] = {
    NGRAMS: _regression(encoder=False, ngrams=True),
    ENCODER: _regression(encoder=True, ngrams=False),
    BOTH: _regression(encoder=True, ngrams=True),
    OURS: _ours,
    STOCK: _stock,
}
ORDER = list(METHODS)
# What --methods calls them.
SHORT = {"ngrams": NGRAMS, "encoder": ENCODER, "both": BOTH, "ours": OURS, "stock": STOCK}
