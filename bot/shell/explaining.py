"""Why a message was answered as it was, in a few labelled lines for its makers."""

from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

_READINGS = 4
# What a gate's value has to reach its limit for: bot/nlu/intent_gate.py.
_GATES = {"inside": "about the subject", "ahead": "ahead of the next intent", "near": "like something known"}


def explained(turn: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    """Pairs of a label and what to tell under it, in the order in which a message goes through the pipeline.

    Args:
        turn: as `Conversation.latest_turn` gives it.
    """
    understood = turn["understood"]
    yield "intent", f"{understood['intent']['name']} {understood['intent']['confidence']:.2f}"
    ranked = understood.get("intent_ranking") or ()
    if ranked:
        yield "likeliest", ", ".join(f"{each['name']} {each['confidence']:.2f}" for each in ranked[:_READINGS])
    for name, gate in (understood.get("gates") or {}).items():
        yield f"gate {name}", f"{_compared(gate)} ({_GATES.get(name, name)})"
    if understood.get("guard"):
        yield "guard", _guard(understood["guard"])
    if understood.get("need"):
        yield "need", _listed_values(understood["need"])
    names = [f"{each['value']} ({each['entity']})" for each in understood.get("entities") or ()]
    if names:
        yield "names", ", ".join(names)
    yield from _facts(understood)
    for name in ("misconception", "background", "language"):
        if understood.get(name):
            yield name, str(understood[name])
    yield from _events(turn["events"])
    focus = {name: value for name, value in turn["slots"].items() if value}
    for name, value in focus.items():
        yield name.replace("_", " "), _listed(value)


def _facts(understood: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    for choice in understood.get("fact_ranking") or ():
        yield "facts", f"{choice['confidence']:.2f} {', '.join(choice['facts'])}"
    for reading in understood.get("readings") or ():
        yield "close reading", f"{reading['intent']}: {', '.join(reading['facts']) or 'the whole topic'}"
    for question in understood.get("questions") or ():
        yield "question", f"{question['intent']}: {', '.join(question['facts']) or 'no single fact'}"


def _events(events: Sequence[Mapping[str, Any]]) -> Iterator[Tuple[str, str]]:
    for event in events:
        if "action" in event:
            followed: List[str] = event["followed"]
            why = f", following “{'” or “'.join(followed)}”" if followed else ""
            confidence = f" {event['confidence']:.2f}" if event["confidence"] is not None else ""
            yield "action", f"{event['action']}, chosen by {event['policy'] or 'Rasa'}{confidence}{why}"


def _compared(gate: Mapping[str, float]) -> str:
    sign, result = ("≥", "passes") if gate["value"] >= gate["limit"] else ("<", "does not pass")
    return f"{gate['value']:.2f} {sign} {gate['limit']:.2f}, {result}"


def _guard(guard: Mapping[str, Any]) -> str:
    pattern = f", and the patterns say {guard['pattern']}" if guard["pattern"] else ""
    reached = "reached" if guard["value"] >= guard["limit"] else "not reached"
    return f"{guard['kind']} {guard['value']:.2f}, limit {guard['limit']:.2f} {reached}{pattern}"


def _listed_values(values: Dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items() if value not in (None, False))


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
