"""What is done to a cluster under load: one process after another is taken away, and a disk is filled."""

import os
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from benchmarks.cluster import Cluster, ClusterError

_DISK_MEGABYTES = 4
KILL_RASA = "kill -9 of one of two Rasa processes"
KILL_ACTIONS = "kill -9 of one of two action servers"
RESTART_REDIS = "kill -9 and restart of Redis"
FULL_DISK = "the disk of the log folder is full"


class Fault(NamedTuple):
    """What is done to the cluster at a share of the time, and how to tell that all is whole again."""

    name: str
    at: float
    strike: Callable[[Cluster], None]
    is_whole: Callable[[Cluster], bool]


def kill_rasa(cluster: Cluster) -> None:
    """End it by kill -9, and start it again, as whatever watches over it would."""
    cluster.rasa[0].kill()
    cluster.rasa[0].start()


def kill_actions(cluster: Cluster) -> None:
    """End it by kill -9, and start it again."""
    cluster.actions[0].kill()
    cluster.actions[0].start()


def restart_redis(cluster: Cluster) -> None:
    """End it by kill -9, and start it again: what was saved in the last moment is there, too."""
    cluster.redis.kill()
    cluster.redis.start()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A folder on a disk of its own with a few megabytes.

    Raises:
        ClusterError: it can't be mounted.
    """
    folder.mkdir()
    size = f"size={_DISK_MEGABYTES}m,mode=0755"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise ClusterError(f"No small disk could be made, which takes root: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder: Path) -> None:
    """Fill a disk to the last byte."""
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"\0" * 65_536):
            pass
    with suppress(OSError), (folder / "rest").open("wb", buffering=0) as filler:
        while filler.write(b"\0"):
            pass


def is_full(folder: Path) -> bool:
    """Whether not a byte can be written."""
    return os.statvfs(folder).f_bavail == 0
