"""A model's graph in an order that is found once gives what dask gives."""

from pathlib import Path
from typing import Any, Dict, List

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.rasa import graph
from tests.rasa.walks import before_each_action, loaded

TEXTS = ["who founded it?", "What changed in France, and who began it?", "", "bitcoin price today"]


def understood(processor: Any, run: Any, text: str) -> Dict[str, Any]:
    runner, target = processor.graph_runner, processor.model_metadata.nlu_target
    inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None}
    message: Dict[str, Any] = run(runner, inputs, [target])[target][0].as_dict(only_output_properties=True)
    return message


def test_the_same_is_understood_and_chosen(model: Path) -> None:
    processor = loaded(model)
    by_dask = DaskGraphRunner.run
    for text in TEXTS:
        assert understood(processor, graph._run, text) == understood(processor, by_dask, text)
    target = processor.model_metadata.core_target
    trackers = list(before_each_action(processor))
    for tracker in trackers:
        inputs = {PLACEHOLDER_TRACKER: tracker}
        ours = graph._run(processor.graph_runner, inputs, [target])[target]
        assert ours.probabilities == by_dask(processor.graph_runner, inputs, [target])[target].probabilities
    assert len(trackers) > 100


def test_each_component_runs_once_and_after_what_it_needs(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = loaded(model).graph_runner
    ran: List[str] = []
    call = GraphNode.__call__

    def noted(node: GraphNode, *inputs: Any) -> Any:
        ran.append(node._node_name)
        return call(node, *inputs)

    monkeypatch.setattr(GraphNode, "__call__", noted)
    targets = list(runner._graph_schema.target_names)
    graph._run(runner, {PLACEHOLDER_MESSAGE: [UserMessage("a")], PLACEHOLDER_TRACKER: None}, targets)
    assert len(ran) == len(set(ran)) and set(targets) <= set(ran)
    needs = {
        name: [need for need in node.needs.values() if need in ran] for name, node in runner._graph_schema.nodes.items()
    }
    assert all(ran.index(need) < ran.index(name) for name in ran for need in needs[name])


def test_what_is_missing_and_what_fails_is_said_as_rasa_does(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor = loaded(model)
    for run in (graph._run, DaskGraphRunner.run):
        with pytest.raises(GraphRunError, match="Missing input to run node"):
            run(processor.graph_runner, {}, [processor.model_metadata.nlu_target])

    def fail(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(GraphNode, "__call__", fail)
    for run in (graph._run, DaskGraphRunner.run):
        with pytest.raises(GraphRunError, match="Error running runner"):
            understood(processor, run, "who?")
