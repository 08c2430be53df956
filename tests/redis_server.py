"""A Redis server of the tests' own, as deploy/redis.conf sets it, for which time can pass."""

import time
from pathlib import Path

from benchmarks.cluster import RedisServer
from tests.conftest import require_program


class RedisProcess(RedisServer):
    """Runs until the block ends; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of what has to outlive a restart."""
        require_program("redis-server")
        super().__init__(folder)

    def age(self, seconds: float) -> None:
        """Make everything that is held older, as if so much time had passed."""
        client = self.client
        for key in client.scan_iter():
            left = client.pttl(key)
            if left > 0:
                client.pexpire(key, max(1, left - int(seconds * 1_000)))
            if client.type(key) == b"zset":
                for member, score in client.zrange(key, 0, -1, withscores=True):
                    client.zadd(key, {member: score - seconds * 1_000_000})
        time.sleep(0.005)
