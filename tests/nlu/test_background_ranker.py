"""The background ranker: which fact from elsewhere answers a question, learnt from labels and kept in a model."""

from typing import List, Optional

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot.facts.background import shipped_background
from bot.nlu.background_ranker import BackgroundRanker
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.labels import BACKGROUND, SILENT
from bot.nlu.names import NameExtractor
from bot.support import Need
from bot.support.need import NEED

CONTEXT = ExecutionContext(GraphSchema({}))
ELSEWHERE = [
    "Who founded Twitter?",
    "How many people live in Mumbai?",
    "What is the weather like in Lyon?",
    "Who directed the film?",
    "Which party did she vote for?",
    "How tall is she?",
    "What did the judge say?",
    "Which law is meant?",
    "How much money was paid?",
    "What do boys think of it at school?",
    "Is there a museum about it?",
    "Which novels tell of it?",
]


def example(encoder: SentenceEncoder, text: str, intent: str = SILENT, fact: Optional[str] = None) -> Message:
    """An example as it comes to the ranker: with its label, and through the featurizer."""
    built = Message.build(text, intent, intent_metadata={BACKGROUND: fact} if fact else None)
    built.add_features(Features(encoder.encode([text]), FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return built


def examples(encoder: SentenceEncoder) -> List[Message]:
    """The collection's own questions, such as it does not answer, and some of another intent."""
    facts = shipped_background().facts.values()
    found = [example(encoder, question, fact=fact.id) for fact in facts for question in fact.questions]
    found += [example(encoder, text) for text in ELSEWHERE]
    return [*found, example(encoder, "hello there", "greet")]


class Asker:
    """Asks a ranker as the pipeline does: names first."""

    def __init__(
        self, ranker: BackgroundRanker, encoder: SentenceEncoder, language: Language, storage: LocalModelStorage
    ):
        self._ranker, self._encoder, self._language = ranker, encoder, language
        self._names = NameExtractor.create({}, storage, Resource("names"), CONTEXT)

    def ask(self, text: str, need: Optional[Need] = None) -> Message:
        """The message after the ranker has seen it."""
        message = Message({TEXT: text, SPACY_DOCS[TEXT]: self._language(text)})
        message.add_features(Features(self._encoder.encode([text]), FEATURE_TYPE_SENTENCE, TEXT, "test"))
        if need:
            message.set(NEED, need.as_dict())
        self._names.process([message])
        assert self._ranker.process([message]) == [message]
        return message

    def fact(self, text: str, need: Optional[Need] = None) -> Optional[str]:
        """The id of the fact that answers, None where there is none."""
        return self.ask(text, need).get(BACKGROUND)


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("storage"))


@pytest.fixture(scope="module")
def asker(encoder: SentenceEncoder, language: Language, storage: LocalModelStorage) -> Asker:
    """With a ranker that was trained, stored and loaded again."""
    trained = BackgroundRanker.create({}, storage, Resource("background"), CONTEXT)
    resource = trained.train(TrainingData(examples(encoder)))
    return Asker(BackgroundRanker.load({}, storage, resource, CONTEXT), encoder, language, storage)


def test_most_questions_of_the_collection_find_their_fact(asker: Asker) -> None:
    asked = [(question, fact.id) for fact in shipped_background().facts.values() for question in fact.questions]
    wrong = [(question, fact) for question, fact in asked if asker.fact(question) != fact]
    assert len(wrong) < len(asked) / 10, wrong


@pytest.mark.parametrize("text", ["Who founded Facebook?", "How many people live in Delhi?", "Is there rain in Paris?"])
def test_what_the_collection_does_not_say_finds_none(asker: Asker, text: str) -> None:
    assert asker.fact(text) is None


def test_a_fact_about_a_country_is_for_messages_that_name_no_other(asker: Asker) -> None:
    assert asker.fact("What is France's law on consent?") == "x-france-2025-consent"
    facts = shipped_background().facts
    for place in ("Italy", "Sweden", "India", "Japan", "Bollywood"):
        fact = asker.fact(f"What is {place}'s law on consent?")
        assert fact is None or place in facts[fact].about.places


def test_what_the_guard_found_is_not_read(asker: Asker) -> None:
    assert asker.fact("Who were the Silence Breakers?") == "x-time-silence-breakers"
    assert asker.fact("Who were the Silence Breakers?", Need("disclosure")) is None


def test_the_fact_is_part_of_the_parse_result(asker: Asker) -> None:
    assert BACKGROUND in asker.ask("Who were the Silence Breakers?").as_dict(only_output_properties=True)


def test_a_label_that_the_collection_does_not_have_is_told(
    encoder: SentenceEncoder, storage: LocalModelStorage
) -> None:
    ranker = BackgroundRanker.create({}, storage, Resource("wrong"), CONTEXT)
    wrong = [*examples(encoder), example(encoder, "Who were they?", fact="x-nobody")]
    with pytest.raises(ValueError, match="'Who were they\\?' under data/nlu is labelled with x-nobody"):
        ranker.train(TrainingData(wrong))
