"""Telling where a fault was, without what a visitor wrote."""

import traceback
from pathlib import Path


def described(error: BaseException) -> str:
    """The type and the place of an exception. Its message is left out: it can hold the visitor's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place
