"""`python -m bot add-document`: what it says, and one clear line where a file can't be a document."""

from pathlib import Path

import pytest

from tests.commands.processes import bot


def test_what_was_done_what_is_missing_and_what_comes_next(copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "north.txt"
    path.write_text("MeToo in Norway\n\nIn 2018, Kari Nordmann spoke in Norway.\nBread is baked from\nflour.\n")
    done = bot("add-document", str(path), root=copy)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "data/documents/north.txt: copied, unchanged",
        "2 sentences, of which 0 are quoted already",
        "1 headings, questions and addresses left out",
        "proposals/north.yml: 2 facts proposed",
        "proposals/north.names.yml: 1 names proposed",
    ]
    assert "Missing: 4 training phrases for 2 facts. Each needs two questions or more." in lines
    assert any("go on on another line" in line and "lines 4." in line for line in lines)
    assert lines[-1].startswith("Next: edit proposals/north.yml")
    again = bot("add-document", str(path), root=copy)
    assert again.returncode == 0
    assert again.stdout.splitlines()[-1] == "Nothing is left to propose."
    assert bot("check", root=copy).returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("latin.txt", "Förändring för alla.".encode("latin-1"), "is not UTF-8 text: save it as UTF-8"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text"),
        ("metoo.txt", b"These are other words.", "data/documents/metoo.txt is there with other words"),
        ("missing.txt", None, "can't be read (No such file or directory): correct the path."),
    ],
)
def test_one_line_says_why_not(copy: Path, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = bot("add-document", str(tmp_path / name), root=copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr and len(done.stderr.splitlines()) == 1
    assert [path.name for path in (copy / "data" / "documents").iterdir()] == ["metoo.txt"]


def test_defects_of_the_store_come_first(copy: Path, tmp_path: Path) -> None:
    path = copy / "data/facts/goals.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("line: 19", "line: 20"), encoding="utf-8")
    (tmp_path / "north.txt").write_text("Something happened in Norway.")
    done = bot("add-document", str(tmp_path / "north.txt"), root=copy)
    assert done.returncode == 1
    assert "data/facts/goals.yml:" in done.stderr and "then run the same command again" in done.stderr
    assert not (copy / "data/documents/north.txt").exists()
