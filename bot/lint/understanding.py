"""The trained model in this process: what it understands of a message, and of its own training examples."""

import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.lint.phrases import Phrase
from bot.lint.readings import ModelError, Reading, Readings
from bot.nlu.intent_classifier import SentenceIntentClassifier, load_examples
from bot.nlu.sentence_encoder import sentence_vectors
from bot.support import Need
from bot.support.need import NEED

# So many messages go through the pipeline at a time.
_AT_A_TIME = 200


class Understanding:
    """The pipeline of a trained model."""

    def __init__(self, archive: Path) -> None:
        """Load it.

        Raises:
            ModelError: the archive cannot be read, or an earlier release made it.
        """
        try:
            with TemporaryDirectory() as folder:
                storage, metadata = LocalModelStorage.from_model_archive(Path(folder), archive)
                schema = metadata.predict_schema.minimal_graph_schema([metadata.nlu_target])
                self._runner = DaskGraphRunner.create(schema, storage, ExecutionContext(schema, metadata.model_id))
                self._target = metadata.nlu_target
                resources = (node.resource for node in schema.nodes.values() if node.uses is SentenceIntentClassifier)
                with storage.read_from(next(filter(None, resources))) as classifier:
                    self._examples, self._vectors = load_examples(classifier)
        except (OSError, ValueError, KeyError, StopIteration, tarfile.TarError) as error:
            message = f"The model {archive.name} can't be used ({type(error).__name__}): delete it, then make train."
            raise ModelError(message) from error

    def understand(
        self,
        texts: Sequence[str],
        need: Optional[Need] = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[Message]:
        """What each text is taken for, as the first of a conversation or after a message with that need.

        Args:
            texts: what a visitor writes.
            need: what the safety guard found in the message before.
            on_progress: is told the share that is done, from 0 to 1.
        """
        parsed: Any = {NEED: need.as_dict()} if need else {}
        before: List[Event] = [UserUttered("", parse_data=parsed)] if need else []
        tracker = DialogueStateTracker.from_events("lint", before)
        for start in range(0, len(texts), _AT_A_TIME):
            messages = [UserMessage(text) for text in texts[start : start + _AT_A_TIME]]
            inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}
            yield from self._runner.run(inputs, [self._target])[self._target]
            on_progress(min(1.0, (start + _AT_A_TIME) / len(texts)))

    def readings(self, phrases: Sequence[Phrase]) -> Readings:
        """How phrases are read where they are left out of what the model learns; one that it did not learn as it is."""
        known = {(each.text, each.intent): number for number, each in enumerate(self._examples)}
        numbers = [known.get((phrase.text, phrase.intent)) for phrase in phrases]
        new = [number for number, row in enumerate(numbers) if row is None]
        vectors = np.empty((len(phrases), self._vectors.shape[1]), dtype=np.float32)
        found: Dict[int, Reading] = {}
        for number, row in enumerate(numbers):
            if row is not None:
                vectors[number] = self._vectors[row]
                found[number] = Reading(self._examples[row].read, self._examples[row].ahead)
        messages = self.understand([phrases[number].text for number in new])
        for number, message in zip(new, messages, strict=True):
            vectors[number] = sentence_vectors([message])[0]
            found[number] = _first_reading(message, phrases[number].intent)
        return Readings([found[number] for number in range(len(phrases))], vectors)


def _first_reading(message: Message, own: str) -> Reading:
    ranking: List[Tuple[str, float]] = [
        (each[INTENT_NAME_KEY], each[PREDICTED_CONFIDENCE_KEY]) for each in message.get(INTENT_RANKING_KEY)
    ]
    first, confidence = ranking[0]
    return Reading(first, confidence - dict(ranking).get(own, 0.0))
