"""Products of integers are those of floating point, but for what is rounded."""

from pathlib import Path
from typing import Any, List

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from bot.arrays import Floats
from bot.nlu.encoder import MODEL_FILE, MODEL_SHA256, SentenceEncoder, _packaged
from bot.nlu.integer_products import Cosines, session, with_integer_products

TEXTS = [
    "Who started the movement?",
    "hi",
    "My cousin hopes to become an actress in Mumbai. Has anything changed for people like her?",
    "Wann begann die Bewegung?",
    "He would not stop, and I have told nobody.",
]


def unit(vectors: Floats) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def written(path: Path, nodes: List[Any], constants: Any, x: str = "x") -> Path:
    """A model of x, float32 of any number of rows of eight, to y."""
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in (x, "y")]
    values = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "g", infos[:1], infos[1:], values)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    return path


def two_products(path: Path) -> Path:
    chance = np.random.default_rng(3)
    weights = {name: chance.integers(-128, 128, (8, 8)).astype(np.int8) for name in "ab"}
    scales = {f"{name}_scales": chance.random((1, 8)).astype(np.float32) for name in "ab"}
    nodes = [
        node
        for name, product in (("a", "ya"), ("b", "yb"))
        for node in (
            helper.make_node("Cast", [name], [f"{name}_floats"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}_floats", f"{name}_scales"], [f"{name}_weights"]),
            helper.make_node("MatMul", ["x", f"{name}_weights"], [product]),
        )
    ]
    return written(path, [*nodes, helper.make_node("Sub", ["ya", "yb"], ["y"])], {**weights, **scales})


def run(model: Any, x: Floats) -> Floats:
    (y,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"x": x})
    values: Floats = y
    return values


def test_products_by_int8_weights_become_integer_ones(tmp_path: Path) -> None:
    path = two_products(tmp_path / "model.onnx")
    changed = onnx.load_from_string(with_integer_products(path))
    kinds = [node.op_type for node in changed.graph.node]
    assert kinds.count("MatMulInteger") == 2 and "MatMul" not in kinds
    # Both are of the same, which is rounded once; what nothing needs any more is left out.
    assert kinds.count("DynamicQuantizeLinear") == 1
    assert {each.name for each in changed.graph.initializer}.isdisjoint("ab")
    x = np.random.default_rng(4).normal(size=(5, 8)).astype(np.float32)
    plain = run(str(path), x)
    assert run(changed.SerializeToString(), x) == pytest.approx(plain, abs=0.02 * np.abs(plain).max())


def test_what_needs_no_rounding_comes_out_exactly(tmp_path: Path) -> None:
    path = two_products(tmp_path / "model.onnx")
    # From 0 to 255 in steps of one; the weights reach from -128 to 127.
    x = np.random.default_rng(5).integers(0, 256, (4, 8)).astype(np.float32)
    x[0, :2] = 0, 255
    assert run(with_integer_products(path), x) == pytest.approx(run(str(path), x), rel=1e-5)


def test_a_model_of_floating_point_stays_as_it_is(tmp_path: Path) -> None:
    weights = np.random.default_rng(6).normal(size=(8, 8)).astype(np.float32)
    path = written(tmp_path / "model.onnx", [helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": weights})
    changed = onnx.load_from_string(with_integer_products(path))
    assert [node.op_type for node in changed.graph.node] == ["MatMul"]
    x = np.ones((2, 8), dtype=np.float32)
    assert (run(changed.SerializeToString(), x) == run(str(path), x)).all()


def test_a_model_runs_in_one_thread(tmp_path: Path) -> None:
    options = session(two_products(tmp_path / "model.onnx").read_bytes()).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_the_encoder_has_the_vectors_that_it_had(encoder: SentenceEncoder) -> None:
    plain = SentenceEncoder()
    plain._session = session(_packaged(MODEL_FILE, MODEL_SHA256).read_bytes())
    cosines = (encoder.encode(TEXTS) * plain.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.98
    # Rounded, or this compares the encoder with itself.
    assert cosines.max() < 0.99999


@pytest.mark.parametrize("number", [1, 2, 7, 5000])
def test_cosines_are_what_they_are(number: int) -> None:
    chance = np.random.default_rng(number)
    vectors, texts = (unit(chance.normal(size=(size, 384))) for size in (number, 3))
    # Some alike, as texts that mean the same.
    texts[0] = unit(vectors[:1] + 0.02 * texts[:1])[0]
    cosines = Cosines(vectors).to(texts)
    assert cosines.shape == (3, number) and cosines.dtype == np.float32
    assert np.abs(cosines - texts @ vectors.T).max() < 0.005


def test_cosines_to_a_text_do_not_depend_on_the_others() -> None:
    vectors = unit(np.random.default_rng(2).normal(size=(40, 384)))
    cosines = Cosines(vectors)
    assert (cosines.to(vectors[:3]) == np.vstack([cosines.to(vectors[[row]]) for row in range(3)])).all()


def test_an_empty_vector_is_like_nothing() -> None:
    vectors = np.vstack([np.zeros((1, 384)), np.eye(1, 384)]).astype(np.float32)
    assert Cosines(vectors).to(vectors[1:]).tolist() == [[0.0, pytest.approx(1.0, abs=0.005)]]
