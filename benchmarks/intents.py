r"""Compares ways to tell intents, and texts that have none, on public data sets.

    python -m benchmarks.intents --data PATH [--questions FILE] [--only clinc150-small,hint3-curekart] \
        [--methods ours] [--stock] --out benchmarks/intents.md

PATH holds the folders clinc150, banking77 and hint3, FILE questions as in tests/questions.jsonl. Every measurement is
kept in a JSON file beside the Markdown, so that a run of some sets or methods replaces those alone. `--stock` measures
Rasa's own classifier too, which takes long; `--methods stock` measures it alone.
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from benchmarks.classifiers import CHANCE, METHODS, MORE_LIKELY, ORDER, REFUSED, SHORT, STOCK, Answers, Encode
from benchmarks.datasets import DESCRIPTIONS, NAMES, OTHER_QUESTIONS, Dataset, Examples, is_outside, load
from benchmarks.machine import machine
from bot.nlu.encoder import SentenceEncoder

# How far the accuracy on the validation split may fall for the sake of refusals.
VALIDATION_LOSS = 0.01
NO_GATE = "no gate"


class Score(NamedTuple):
    """Shares of 1: texts inside that are not refused and get the right intent, and texts outside that are refused."""

    inside: float
    outside: Optional[float]


class Measurement(NamedTuple):
    """One row of a table. `inside` and `outside` are percentages, means over the draws of the set."""

    dataset: str
    method: str
    point: str
    inside: float
    outside: Optional[float]
    training_seconds: float
    draws: int
    remark: str
    command: str
    date: str
    machine: str


def score(examples: Examples, answers: Answers, limit: float) -> Score:
    """How good answers are, where those less sure than the limit are refusals."""
    intents, sureness = answers
    outside = is_outside(examples.intents)
    kept = sureness >= limit
    right = kept & (intents == np.array(examples.intents))
    return Score(float(right[~outside].mean()), float((~kept)[outside].mean()) if outside.any() else None)


def limit_by_validation(examples: Examples, answers: Answers, loss: float = VALIDATION_LOSS) -> float:
    """The highest limit at which the accuracy inside falls by at most `loss`, a share of 1."""
    sureness = np.sort(answers[1])
    least = score(examples, answers, -np.inf).inside - loss
    low, high = 0, len(sureness)
    # The accuracy falls as the limit rises: find the last place at which it is still enough.
    while high - low > 1:
        middle = (low + high) // 2
        if score(examples, answers, sureness[middle]).inside >= least - 1e-12:
            low = middle
        else:
            high = middle
    return float(sureness[low])


def equal_error_limit(examples: Examples, answers: Answers) -> float:
    """The limit at which the share of texts inside refused is that of texts outside let through, or nearest to it."""
    outside = is_outside(examples.intents)
    limits = np.unique(answers[1])
    refused = np.array([(answers[1][~outside] < limit).mean() for limit in limits])
    passed = np.array([(answers[1][outside] >= limit).mean() for limit in limits])
    return float(limits[np.abs(refused - passed).argmin()])


class Result(NamedTuple):
    """What one method reaches on one draw of a set, for each operating point."""

    scores: Dict[str, Score]
    seconds: float
    remark: str


def measure(method: str, dataset: Dataset, encode: Encode) -> Result:
    """Train a method on one draw of a set and score it on its test split at all its operating points."""
    trained = METHODS[method](dataset, encode)
    tested = trained.answer(dataset.test.texts)
    limits, remark = {NO_GATE: -np.inf}, ""
    if is_outside(dataset.test.intents).any():
        limits.update(trained.limits)
        if dataset.validation:
            validated = trained.answer(dataset.validation.texts)
            limits["validation less 1 point"] = limit_by_validation(dataset.validation, validated)
            if CHANCE in limits:
                equal = equal_error_limit(dataset.validation, validated)
                remark = (
                    f"Of ours, the two kinds of error are equal on the validation split at a chance of {equal:.3f}."
                )
    scores = {point: score(dataset.test, tested, limit) for point, limit in limits.items()}
    return Result(scores, trained.seconds, remark)


def measurements(name: str, method: str, draws: List[Dataset], encode: Encode, command: str) -> List[Measurement]:
    """Measure a method on all draws of a set, stock Rasa on the first one."""
    results: List[Result] = []
    for number, dataset in enumerate(draws[:1] if method == STOCK else draws, start=1):
        print(f"{name}: {method} ({number} of {len(draws)})", file=sys.stderr, flush=True)
        if method != STOCK:
            # Texts are encoded once, so that this is not part of the training that is timed.
            encode(dataset.train.texts)
        results.append(measure(method, dataset, encode))
    rows: List[Measurement] = []
    for point in results[0].scores:
        scores = [result.scores[point] for result in results]
        outside = [each.outside for each in scores if each.outside is not None]
        rows.append(
            Measurement(
                dataset=name,
                method=method,
                point=point,
                inside=100 * float(np.mean([each.inside for each in scores])),
                outside=100 * float(np.mean(outside)) if outside else None,
                training_seconds=float(np.mean([result.seconds for result in results])),
                draws=len(results),
                remark=results[0].remark,
                command=command,
                date=date.today().isoformat(),
                machine=machine(),
            )
        )
    return rows


def remembering(encode: Encode) -> Encode:
    """The same, but a text is encoded once."""
    vectors: Dict[str, np.ndarray] = {}

    def encode_new(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if len(new) > 1000:
            print(f"encoding {len(new)} texts", file=sys.stderr, flush=True)
        vectors.update(zip(new, encode(new), strict=True))
        return np.stack([vectors[text] for text in texts])

    return encode_new


def markdown(rows: Sequence[Measurement]) -> str:
    """A page with a table for each set."""
    lines = [
        "# Intents, and texts that have none",
        "",
        "Inside: share of the texts that have an intent which are not refused and get the right one. Outside: share",
        "of the texts out of scope that are refused. Both are percentages on the test split. Training is without",
        "encoding, 2 to 5 ms a text, and with the gate's calibration where a row has one.",
        "",
        "- no gate: nothing is refused.",
        "- validation less 1 point: the highest threshold at which the accuracy inside on the validation split falls",
        "  by at most 1 point.",
        f"- {CHANCE}: calibrated without any text out of scope, by comparing each training example left out alone",
        "  with the same left out with its whole intent (see `bot/nlu/intent_model.py`). The limit is about where the",
        "  two kinds of error are equal on CLINC150's validation split, and is the same for every set.",
        f"- {MORE_LIKELY}: refused where the intent of the examples out of scope is the most likely one.",
        f"- {REFUSED:.0%} of left out examples refused: the limit at which so many of the training examples inside are",
        "  refused when each is left out; the assistant's own gate is set so.",
        "- probability ≥ 0.3 or 0.7: fixed thresholds, 0.3 being what Rasa's FallbackClassifier starts with.",
    ]
    for name in NAMES:
        of_set = [row for row in rows if row.dataset == name]
        if not of_set:
            continue
        of_set.sort(key=lambda row: ORDER.index(row.method))
        lines += ["", f"## {name}", "", f"{DESCRIPTIONS[name]}.", ""]
        lines += ["| method | operating point | inside | outside | training |", "|---|---|---|---|---|"]
        most = max(row.draws for row in of_set)
        for row in of_set:
            outside = "" if row.outside is None else f"{row.outside:.1f}"
            method = row.method + (" (one draw)" if row.method == STOCK and row.draws < most else "")
            lines.append(f"| {method} | {row.point} | {row.inside:.1f} | {outside} | {row.training_seconds:.1f} s |")
        lines.append("")
        lines += [remark + "  " for remark in dict.fromkeys(row.remark for row in of_set) if remark]
        for how in dict.fromkeys((row.command, row.date, row.machine) for row in of_set):
            lines.append(f"`{how[0]}`, {how[1]}, {how[2]}.  ")
        lines[-1] = lines[-1].rstrip()
    return "\n".join(lines) + "\n"


def stored(path: Path) -> List[Measurement]:
    """The measurements of earlier runs."""
    if not path.is_file():
        return []
    return [Measurement(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Measure, and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intents", description="Compare intent classifiers.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of clinc150, banking77 and hint3")
    parser.add_argument("--questions", type=Path, help="a file for the set other-questions")
    parser.add_argument(
        "--only",
        default=",".join(name for name in NAMES if name != OTHER_QUESTIONS),
        help="names of sets, with commas between them",
    )
    parser.add_argument("--methods", default="ngrams,encoder,both,ours", help=f"some of {', '.join(SHORT)}")
    parser.add_argument("--stock", action="store_true", help="measure Rasa's own classifier as well")
    parser.add_argument("--out", type=Path, required=True, help="the Markdown file to write")
    options = parser.parse_args(arguments)
    names, methods = options.only.split(","), options.methods.split(",") + ["stock"] * options.stock
    for given, known in ((names, NAMES), (methods, tuple(SHORT))):
        unknown = [name for name in given if name not in known]
        if unknown:
            parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    if OTHER_QUESTIONS in names and options.questions is None:
        parser.error(f"{OTHER_QUESTIONS} needs --questions FILE")
    command = "python -m benchmarks.intents --data PATH" + " --questions FILE" * bool(options.questions)
    for option in ("only", "methods"):
        if getattr(options, option) != parser.get_default(option):
            command += f" --{option} {getattr(options, option)}"
    command += f"{' --stock' if options.stock else ''} --out benchmarks/{options.out.name}"
    encode = remembering(SentenceEncoder().encode)
    store = options.out.with_suffix(".json")
    for name in names:
        draws = load(options.data, name, options.questions)
        for method in dict.fromkeys(SHORT[short] for short in methods):
            new = measurements(name, method, draws, encode, command)
            kept = [row for row in stored(store) if (row.dataset, row.method) != (name, method)]
            rows = kept + new
            store.write_text(json.dumps([row._asdict() for row in rows], indent=1) + "\n", encoding="utf-8")
            options.out.write_text(markdown(rows), encoding="utf-8")
            for row in new:
                outside = "" if row.outside is None else f", outside {row.outside:.1f}"
                print(f"  {row.point}: inside {row.inside:.1f}{outside}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
