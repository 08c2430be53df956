"""What is installed is what is listed, and what is known against it is answered in SECURITY.md."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from sysconfig import get_path

import pytest

from bot import ROOT
from bot.audit.advisories import ID, Advisory, answers, look_at_npm, look_at_python, unanswered
from bot.audit.packages import Package, changed_files, differences, expected, listed

SITE = Path(get_path("purelib"))
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def dist(site: Path, name: str, version: str, content: str = "x = 1\n") -> None:
    """A package as an installer leaves it."""
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (site / f"{name}.py").write_text(content)
    (folder / "RECORD").write_text(
        f"{name}.py,sha256=nia_NpkRxFwkPGhBR7I_yeHc_PJX0pmhxjIBam_NM_Q,6\n{name}-{version}.dist-info/RECORD,,\n"
    )


def test_exactly_the_lists_are_installed() -> None:
    assert list(differences(expected(ROOT / "requirements", SITE), SITE)) == []


def test_each_difference_is_told(tmp_path: Path) -> None:
    for name, version in (("alike", "1.0"), ("other_version", "2.0"), ("stranger", "0.1"), ("pip", "23.0")):
        dist(tmp_path, name, version)
    wanted = [Package("alike", "1.0"), Package("gone", "3.0"), Package("other-version", "1.9")]
    assert list(differences(wanted, tmp_path)) == [
        "gone 3.0 is listed and not installed",
        "other-version 2.0 is installed, and 1.9 is listed",
        "stranger 0.1 is installed and not listed",
    ]


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    dist(tmp_path, "sound", "1.0")
    dist(tmp_path, "changed", "1.0", "x = 2\n")
    dist(tmp_path, "partly", "1.0")
    (tmp_path / "partly.py").unlink()
    assert sorted(changed_files(tmp_path)) == ["changed: changed.py was changed", "partly: partly.py is gone"]


def test_every_entry_of_a_list_has_a_version_and_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert len(listed(path)) == len(entries) > 0, path.name
        assert all("==" in entry and entry.endswith("\\") for entry in entries), path.name


def test_what_nothing_uses_is_not_listed() -> None:
    folder = ROOT / "requirements"
    left_out = set(re.findall(r"^[a-z][\w.-]*$", (folder / "left_out.in").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(left_out) > 30
    assert not left_out & {
        package.name for name in ("run", "test", "channels") for package in listed(folder / f"{name}.txt")
    }


def test_each_answer_is_of_a_package_that_is_installed() -> None:
    given = answers(TEXT)
    known = set(expected(ROOT / "requirements", SITE))
    rows = [line for line in TEXT.split("## Known vulnerabilities")[1].splitlines() if line.startswith("| ")]
    assert len(given) == len(rows) - 1, "a row is not read: package, version, ids, answer"
    for answer in given:
        assert Package(answer.package, answer.version) in known, f"{answer.package} {answer.version} is not installed"
        assert answer.ids and len(answer.text) > 40
    ids = [each for answer in given for each in answer.ids]
    assert len(ids) == len(set(ids)) == len(ID.findall(TEXT))


def test_what_is_not_answered_for_this_version_is_told() -> None:
    given = answers(
        "| sanic 21.12.2 | CVE-2099-0001 GHSA-aaaa-bbbb-cccc | It is shut out by the check of connections. |"
    )
    known = [
        Advisory("sanic", "21.12.2", frozenset({"PYSEC-2099-7", "CVE-2099-0001"})),
        Advisory("sanic", "21.12.2", frozenset({"CVE-2099-0002"})),
        Advisory("sanic", "21.12.3", frozenset({"CVE-2099-0001"})),
    ]
    assert unanswered(known, given) == known[1:]


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """Prints in place of pip-audit what stands in a file beside it."""
    path = tmp_path / "pip-audit"
    path.write_text(f"#!/bin/sh\ncat {tmp_path}/printed\nexit 1\n")
    path.chmod(0o755)
    return path


def test_what_the_registry_knows_is_told(tool: Path) -> None:
    package = {
        "name": "x",
        "version": "1",
        "vulns": [{"id": "PYSEC-1-1", "aliases": ["CVE-2099-0001"], "fix_versions": []}],
    }
    tool.with_name("printed").write_text(
        json.dumps({"dependencies": [package, {"name": "y", "version": "2", "vulns": []}]})
    )
    looked = look_at_python(tool, [])
    assert looked.advisories == [Advisory("x", "1", frozenset({"PYSEC-1-1", "CVE-2099-0001"}))]
    assert looked.not_looked_up == []


def test_what_the_registry_does_not_tell_is_not_taken_for_nothing(tool: Path) -> None:
    tool.with_name("printed").write_text(json.dumps({"dependencies": [{"name": "x", "skip_reason": "not found"}]}))
    assert look_at_python(tool, []).not_looked_up == [
        "1 of 1 of Python's packages, such as x: the registry has no data here"
    ]
    tool.with_name("printed").write_text("no JSON")
    assert look_at_python(tool, []).not_looked_up == ["Python's packages: pip-audit gave no result"]


def test_npm_is_asked_for_the_versions_of_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"node_modules/a": {"version": "1.2.3"}}}))
    via = [{"url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"}, "b"]
    for printed, found in (({"vulnerabilities": {"a": {"via": via}}}, True), ({"message": "405"}, False)):
        npm.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(printed)}\nEND\nexit 1\n")
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        looked = look_at_npm(tmp_path)
        assert looked.advisories == ([Advisory("a", "1.2.3", frozenset({"GHSA-aaaa-bbbb-cccc"}))] if found else [])
        assert bool(looked.not_looked_up) is not found


def test_without_the_tool_the_command_says_what_to_run(copy: Path) -> None:
    shutil.copy(ROOT / "SECURITY.md", copy)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "audit"], cwd=copy, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1 and "make audit" in ended.stderr and "Traceback" not in ended.stderr
