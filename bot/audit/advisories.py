"""Known vulnerabilities of what is installed, and what SECURITY.md answers to each."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Sequence

ID = re.compile(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+)\b")
# A row of the table: a package with its version, the ids, the answer.
_ROW = re.compile(r"^\| ([@\w./-]+) (\d[\w.]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_SECONDS = 900


class Advisory(NamedTuple):
    """A known vulnerability of an installed package, by all its ids."""

    package: str
    version: str
    ids: FrozenSet[str]


class Answer(NamedTuple):
    """What SECURITY.md says of vulnerabilities of a package."""

    package: str
    version: str
    ids: FrozenSet[str]
    text: str


class Looked(NamedTuple):
    """What a look at the registry found, and what could not be looked up, each in a line."""

    advisories: List[Advisory]
    not_looked_up: List[str]


def answers(text: str) -> List[Answer]:
    """The answers in the text of SECURITY.md."""
    return [
        Answer(package, version, frozenset(ID.findall(ids)), answer.strip())
        for package, version, ids, answer in _ROW.findall(text)
    ]


def unanswered(advisories: Iterable[Advisory], given: Sequence[Answer]) -> List[Advisory]:
    """The advisories that no answer names; one for another version is none."""
    return [
        each
        for each in advisories
        if not any((a.package, a.version) == (each.package, each.version) and a.ids & each.ids for a in given)
    ]


def look_at_python(tool: Path, lists: Sequence[Path]) -> Looked:
    """Ask pip-audit, which asks the registry, for what lists of requirements hold."""
    command = [str(tool), "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    printed = _printed([*command, *(part for path in lists for part in ("-r", str(path)))], tool.parent)
    if not isinstance(printed, dict) or "dependencies" not in printed:
        return Looked([], ["Python's packages: pip-audit gave no result"])
    found, missing = [], []
    for package in printed["dependencies"]:
        if "skip_reason" in package:
            missing.append(package["name"])
        for each in package.get("vulns", ()):
            ids = frozenset((each["id"], *each.get("aliases", ())))
            found.append(Advisory(package["name"], package["version"], ids))
    if not missing:
        return Looked(found, [])
    share = f"{len(missing)} of {len(printed['dependencies'])} of Python's packages, such as {missing[0]}"
    return Looked(found, [f"{share}: the registry has no data here"])


def look_at_npm(folder: Path) -> Looked:
    """Ask npm for what the page is built with."""
    printed = _printed(["npm", "audit", "--json"], folder)
    if not isinstance(printed, dict) or "vulnerabilities" not in printed:
        return Looked([], ["npm's packages: npm audit gave no result"])
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = []
    for name, package in printed["vulnerabilities"].items():
        version = lock.get(f"node_modules/{name}", {}).get("version", "")
        told = [via for via in package["via"] if isinstance(via, dict)]  # a name is told by itself
        found += [Advisory(name, version, frozenset(ID.findall(via.get("url", "")))) for via in told]
    return Looked(found, [])


def _printed(command: Sequence[str], folder: Path) -> Any:
    """The JSON that a command prints, whatever it ends with; None where it prints none."""
    try:
        ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=_SECONDS)
        parsed: Dict[str, Any] = json.loads(ended.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return parsed
