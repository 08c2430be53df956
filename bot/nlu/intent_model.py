"""Which intent a text has, and the evidence that it has one at all. Knows nothing of Rasa, so it can be measured alone.

Kernel ridge regression: each training text votes for its intent, by how alike it is. Texts are alike where the
encoder's vectors are ("founder" and "who came up with it"), and a little where words and pieces of words are ("2006",
and half a misspelt word). It needs no iterations, and its closed form also gives what it would say of each training
text had that one been left out, so limits can be calibrated without training anything again (Rifkin & Lippert 2007,
"Notes on regularized least squares").
"""

from pathlib import Path
from typing import Callable, List, NamedTuple, Sequence, Union

import numpy as np
from scipy.linalg import lapack

from bot.arrays import Bools, Floats, Integers, Strings
from bot.nlu import n_grams
from bot.nlu.integer_products import Cosines

# How steeply votes fall with the distance of vectors, what n-grams count beside them, and how much a single example is
# smoothed over: chosen by cross-validation on our own examples and on the public sets (benchmarks/).
STEEPNESS = 2.0
WORD_WEIGHT = 0.2
CHARACTER_WEIGHT = 0.1
SMOOTHING = 0.1

_NEAREST_INSIDE = 5
_NEAREST_OUTSIDE = 3
# Below any score: no text has this intent.
_NEVER = -9.0
# Training texts are compared with all others so many at a time.
_ROWS = 1000
# The greatest of many values are looked for in columns of so many.
_BLOCK = 64


class Reading(NamedTuple):
    """How texts are read: a row a text.

    `scores`: (texts, intents), in the order of `IntentModel.intents`; about 1 for the intent that a text surely has.
    `inside`, `outside` and `harm`: the most likely intent of each kind, as strings, "" where there is none. `evidence`:
    what speaks for a text being inside rather than outside: how far the best score inside is above the best outside,
    and how far the mean cosine to the nearest examples inside is above that to the nearest outside. `harm_evidence`:
    what speaks for harm: how far the scores of harm are above all others together, how far the mean cosine to the
    nearest examples of harm is above that to the nearest others, and how far the best score of harm is above the best
    other.
    `ahead`: how far the best score inside is above the next one inside. `near`: the mean cosine to the nearest examples
    of either kind but harm.
    """

    scores: Floats
    inside: Strings
    outside: Strings
    harm: Strings
    evidence: Floats
    harm_evidence: Floats
    ahead: Floats
    near: Floats

    @classmethod
    def joined(cls, readings: Sequence["Reading"]) -> "Reading":
        """The readings of several groups of texts as one."""
        return cls(*(np.concatenate(columns) for columns in zip(*readings, strict=True)))

    def rows(self, chosen: Union[Bools, Integers]) -> "Reading":
        """The reading of some of the texts: bool array of shape (texts,), or their indices."""
        return Reading(*(column[chosen] for column in self))


class IntentModel:
    """The trained regression, and the training vectors. An intent is inside, outside, or one of harm."""

    def __init__(self, outside: Sequence[str] = (), harm: Sequence[str] = ()) -> None:
        """Make an untrained model.

        Args:
            outside: the intents of texts that are to be refused.
            harm: the intents of texts that the safety guard answers.
        """
        self.outside = tuple(outside)
        self.harm = tuple(harm)
        self._words = n_grams.words()
        self._characters = n_grams.characters()

    def fit(self, texts: Sequence[str], vectors: Floats, intents: Sequence[str]) -> "LeftOut":
        """Train.

        Args:
            texts: the training texts.
            vectors: their unit vectors, of shape (texts, dimensions).
            intents: their intents, at least two different ones inside.

        Returns:
            What the model would say of each training text, had it not known it.
        """
        labels = np.asarray(intents)
        words = self._words.fit_transform(_lower(texts))
        characters = self._characters.fit_transform(_lower(texts))
        self._vectors = vectors.astype(np.float32)
        self.intents, self._labels = np.unique(labels, return_inverse=True)
        # Single precision is enough beside the smoothing, and takes half the time and memory.
        kernel = _similarity(self._vectors, self._vectors)
        n_grams.add_products(kernel, WORD_WEIGHT, words)
        n_grams.add_products(kernel, CHARACTER_WEIGHT, characters)
        # A frequent intent is smoothed more, so that it does not outvote a rare one.
        frequency = np.bincount(self._labels) * len(self.intents) / len(labels)
        kernel[np.diag_indices_from(kernel)] += (SMOOTHING * frequency[self._labels]).astype(np.float32)
        factor = _factor(kernel)
        self._votes, _ = lapack.spotrs(factor, self._targets())
        # The n-grams' part is linear, so it can be added up once into a weight a feature.
        self._word_votes = WORD_WEIGHT * (words.T @ self._votes)
        self._character_votes = CHARACTER_WEIGHT * (characters.T @ self._votes)
        self._index(self._vectors, self._votes)
        return LeftOut(self, factor)

    def read(self, texts: Sequence[str], vectors: Floats) -> Reading:
        """Read texts, whose unit vectors have the shape (texts, dimensions)."""
        cosines = self._cosines.to(vectors.astype(np.float32))
        scores = np.exp(STEEPNESS * (cosines - 1.0)) @ self._votes_by_kind
        for row, text in enumerate(_lower(texts)):
            scores[row] += self._word_counter(text) + self._character_counter(text)
        return self._reading(scores, cosines)

    def save(self, path: Path) -> None:
        """Store the model that was just trained as a file of NumPy arrays, named *.npz."""
        np.savez(
            path,
            outside=np.array(self.outside, dtype=str),
            harm=np.array(self.harm, dtype=str),
            intents=self.intents,
            vectors=self._vectors,
            labels=self._labels,
            votes=self._votes,
            words=self._words.get_feature_names_out().astype(str),
            word_idf=self._words.idf_,
            word_votes=self._word_votes,
            characters=self._characters.get_feature_names_out().astype(str),
            character_idf=self._characters.idf_,
            character_votes=self._character_votes,
        )

    @classmethod
    def load(cls, path: Path) -> "IntentModel":
        """The model that `save` stored.

        Raises:
            OSError: the file cannot be read.
        """
        with np.load(path, allow_pickle=False) as arrays:
            model = cls(arrays["outside"].tolist(), arrays["harm"].tolist())
            model.intents, model._labels = arrays["intents"], arrays["labels"]
            vectors, votes = arrays["vectors"], arrays["votes"]
            model._words = n_grams.words(arrays["words"].tolist())
            model._words.idf_ = arrays["word_idf"]
            model._word_votes = arrays["word_votes"]
            model._characters = n_grams.characters(arrays["characters"].tolist())
            model._characters.idf_ = arrays["character_idf"]
            model._character_votes = arrays["character_votes"]
        model._index(vectors, votes)
        return model

    def _targets(self) -> Floats:
        return np.asfortranarray(np.eye(len(self.intents), dtype=np.float32)[self._labels])

    def _index(self, vectors: Floats, votes: Floats) -> None:
        self._is_outside = np.isin(self.intents, self.outside)
        self._is_harm = np.isin(self.intents, self.harm)
        self._is_inside = ~self._is_outside & ~self._is_harm
        # The examples of a kind are looked through for each text: they stand together, those of harm last.
        kind_of_example = (self._is_outside + 2 * self._is_harm)[self._labels]
        self._by_kind = np.argsort(kind_of_example, kind="stable")
        inside, not_harm = (int((kind_of_example < kind).sum()) for kind in (1, 2))
        self._examples = {
            "inside": slice(inside),
            "outside": slice(inside, not_harm),
            "harm": slice(not_harm, len(votes)),
            "others": slice(not_harm),
        }
        self._cosines = Cosines(vectors[self._by_kind])
        # A row times this is five times slower where its rows lie together, not its columns.
        self._votes_by_kind = np.asfortranarray(votes[self._by_kind])
        self._word_counter = n_grams.CountedVotes(self._words, self._word_votes)
        self._character_counter = n_grams.CountedVotes(self._characters, self._character_votes)

    def _reading(self, scores: Floats, cosines: Floats) -> Reading:
        inside, outside = scores[:, self._is_inside], scores[:, self._is_outside]
        best = np.sort(inside, axis=1)[:, -2:]
        near_inside = self._nearness("inside", cosines, _NEAREST_INSIDE)
        near_outside = self._nearness("outside", cosines, _NEAREST_OUTSIDE)
        near_harm = self._nearness("harm", cosines, _NEAREST_INSIDE)
        near_others = self._nearness("others", cosines, _NEAREST_INSIDE)
        harm, others = scores[:, self._is_harm], scores[:, ~self._is_harm]
        harm_columns = [
            harm.sum(axis=1) - others.sum(axis=1),
            near_harm - near_others,
            harm.max(axis=1, initial=0.0) - others.max(axis=1, initial=0.0),
        ]
        return Reading(
            scores=scores,
            inside=self._most_likely(self._is_inside, scores),
            outside=self._most_likely(self._is_outside, scores),
            harm=self._most_likely(self._is_harm, scores),
            evidence=np.column_stack([best[:, 1] - outside.max(axis=1, initial=0.0), near_inside - near_outside]),
            harm_evidence=np.column_stack(harm_columns),
            ahead=best[:, 1] - best[:, 0],
            near=np.maximum(near_inside, near_outside),
        )

    def _nearness(self, kind: str, cosines: Floats, number: int) -> Floats:
        """The mean cosine to so many of the nearest examples of a kind: of shape (texts,), 0 where there are none."""
        of_kind = cosines[:, self._examples[kind]]
        number = min(number, of_kind.shape[1])
        if number == 0:
            return np.zeros(len(cosines))
        mean: Floats = _greatest(of_kind, number).mean(axis=1)
        return mean

    def _most_likely(self, kind: Bools, scores: Floats) -> Strings:
        if not kind.any():
            return np.full(len(scores), "")
        intents: Strings = self.intents[kind][scores[:, kind].argmax(axis=1)]
        return intents


class LeftOut:
    """What a model says of its training texts, had it been trained without them.

    In closed form, from the inverse of the kernel (Rasmussen & Williams 2006, "Gaussian Processes for Machine
    Learning", 5.4.2).
    """

    def __init__(self, model: IntentModel, factor: Floats) -> None:
        """Take a model that was just trained, and its kernel's Cholesky factor, which is overwritten."""
        self._model = model
        self._votes = model._votes
        # The inverse of the kernel is this times its own transpose: what is needed of it are the diagonal and blocks.
        self._inverse, _ = lapack.strtri(factor, overwrite_c=True)

    def text(self) -> Reading:
        """Each text as it is read by the model that all the others make."""
        model = self._model
        diagonal = np.einsum("ij,ij->i", self._inverse, self._inverse)
        scores = model._targets() - self._votes / diagonal[:, None]
        numbers = np.arange(len(scores))
        return self._reading(scores, lambda rows: rows[:, None] == numbers)

    def intent(self) -> Reading:
        """Each text as it is read by the model that all texts of the other intents make: as one that has no intent."""
        model = self._model
        scores = np.empty_like(self._votes)
        for label in range(len(model.intents)):
            own = np.flatnonzero(model._labels == label)
            scores[own] = -np.linalg.solve(self._inverse[own] @ self._inverse[own].T, self._votes[own])
            scores[own, label] = _NEVER
        return self._reading(scores, lambda rows: model._labels[rows][:, None] == model._labels)

    def _reading(self, scores: Floats, is_left_out: Callable[[Integers], Bools]) -> Reading:
        """The training texts read by these scores; `is_left_out` says of some texts which are no neighbours."""
        readings = []
        for start in range(0, len(scores), _ROWS):
            rows = np.arange(start, min(start + _ROWS, len(scores)))
            cosines = self._model._vectors[rows] @ self._model._vectors.T
            cosines[is_left_out(rows)] = -1.0
            readings.append(self._model._reading(scores[rows], cosines[:, self._model._by_kind]))
        return Reading.joined(readings)


def _greatest(values: Floats, number: int) -> Floats:
    """The so many greatest values of each row, in any order."""
    columns = values.shape[1] // _BLOCK
    if columns > number:
        # They are in the columns with the greatest maxima, or in what no column holds: little is left to be sorted.
        table = values[:, : _BLOCK * columns].reshape(len(values), _BLOCK, columns)
        best = np.argpartition(table.max(axis=1), -number, axis=1)[:, -number:]
        chosen = np.take_along_axis(table, best[:, None, :], axis=2).reshape(len(values), -1)
        values = np.hstack([chosen, values[:, _BLOCK * columns :]])
    return np.partition(values, -number, axis=1)[:, -number:]


def _similarity(vectors: Floats, others: Floats) -> Floats:
    similarity: Floats = np.exp(STEEPNESS * (vectors @ others.T - 1.0))
    return similarity


def _factor(matrix: Floats) -> Floats:
    """The upper Cholesky factor of a symmetric positive definite matrix, in its place, with zeros below it.

    Raises:
        np.linalg.LinAlgError: it is not positive definite.
    """
    # The transpose of a symmetric matrix is the same one in the order that LAPACK works in: nothing is copied.
    factor: Floats
    factor, failed = lapack.spotrf(matrix.T, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("the kernel of the training texts is not positive definite")
    return factor


def _lower(texts: Sequence[str]) -> List[str]:
    return [text.lower() for text in texts]
