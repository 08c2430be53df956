"""Several clients at a time, each in a thread."""

import threading
import time
from typing import Callable, List, Sequence


def run_all(clients: Sequence[Callable[[], None]]) -> float:
    """Run all at once, and wait for all; how long it took, in seconds.

    Raises:
        Exception: the first that a client raised, when all have ended.
    """
    failures: List[Exception] = []

    def run(client: Callable[[], None]) -> None:
        try:
            client()
        except Exception as error:  # noqa: BLE001  # a thread's own would only be printed
            failures.append(error)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    start = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - start
