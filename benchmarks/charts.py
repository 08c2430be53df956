"""Charts of measurements, as PNG."""

from pathlib import Path
from typing import Any, List

from benchmarks.figures import Figures

_OURS, _STOCK = "#6a3d9a", "#b5b5b5"


def draw_comparison(path: Path, ours: Figures, stock: Figures) -> None:
    """Draw both assistants' messages, throughput, start and memory, and where a message's time goes.

    Raises:
        OSError: the file cannot be written.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), constrained_layout=True)
    numbers = list(ours.messages)
    ticks = [f"{number} at a time" for number in numbers]
    latency, throughput, small, parts = axes.flat
    _pairs(latency, ticks, [ours.median(each) for each in numbers], [stock.median(each) for each in numbers])
    latency.set_title("A message: median, ms")
    _pairs(throughput, ticks, [ours.a_second(each) for each in numbers], [stock.a_second(each) for each in numbers])
    throughput.set_title("Messages a second")
    _pairs(
        small,
        ["start, s ×10", "memory, MB ÷10"],
        *([10 * sorted(each.start)[len(each.start) // 2], each.memory / 10] for each in (ours, stock)),
    )
    small.set_title("Start and memory")
    for row, figures in enumerate((ours, stock)):
        left = 0.0
        for part, took in sorted(figures.parts.items(), key=lambda each: -each[1]):
            if part != "whole" and took >= 0.3:
                bar = parts.barh(row, took, left=left, edgecolor="white")
                if took > 0.06 * stock.parts["whole"]:
                    parts.bar_label(bar, [part], label_type="center", fontsize=7, rotation=90)
                left += took
    parts.set_yticks([0, 1], ["ours", "stock Rasa"])
    parts.set_title("Where a message's time goes, ms")
    latency.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def _pairs(axes: Any, ticks: List[str], ours: List[float], stock: List[float]) -> None:
    width = 0.38
    for offset, values, name, colour in ((-width / 2, ours, "ours", _OURS), (width / 2, stock, "stock Rasa", _STOCK)):
        bars = axes.bar([each + offset for each in range(len(ticks))], values, width, label=name, color=colour)
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
    axes.set_xticks(range(len(ticks)), ticks)
