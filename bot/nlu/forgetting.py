"""A spaCy pipeline that forgets what it has read.

spaCy 3.4 keeps every word that it ever read, so that a process grows with each new one, and holds what visitors wrote.
"""

import logging
import threading
from typing import Callable, Optional

from spacy.language import Language

logger = logging.getLogger(__name__)

# So many new strings are kept: some 30 MB, read in 700 messages of nothing but words that nobody knows.
_MOST_NEW = 50_000


class Forgetting:
    """Gives a pipeline, and another in its place when that has read too many new words."""

    def __init__(self, build: Callable[[], Language], most_new: int = _MOST_NEW) -> None:
        """Build the first.

        Args:
            build: makes a pipeline; also called in a thread of its own, so that no message waits for it.
            most_new: how many strings a pipeline takes up before there is another.
        """
        self._build = build
        self._most_new = most_new
        self._building: Optional[threading.Thread] = None
        self._next: Optional[Language] = None
        self._use(build())

    def language(self) -> Language:
        """The pipeline to read the next message with."""
        if self._next is not None:
            # Components and pipeline hold each other: parted, they go at once and not at some later collection.
            for name in self._language.pipe_names:
                self._language.remove_pipe(name)
            self._use(self._next)
            self._next = None
        elif len(self._language.vocab.strings) > self._most and not (self._building and self._building.is_alive()):
            self._building = threading.Thread(target=self._build_next, daemon=True)
            self._building.start()
        return self._language

    def _use(self, language: Language) -> None:
        self._language = language
        self._most = len(language.vocab.strings) + self._most_new

    def _build_next(self) -> None:
        try:
            self._next = self._build()
        except Exception as error:  # noqa: BLE001  # in a thread of its own: it is told here
            logger.error("The names could not be read again: %s.", type(error).__name__)
