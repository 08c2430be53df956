"""Whether what is installed is exactly what requirements/*.txt list, and still as it was installed."""

import base64
import hashlib
import re
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple

# Lists that are installed together; that for the tests holds that for running.
_LISTS = ("bootstrap", "encoder", "channels")
# Makes the environment, and comes with Python.
_OF_PYTHON = {"pip", "setuptools"}
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([\w.+!-]+)", re.MULTILINE)
# Written when a module is first imported, or moved into place with the path of this machine.
_REWRITTEN = re.compile(r"\.pyc$|(^|/)\.\./bin/|/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json)$")
# Several packages bring one of these to the same place, where no program reads it.
_NO_CODE = re.compile(r"^(LICENSE|README)[\w.]*$|^[A-Z]+\.(md|txt|rst)$")


class Package(NamedTuple):
    """A package by its name, in small letters with hyphens, and its version."""

    name: str
    version: str


def listed(path: Path) -> List[Package]:
    """The packages of a list of requirements, each with the one version that it allows."""
    found = _PINNED.findall(path.read_text(encoding="utf-8"))
    return sorted({Package(_normal(name), version) for name, version in found})


def lists_of(requirements: Path, site: Path) -> List[Path]:
    """The lists of what has to be installed: for running, or for the tests where the environment has that.

    Args:
        requirements: the folder of the lists.
        site: the environment's folder of packages.
    """
    # bin/setup leaves beside the packages which of the two it has installed.
    has_tests = (site.parents[2] / "installed-test").is_file()
    return [requirements / f"{name}.txt" for name in (*_LISTS, "test" if has_tests else "run")]


def expected(requirements: Path, site: Path) -> List[Package]:
    """What has to be installed."""
    return sorted({package for path in lists_of(requirements, site) for package in listed(path)})


def differences(wanted: List[Package], site: Path) -> Iterator[str]:
    """What is installed and not listed, listed and not installed, or of another version; each in a line."""
    there: Dict[str, str] = {}
    for each in _installed(site):
        name = _normal(each.metadata["Name"])
        if name in there:
            yield f"{name} is installed twice"
        there[name] = each.version
    versions = dict(wanted)
    for name, version in wanted:
        if name not in there:
            yield f"{name} {version} is listed and not installed"
        elif there[name] != version:
            yield f"{name} {there[name]} is installed, and {version} is listed"
    for name in sorted(set(there) - set(versions) - _OF_PYTHON):
        yield f"{name} {there[name]} is installed and not listed"


def changed_files(site: Path) -> Iterator[str]:
    """Files that are not as their package brought them, or are gone; each in a line."""
    for distribution in _installed(site):
        for file in distribution.files or ():
            if file.hash is None or _REWRITTEN.search(str(file)) or _NO_CODE.search(str(file)):
                continue
            path = Path(str(distribution.locate_file(file)))
            if not path.is_file():
                yield f"{distribution.metadata['Name']}: {file} is gone"
            elif _digest(path, file.hash.mode) != file.hash.value:
                yield f"{distribution.metadata['Name']}: {file} was changed"


def _installed(site: Path) -> List[Distribution]:
    return list(distributions(path=[str(site)]))


def _digest(path: Path, kind: str) -> str:
    digest = hashlib.new(kind)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
