"""The background collection: complete, with sources, and nothing in it that the check would not see."""

from pathlib import Path

import pytest
import yaml

from bot.facts import StoreError, load_store
from bot.facts.background import inspect_background, load_background


def test_what_ships_is_sound() -> None:
    background = load_background()
    assert len(background.facts) > 25
    assert background.label == "From a separate source, not the document:"
    for fact in background.facts.values():
        assert fact.id.startswith("x-") and fact.source_url.startswith("http") and fact.quote and fact.source_title
        assert not load_store().has_fact(fact.id)
    assert background.facts["x-weinstein-courts"].as_of is not None


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("source_url", None, "field 'source_url'"),
        ("source_url", "example.org", "field 'source_url'"),
        ("quote", None, "field 'quote'"),
        ("answer", "Call 0808 500 2222 now.", "looks like a phone number|look like a phone number"),
        ("as_of", "soon", "field 'as_of'"),
        ("colour", "red", "'colour' is no field"),
        ("questions", ["only one"], "field 'questions'"),
    ],
)
def test_a_defect_is_told_with_file_and_field(copy: Path, field: str, value: object, told: str) -> None:
    path = copy / "data" / "background" / "law.yml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    if value is None:
        del facts[0][field]
    else:
        facts[0][field] = value
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StoreError, match=told) as raised:
        load_background(copy)
    assert "data/background/law.yml" in str(raised.value) and facts[0]["id"] in str(raised.value)


def test_an_id_used_twice_is_told(copy: Path) -> None:
    path = copy / "data" / "background" / "law.yml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump([*facts, facts[0]], allow_unicode=True), encoding="utf-8")
    (problem,) = inspect_background(copy).problems
    assert "already used" in problem.message


def test_a_collection_without_a_label_is_told(copy: Path) -> None:
    (copy / "data" / "background" / "collection.yml").write_text("checked_on: 2026-11-23\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"collection.yml: field 'label'"):
        load_background(copy)
