"""What the benchmark against stock Rasa makes of what it measures; training stock Rasa takes too long for a test."""

import time
from pathlib import Path
from typing import List

import pytest
import yaml

from benchmarks.against_stock import page, send_all
from benchmarks.assistants import Send, Started, Stock
from benchmarks.charts import draw_comparison
from benchmarks.figures import AT_A_TIME, Figures
from benchmarks.parts import Clock


class Sleeping(Started):
    """Answers after a while, and remembers who said what."""

    def __init__(self) -> None:
        super().__init__(1.0, [], 0)
        self.said: List[List[str]] = []

    def conversation(self) -> Send:
        own: List[str] = []
        self.said.append(own)

        def send(text: str) -> None:
            if text == "fail":
                raise RuntimeError("503")
            own.append(text)
            time.sleep(0.02)

        return send


def test_every_message_is_sent_once_by_so_many_at_a_time() -> None:
    started, texts = Sleeping(), [str(number) for number in range(40)]
    took, seconds = send_all(started, texts, 4)
    assert sorted(text for own in started.said for text in own) == sorted(texts)
    assert len(started.said) == 8  # each of four has ten messages, eight of them in its first conversation
    assert len(took) == 40 and min(took) >= 20
    assert 0.2 <= seconds < 0.6


def test_a_message_without_an_answer_ends_the_measurement() -> None:
    with pytest.raises(RuntimeError, match="503"):
        send_all(Sleeping(), ["hello", "fail"], 2)


def figures(times: float) -> Figures:
    return Figures(
        training=100 * times,
        start=[5 * times, 6 * times, 70 * times],
        memory=500 * times,
        messages={number: [10.0 * number * times] * 99 + [1000.0] for number in AT_A_TIME},
        rounds={number: [2.0 * times, 1.0 * times, 3.0 * times] for number in AT_A_TIME},
        parts={"whole": 9 * times, "FactRanker": 5 * times, "store": 0.05},
    )


def test_the_table_and_the_chart(tmp_path: Path) -> None:
    told = page(figures(1), figures(4), epochs=3)
    assert "| training, s (stock: 3 of its 100 epochs) | 100 | 400 | 0.25 |" in told
    assert "| start to ready, s | 6.0 | 24.0 | 0.25 |" in told
    assert "| message, 4 at a time: median, ms | 40.0 | 160.0 | 0.25 |" in told
    assert "| messages a second, 16 at a time | 48.0 | 12.0 | 4.00 |" in told
    assert "- ours, 9.0 altogether: FactRanker 5.0" in told and "store" not in told.partition("- stock Rasa")[2]
    draw_comparison(tmp_path / "chart.png", figures(1), figures(4))
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_a_part_inside_another_counts_once() -> None:
    clock = Clock()
    clock.begin()
    with clock.of("outer"):
        time.sleep(0.02)
        with clock.of("inner"):
            time.sleep(0.04)
    assert 20 <= clock.medians()["outer"] < 38 and clock.medians()["inner"] >= 40


def test_the_stock_project_is_what_rasa_suggests(tmp_path: Path) -> None:
    stock = Stock(tmp_path, epochs=2)
    config = yaml.safe_load((stock.project() / "config.yml").read_text(encoding="utf-8"))
    assert [each["name"] for each in config["policies"]] == ["MemoizationPolicy", "TEDPolicy", "RulePolicy"]
    assert {each.get("epochs") for each in config["pipeline"]} == {None, 2}
    assert (stock.project() / "data" / "nlu").is_dir()
