"""What is known to be answered, whenever the process ends."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from bot.channels.matrix.progress import Progress

ME = "@metoo:example.org"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "matrix.json"


def after_restart(path: Path) -> Progress:
    progress = Progress(path)
    progress.load(ME)
    return progress


@pytest.fixture
def progress(path: Path) -> Progress:
    return after_restart(path)


def test_at_first_nothing_is_known(progress: Progress, path: Path) -> None:
    assert progress.token is None and not progress.is_known("$a")
    progress.write()
    assert not path.exists()


def test_the_token_moves_on_when_everything_before_is_answered(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    progress.begin("s2", {"$a", "$b"})
    progress.begin("s3", set())
    progress.begin("s4", {"$c"})
    assert progress.token == "s1"
    progress.done("$c")
    progress.done("$a")
    assert progress.token == "s1"
    progress.write()
    again = after_restart(path)
    assert again.token == "s1"
    assert [again.is_known(each) for each in ("$a", "$b", "$c")] == [True, False, True]
    progress.done("$b")
    assert progress.token == "s4"
    progress.write()
    assert after_restart(path).token == "s4"
    assert json.loads(path.read_text())["answered"] == []


def test_what_was_answered_before_a_restart_is_known_until_its_batch_is_known(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    progress.begin("s2", {"$a", "$b"})
    progress.done("$a")
    progress.write()
    second = after_restart(path)
    second.begin("s5", {"$b"})
    second.write()
    third = after_restart(path)
    assert (third.token, third.is_known("$a"), third.is_known("$b")) == ("s1", True, False)
    third.begin("s6", {"$b"})
    third.done("$b")
    assert third.token == "s6"


def test_which_rooms_were_told_is_kept_until_they_are_left(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    progress.tell("!room")
    progress.write()
    again = after_restart(path)
    assert again.was_told("!room") and not again.was_told("!other")
    again.forget("!room")
    again.write()
    assert not after_restart(path).was_told("!room")


def test_the_file_is_private_and_holds_no_ids(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    progress.begin("s2", {"$event", "$other"})
    progress.done("$event")
    progress.tell("!room:example.org")
    progress.write()
    content = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "$" not in content and "!" not in content


def test_of_another_account_nothing_is_known(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    progress.write()
    other = Progress(path)
    other.load("@other:example.org")
    assert other.token is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"user_id": "@metoo:example.org"}', "\x00"])
def test_a_damaged_file_is_said_and_begun_anew(path: Path, content: str, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_text(content)
    assert after_restart(path).token is None
    assert "is damaged" in caplog.text


def test_a_full_disk_is_said(progress: Progress, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.write_text("")  # a file where the folder should be
    progress.begin("s1", set())
    progress.write()
    assert "can't be written" in caplog.text and "METOO_MATRIX_STATE_FILE" in caplog.text


def test_a_token_that_the_server_does_not_know_is_forgotten(progress: Progress) -> None:
    progress.begin("s1", set())
    progress.begin("s2", {"$a"})
    progress.forget_token()
    assert progress.token is None
    progress.done("$a")
    progress.begin("t1", set())
    assert progress.token == "t1"


def test_what_was_written_later_is_not_overwritten(progress: Progress, path: Path) -> None:
    progress.begin("s1", set())
    early = progress._snapshot()
    progress.begin("s2", set())
    progress.write()
    progress._write(*early)  # by a thread that was slower
    assert after_restart(path).token == "s2"


@pytest.mark.asyncio
async def test_it_is_written_by_itself(path: Path) -> None:
    progress = after_restart(path)
    writing = asyncio.ensure_future(progress.keep_writing())
    progress.begin("s1", set())
    for _ in range(100):
        if path.exists():
            break
        await asyncio.sleep(0.01)
    writing.cancel()
    assert after_restart(path).token == "s1"
