"""Making a process one in which Rasa is quick: before anything of Rasa, or NumPy, is imported."""

import os

from bot import ROOT
from bot.rasa.without import leave_out, needs_tensorflow


def prepare(serves: bool) -> None:
    """Prepare this process.

    Args:
        serves: whether it answers messages; if not, it trains.
    """
    if serves:
        # A message's matrices are small: two threads took 24 ms to agree on what one does in 5. Training needs all.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    leave_out(tensorflow=not needs_tensorflow(ROOT / "config.yml"))
    from bot.rasa.once import do_once  # imports Rasa

    do_once(serves)
