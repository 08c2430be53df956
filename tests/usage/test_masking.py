"""Masking: nothing stays that could tell of a person."""

import pytest

from bot.usage.masking import Masker


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("what did priya ramani say to rajesh", "what did […] say to […]"),
        ("who pays for john smith's lawyer", "who pays for […]'s lawyer"),
        ("My name is Ana Kowalska.", "My name is […]."),
        ("my name is mark", "my name is […]"),
        ("is Mark in it", "is […] in it"),
        ("Mark did it, and Rose knows", "[…] did it, and […] knows"),
        ("did harvey weinstein go to jail", "did [name] go to jail"),
        ("what happened in Lyon", "what happened in [place]"),
        ("does Times Up have money", "does [organisation] have money"),
        ("did it start in 2020?", "did it start in [number]?"),
        ("call 020 7946-0958 or (020) 7946 0958", "call [number] or ([number]"),
        ("call +44 20 7946 0958 please", "call [number] please"),
        ("write to ana.k@example.org or www.example.org/ana", "write to [address] or [address]"),
        ("ask @anak about it", "ask [address] about it"),
        ("I live at 12 Baker Street now", "I live at [address] now"),
        ("i live at 221b upper baker st", "i live at [address]"),
        ("is it in 5 rue de la paix", "is it in [address]"),
        ("what does Müller think", "what does […] think"),
        ("What is #MeToo about?", "What is #MeToo about?"),
        ("don't you know why it isn't there", "don't you know why it isn't there"),
        ("", ""),
    ],
)
def test_it_is_masked(masker: Masker, text: str, masked: str) -> None:
    assert masker.mask(text) == masked


NAMES = "maria fatima mohammed wei olga ivan sven pedro yusuf aisha deepika chidi kowalski nguyen garcia müller okafor"


@pytest.mark.parametrize("name", NAMES.split())
@pytest.mark.parametrize(
    "sentence", ["why did {} leave", "{} was my teacher", "is it about {} or not", "WHY DID {} LEAVE"]
)
def test_no_name_stays_however_it_is_written(masker: Masker, sentence: str, name: str) -> None:
    for written in (name, name.title(), name.upper()):
        assert name not in masker.mask(sentence.format(written)).lower()


def test_most_words_of_a_question_stay(masker: Masker) -> None:
    text = "Does the document say how many women were asked about it at work?"
    assert masker.mask(text) == text
