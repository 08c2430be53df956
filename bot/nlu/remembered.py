"""Vectors of training examples, kept from one training to the next: encoding them is what takes longest."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Callable, Dict, List, Sequence
from zipfile import BadZipFile

import numpy as np

from bot.arrays import Floats

Encode = Callable[[Sequence[str]], Floats]


class RememberedVectors:
    """A file of vectors by the sha256 of their texts. It can be deleted at any time."""

    def __init__(self, path: Path, encoder: str) -> None:
        """Take the file, which need not be there, and what tells this encoder from another."""
        self._path = path
        self._encoder = encoder

    def encode(self, texts: Sequence[str], encode: Encode) -> Floats:
        """The vectors of texts: those in the file as they are, the others by `encode`; the file then holds these alone.

        Returns:
            float32 of shape (texts, dimensions).
        """
        keys = [hashlib.sha256(f"{self._encoder}\0{text}".encode()).hexdigest() for text in texts]
        known = self._known()
        new: List[int] = list({key: index for index, key in enumerate(keys) if key not in known}.values())
        if new:
            vectors = encode([texts[index] for index in new])
            known.update(zip((keys[index] for index in new), vectors, strict=True))
            self._keep({key: known[key] for key in keys})
        return np.stack([known[key] for key in keys])

    def _known(self) -> Dict[str, Floats]:
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            # Not there, or damaged: then all is encoded once more.
            return {}

    def _keep(self, vectors: Dict[str, Floats]) -> None:
        written = self._path.with_name(f"{self._path.stem}-{os.getpid()}.npz")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(written, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
            written.replace(self._path)
        except OSError:
            # A full or read-only disk costs the next training time, and this one nothing.
            with suppress(OSError):
                written.unlink()
