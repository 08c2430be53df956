"""A trained model's graph, run in an order that is found once: dask finds it anew for each message and each action."""

from typing import Any, Dict, List, MutableMapping, NamedTuple, Optional, Sequence, Tuple
from weakref import WeakKeyDictionary

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner


class _Step(NamedTuple):
    name: str
    node: GraphNode
    needs: Tuple[str, ...]


_steps_of: MutableMapping[DaskGraphRunner, Dict[Tuple[str, ...], List[_Step]]] = WeakKeyDictionary()


def order_once() -> None:
    """From now on, in this process: it keeps each node's result until the end, so this is not for training."""
    DaskGraphRunner.run = _run  # type: ignore[method-assign, assignment]  # in the place of Rasa's own


def _run(
    runner: DaskGraphRunner, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
) -> Dict[str, Any]:
    """Run the graph.

    Args:
        runner: has the graph, and its components.
        inputs: by the name under which a node asks for it.
        targets: the nodes whose results are wanted; those of the graph if None.

    Returns:
        The results by node.

    Raises:
        GraphRunError: a component failed, or something that it needs is missing.
    """
    wanted = tuple(targets or runner._graph_schema.target_names)
    known = _steps_of.setdefault(runner, {})
    if wanted not in known:
        known[wanted] = _ordered(runner, wanted)
    results = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, node, needs in known[wanted]:
            # A node says itself what it misses.
            results[name] = node(*(results.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[name] for name in wanted)


def _ordered(runner: DaskGraphRunner, targets: Sequence[str]) -> List[_Step]:
    """Each node after those that it needs."""
    nodes = runner._graph_schema.minimal_graph_schema(list(targets)).nodes
    steps: Dict[str, _Step] = {}

    def add(name: str) -> None:
        if name in nodes and name not in steps:
            needs = tuple(nodes[name].needs.values())
            for need in needs:
                add(need)
            steps[name] = _Step(name, runner._instantiated_nodes[name], needs)

    for name in targets:
        add(name)
    return list(steps.values())
