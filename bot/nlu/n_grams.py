"""Words and pieces of words that texts have in common, as the intent model counts them."""

from collections import Counter
from typing import Dict, List, Optional

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.arrays import Floats

# Features that a greater share of the texts has are multiplied as a dense matrix, the others so many rows at a time.
_FREQUENT = 0.02
_ROWS = 1000


def words(vocabulary: Optional[List[str]] = None) -> TfidfVectorizer:
    """Single words and pairs; with the vocabulary of a trained one, to which its `idf_` has to be given."""
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, vocabulary=vocabulary)


def characters(vocabulary: Optional[List[str]] = None) -> TfidfVectorizer:
    """Two to five characters within a word; with a vocabulary as above."""
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, vocabulary=vocabulary
    )


class CountedVotes:
    """What the n-grams of one text vote for: the same as the vectorizer's row times the votes, without its checks."""

    def __init__(self, vectorizer: TfidfVectorizer, votes: Floats) -> None:
        self._n_grams = vectorizer.build_analyzer()
        self._vocabulary: Dict[str, int] = dict(zip(vectorizer.get_feature_names_out(), range(len(votes)), strict=True))
        self._idf = vectorizer.idf_
        self._votes = votes

    def __call__(self, text: str) -> Floats:
        """The votes for each intent: float32 of shape (intents,)."""
        known = (self._vocabulary.get(each) for each in self._n_grams(text))
        counts = Counter(number for number in known if number is not None)
        if not counts:
            return np.zeros(self._votes.shape[1], dtype=np.float32)
        columns = np.fromiter(counts, dtype=np.intp)
        weights = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self._idf[columns]
        votes: Floats = (weights / np.linalg.norm(weights)) @ self._votes[columns]
        return votes


def add_products(kernel: Floats, weight: float, features: csr_matrix) -> None:
    """Add the weighted products of all pairs of rows to the kernel, in its place.

    Features that many texts have make a sparse product slower than a dense one.
    """
    frequent = np.diff(features.tocsc().indptr) > _FREQUENT * features.shape[0]
    dense, rare = features[:, frequent].toarray(), features[:, ~frequent]
    for start in range(0, len(kernel), _ROWS):
        rows = slice(start, start + _ROWS)
        kernel[rows] += weight * (dense[rows] @ dense.T + (rare[rows] @ rare.T).toarray())
