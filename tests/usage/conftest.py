"""A database of counts in a file, or in a server of our own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator, List

import pytest
from sqlalchemy.engine import URL

from bot.environment import free_port
from bot.usage.settings import parsed
from bot.usage.table import UsageTable
from tests.conftest import require_program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "usage.db"


@pytest.fixture
def table(file: Path) -> UsageTable:
    return UsageTable(parsed(f"sqlite:///{file}"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """An empty database of a PostgreSQL server of our own."""
    # Debian keeps the server's programs off the PATH.
    folders = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([os.environ["PATH"], *folders]))
        programs = {name: require_program(name) for name in ("initdb", "postgres", "pg_ctl")}
    # It does not run as root, and whom it runs as can't look into pytest's folders.
    as_nobody = [require_program("setpriv"), "--reuid=nobody", "--clear-groups"] if os.getuid() == 0 else []
    folder, port = tempfile.mkdtemp(prefix="metoo-postgresql-"), free_port()

    def run(*command: str) -> None:
        # The server would keep a pipe open: what is printed goes into a file.
        with (Path(folder) / "printed").open("a", encoding="utf-8") as printed:
            subprocess.run([*as_nobody, *command], cwd=folder, check=True, stdout=printed, stderr=printed, timeout=120)

    try:
        if as_nobody:
            shutil.chown(folder, "nobody")
        data = f"{folder}/data"
        run(programs["initdb"], "-D", data, "-A", "trust", "-U", "test", "--no-sync")
        options: List[str] = [f"-p {port}", "-h 127.0.0.1", f"-k {folder}"]
        run(programs["pg_ctl"], "-D", data, "-w", "-o", " ".join(options), "start")
        yield URL.create("postgresql", "test", host="127.0.0.1", port=port, database="postgres")
        run(programs["pg_ctl"], "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
