"""The names in a message, what its pronouns stand for, and the text with both written out."""

from typing import Callable, Dict, List, Sequence

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot import ROOT
from bot.facts import FactStore
from bot.nlu.clauses import QuestionSplitter, found_clauses
from bot.nlu.names import PEOPLE_SLOT, REGIONS_SLOT, NameExtractor, canonical_text, mentions_of, names_of, pronouns

BURKE, MILANO, WEINSTEIN = "Tarana Burke", "Alyssa Milano", "Harvey Weinstein"

Understood = Callable[..., Message]


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> NameExtractor:
    storage = LocalModelStorage(tmp_path_factory.mktemp("storage"))
    return NameExtractor.create({}, storage, Resource("names"), ExecutionContext(GraphSchema({})))


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(ROOT / "domain.yml")


@pytest.fixture
def tracker(domain: Domain) -> Callable[..., DialogueStateTracker]:
    """Makes a conversation that is about these people and regions at the moment."""

    def make(people: Sequence[str] = (), regions: Sequence[str] = ()) -> DialogueStateTracker:
        made = DialogueStateTracker("one", domain.slots)
        for slot, names in ((PEOPLE_SLOT, people), (REGIONS_SLOT, regions)):
            if names:
                made.update(SlotSet(slot, list(names)))
        return made

    return make


@pytest.fixture
def understood(
    language: Language, extractor: NameExtractor, tracker: Callable[..., DialogueStateTracker]
) -> Understood:
    """What the extractor makes of a text, in a conversation about these people and regions."""

    def run(text: str, people: Sequence[str] = (), regions: Sequence[str] = ()) -> Message:
        message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
        assert extractor.process([message], tracker(people, regions)) == [message]
        return message

    return run


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("what did tarana do?", {"person": [BURKE]}),
        ("burke and milano and Tarana Burke", {"person": [BURKE, MILANO]}),
        ("#metoo in bolywood", {"movement": ["Me Too"], "region": ["Bollywood"]}),
        ("timesup on my space", {"organisation": ["Times Up"], "platform": ["Myspace"]}),
        ("who is she and what is there", {}),
        ("", {}),
    ],
)
def test_names_are_found_each_once_by_their_kind(
    understood: Understood, text: str, names: Dict[str, List[str]]
) -> None:
    assert names_of(understood(text)) == names


def test_a_name_is_an_entity_where_it_stands(understood: Understood) -> None:
    message = understood("did MILANO say #metoo?")
    assert message.get(ENTITIES) == [
        {"entity": "person", "start": 4, "end": 10, "value": MILANO, "extractor": "NameExtractor"},
        {"entity": "movement", "start": 15, "end": 21, "value": "Me Too", "extractor": "NameExtractor"},
    ]
    assert ENTITIES in message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("what did tarana do?", "what did Tarana Burke do?"),
        ("#MeToo in bolywood  please", "Me Too in Bollywood  please"),
        ("metoo, metoo and timesup!", "Me Too, Me Too and Times Up!"),
        ("Alyssa's tweet", "Alyssa Milano's tweet"),
        ("Tarana Burke", "Tarana Burke"),
        ("hello there", "hello there"),
        ("  two  spaces\nand a line ", "  two  spaces\nand a line "),
        ("", ""),
    ],
)
def test_the_canonical_text_has_names_as_the_store_writes_them(
    understood: Understood, text: str, canonical: str
) -> None:
    assert canonical_text(understood(text)) == canonical


def test_the_canonical_text_of_a_canonical_text_is_the_same(understood: Understood) -> None:
    once = canonical_text(understood("did burke and alyssa say #metoo in the uk"))
    assert once == "did Tarana Burke and Alyssa Milano say Me Too in the United Kingdom"
    assert canonical_text(understood(once)) == once


@pytest.mark.parametrize(
    ("text", "people", "canonical"),
    [
        ("who is she?", [BURKE], "who is Tarana Burke?"),
        ("SHE", [BURKE], "Tarana Burke"),
        ("what about her?", [MILANO], "what about Alyssa Milano?"),
        ("was the idea hers", [BURKE], "was the idea Tarana Burke"),
        (
            "who is he and what did they say of him",
            [WEINSTEIN],
            f"who is {WEINSTEIN} and what did they say of {WEINSTEIN}",
        ),
        ("his films", [WEINSTEIN], f"{WEINSTEIN} films"),
        # "she" is not who is called "he"
        ("who is she?", [WEINSTEIN], "who is she?"),
        ("who is he?", [BURKE, MILANO], "who is he?"),
        ("who is she?", [WEINSTEIN, MILANO], "who is Alyssa Milano?"),
        ("who is he?", [WEINSTEIN, MILANO], f"who is {WEINSTEIN}?"),
        # two women
        ("who is she?", [BURKE, MILANO], "who is Tarana Burke and Alyssa Milano?"),
        # several people
        ("what did they do?", [BURKE, WEINSTEIN], f"what did Tarana Burke and {WEINSTEIN} do?"),
        ("tell me about both of them", [BURKE, MILANO], "tell me about {0} of {0}".format(f"{BURKE} and {MILANO}")),
        ("what they do", [BURKE, MILANO, WEINSTEIN], f"what {BURKE} and {MILANO} and {WEINSTEIN} do"),
        ("their names", [BURKE, MILANO], "their names"),
        ("do they say what the movement is up to", [BURKE, MILANO], "do they say what the movement is up to"),
        ("what did they do?", [BURKE], "what did they do?"),
        # nobody, somebody unknown, parts of words
        ("who is she?", [], "who is she?"),
        ("who is she?", ["Jane Doe"], "who is she?"),
        ("the shelter, here, there", [BURKE], "the shelter, here, there"),
    ],
)
def test_a_pronoun_stands_for_those_in_focus_who_are_called_so(
    understood: Understood, text: str, people: List[str], canonical: str
) -> None:
    assert canonical_text(understood(text, people)) == canonical


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("did she know burke?", [BURKE]),
        ("she or Weinstein", [WEINSTEIN]),
        ("did they know Uma Thurman", ["Uma Thurman"]),
    ],
)
def test_where_a_person_is_named_pronouns_stand_for_nobody(understood: Understood, text: str, names: List[str]) -> None:
    assert names_of(understood(text, people=[MILANO, BURKE])) == {"person": names}


def test_names_of_other_kinds_leave_pronouns_alone(understood: Understood) -> None:
    message = understood("did she begin #metoo in france?", people=[BURKE], regions=["Bollywood"])
    assert canonical_text(message) == "did Tarana Burke begin Me Too in France?"


@pytest.mark.parametrize(
    ("text", "regions", "canonical"),
    [
        ("what happened there?", ["France"], "what happened in place of France?"),
        ("what happened there?", ["France", "Bollywood"], "what happened there?"),
        ("what happened there?", [], "what happened there?"),
        ("and there, in India?", ["France"], "and there, in India?"),
    ],
)
def test_there_stands_for_the_one_region_in_focus(
    understood: Understood, text: str, regions: List[str], canonical: str
) -> None:
    message = understood(text, regions=regions)
    assert canonical_text(message) == canonical.replace("in place of ", "")


@pytest.mark.parametrize("text", ["is there a date for that", "are there others", "hi there", "is there more?"])
def test_there_is_not_always_a_place(understood: Understood, text: str) -> None:
    assert canonical_text(understood(text, regions=["France"])) == text


def test_a_pronoun_for_two_is_an_entity_for_each(understood: Understood) -> None:
    message = understood("who is she?", people=[BURKE, MILANO])
    found = [(entity["value"], entity["start"], entity["end"]) for entity in message.get(ENTITIES)]
    assert found == [(BURKE, 7, 10), (MILANO, 7, 10)]


def test_mentions_stand_in_the_order_of_the_text(understood: Understood) -> None:
    message = understood("was she in france when #metoo began there, with her", people=[BURKE])
    assert [mention.names for mention in mentions_of(message)] == [(BURKE,), ("France",), ("Me Too",), (BURKE,)]
    starts = [mention.start for mention in mentions_of(message)]
    assert starts == sorted(starts)


def test_without_a_conversation_pronouns_stand_for_nobody(language: Language, extractor: NameExtractor) -> None:
    message = Message(
        {TEXT: "who is she, and was it there?", SPACY_DOCS[TEXT]: language("who is she, and was it there?")}
    )
    extractor.process([message])
    assert message.get(ENTITIES) == []
    assert canonical_text(message) == "who is she, and was it there?"


def test_a_message_without_a_document_is_left_alone(extractor: NameExtractor) -> None:
    message = Message({TEXT: "tarana"})
    extractor.process([message])
    assert mentions_of(message) == []
    assert names_of(message) == {}
    assert message.get(ENTITIES) is None


def test_clauses_get_names_of_their_own(
    language: Language, extractor: NameExtractor, tracker: Callable[..., DialogueStateTracker]
) -> None:
    text = "what did she say first, and what about it in france?"
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    QuestionSplitter().process([message], SpacyModel(language, "en"))
    extractor.process([message], tracker([BURKE]))
    assert [names_of(clause) for clause in found_clauses(message)] == [{"person": [BURKE]}, {"region": ["France"]}]
    assert names_of(message) == {"person": [BURKE], "region": ["France"]}


def test_a_pronoun_of_a_clause_is_not_for_somebody_of_before_the_message(
    language: Language, extractor: NameExtractor, tracker: Callable[..., DialogueStateTracker]
) -> None:
    text = "who is tarana burke, and what did she say first?"
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    QuestionSplitter().process([message], SpacyModel(language, "en"))
    extractor.process([message], tracker([MILANO]))
    assert len(found_clauses(message)) == 2
    assert names_of(found_clauses(message)[1]) in ({}, {"person": [BURKE]})


def test_training_examples_get_their_names(language: Language, extractor: NameExtractor) -> None:
    example = Message.build("what did she and alyssa say", "ask_who_is")
    example.set(SPACY_DOCS[TEXT], language(example.get(TEXT)))
    data = TrainingData([example])
    assert extractor.process_training_data(data) is data
    assert canonical_text(data.training_examples[0]) == "what did she and Alyssa Milano say"


def test_everybody_in_the_store_can_be_meant_by_a_pronoun(store: FactStore) -> None:
    known = pronouns(store)
    assert known == {
        BURKE: ["she"],
        MILANO: ["she"],
        WEINSTEIN: ["he"],
        "Jennifer Lawrence": ["she"],
        "Uma Thurman": ["she"],
        "Gwyneth Paltrow": ["she"],
    }


def test_one_person_may_be_called_they(
    understood: Understood, extractor: NameExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extractor, "_pronouns", {"Jane Doe": ["they"]})
    assert canonical_text(understood("who are they, and their friends?", people=["Jane Doe"])) == (
        "who are Jane Doe, and Jane Doe friends?"
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("what did she say", [BURKE]),
        ("What did she say about Me Too?", [BURKE]),
        ("Ok. Then what did she say?", [BURKE]),
        ("my sister, is she one of them", []),
        ("our neighbour Mrs Jones, who is she", []),
    ],
)
def test_a_pronoun_stands_for_somebody_of_the_message_where_there_is_one(
    language: Language, extractor: NameExtractor, text: str, meant: List[str]
) -> None:
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    extractor._extract(message, [BURKE], [])
    assert names_of(message).get("person", []) == meant


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("what did it raise money for", "what did Times Up raise money for"),
        ("how is it connected to metoo", "how is Times Up connected to Me Too"),
        ("did tarana burke found it", "did Tarana Burke found it"),
        ("is it and will it be", "is Times Up and will it be"),
        ("it " + "and then " * 8, "it " + "and then " * 8),
    ],
)
def test_it_is_the_organisation_that_was_spoken_of(
    language: Language, extractor: NameExtractor, text: str, written: str
) -> None:
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    extractor._extract(message, [], [], ["Times Up"])
    assert canonical_text(message) == written


@pytest.mark.parametrize(
    "text", ["what happened outside Hollywood", "is it only in France", "apart from the UK, where"]
)
def test_a_place_that_is_not_asked_about_is_none(language: Language, extractor: NameExtractor, text: str) -> None:
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    extractor.process([message])
    assert names_of(message) == {}


def test_what_is_misspelt_is_written_right(language: Language, extractor: NameExtractor) -> None:
    text = "did alyssa milanno have supporrters in framce"
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text)})
    extractor.process([message])
    assert canonical_text(message) == "did Alyssa Milano have supporters in France"
    assert message.get(TEXT) == text
