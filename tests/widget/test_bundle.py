"""The built bundle is what its source builds, and small."""

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Dict, Iterable, Set

import pytest
from babel import Locale

from bot import ROOT
from tests.conftest import require_program

WIDGET = ROOT / "bot" / "widget"
BUNDLE = WIDGET / "bundle"
LANGUAGES = sorted(path.stem for path in (WIDGET / "labels").glob("*.json"))


def compressed(paths: Iterable[Path]) -> int:
    """Bytes that travel, each file compressed by itself."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def files(folder: Path) -> Dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_bundle_is_what_the_source_builds(tmp_path: Path) -> None:
    npm = require_program("npm")
    subprocess.run(
        [npm, "run", "--silent", "build"], cwd=WIDGET, env={**os.environ, "OUT": str(tmp_path)}, check=True, timeout=120
    )
    built, committed = files(tmp_path), files(BUNDLE)
    assert sorted(built) == sorted(committed), "run `make widget` and commit bot/widget/bundle"
    assert [name for name in built if built[name] != committed[name]] == [], "run `make widget`"


def test_the_types_agree() -> None:
    npm = require_program("npm")
    checked = subprocess.run(
        [npm, "run", "--silent", "check"], cwd=WIDGET, check=False, capture_output=True, text=True, timeout=120
    )
    assert checked.returncode == 0, checked.stdout


def test_the_loader_is_at_most_4_kb() -> None:
    assert compressed([BUNDLE / "embed.js"]) <= 4_096


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_at_most_30_kb(language: str) -> None:
    """With all that a visitor of one language loads."""
    static = list((BUNDLE / "static").iterdir())
    common = [path for path in static if path.name.split("-")[0] not in LANGUAGES]
    own = [path for path in static if path.name.startswith(f"{language}-")]
    assert len(own) == 1 and len(common) == 3
    assert compressed([BUNDLE / "index.html", *common, *own]) <= 30_000


def test_the_lock_names_no_address_of_a_package() -> None:
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages and all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for package in packages.values())


def test_every_version_is_pinned() -> None:
    package = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    for version in {**package["dependencies"], **package["devDependencies"]}.values():
        assert version[0].isdigit()


def test_every_language_has_the_same_labels_and_places() -> None:
    english = labels("en")
    for language in LANGUAGES:
        assert shape(labels(language)) == shape(english), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_of_a_language_is_there(language: str) -> None:
    needed = Locale(language).plural_form.tags | {"other"}
    for group in labels(language).values():
        for name, label in group.items() if isinstance(group, dict) else ():
            if isinstance(label, dict):
                assert needed <= set(label), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_empty_but_what_the_greeting_says_in_english(language: str) -> None:
    empty = {
        name for group in labels(language).values() if isinstance(group, dict) for name in group if not group[name]
    }
    assert empty == ({"about", "note"} if language == "en" else set())


def test_every_label_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (WIDGET / "src").rglob("*.ts*"))
    for group in labels("en").values():
        for name in group if isinstance(group, dict) else ():
            assert f'"{name}"' in source or f".{name}" in source or f"{name}," in source or f"{name} }}" in source, name


def labels(language: str) -> Dict[str, Dict[str, object]]:
    return json.loads((WIDGET / "labels" / f"{language}.json").read_text(encoding="utf-8"))


def shape(part: object) -> object:
    """The keys of labels, and which places in braces each text has."""
    if isinstance(part, str):
        return places(part)
    assert isinstance(part, dict)
    if "other" in part:
        return places(part["other"])
    return {name: shape(inner) for name, inner in part.items()}


def places(text: str) -> Set[str]:
    return {name.partition("}")[0] for name in text.split("{")[1:]}
