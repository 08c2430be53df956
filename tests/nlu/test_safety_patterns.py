"""What spaCy's patterns find: words that leave no doubt, the country that is meant, an age, a man who speaks."""

from typing import Optional

import pytest
from spacy.language import Language

from bot.nlu.safety_patterns import ForeignWords, HarmPatterns, Places, says_man, says_minor
from bot.support import load_support


@pytest.fixture(scope="module")
def patterns(language: Language) -> HarmPatterns:
    """The patterns that ship."""
    return HarmPatterns(language.vocab, load_support().patterns)


@pytest.fixture(scope="module")
def places(language: Language) -> Places:
    """The names of places that ship."""
    return Places(language.vocab, load_support())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I was raped", "disclosure"),
        ("i wuz raped", "disclosure"),
        ("When I was nine I got molested", "disclosure"),
        ("My ex keeps following me, and he raped me", "disclosure"),
        ("He forced himself on me", "disclosure"),
        ("my friend was sexually assaulted last year", "disclosure_of_other"),
        ("I raped her", "perpetrator"),
        ("I want to die", "self_harm"),
        ("been thinking about killing myself", "self_harm"),
        ("he is hitting me right now", "danger"),
        ("i was raped and now i want to die", "self_harm"),
        ("He's got a knife, and he raped me", "danger"),
        ("Was Tarana Burke herself assaulted?", None),
        ("What does it say about rape culture?", None),
        ("Who was raped by Weinstein?", None),
        ("How many women were harassed?", None),
        ("Did the movement kill careers?", None),
        ("What did #MeToo do for survivors of abuse?", None),
        ("I was impressed by Tarana Burke", None),
    ],
)
def test_the_gravest_kind_is_found(language: Language, patterns: HarmPatterns, text: str, kind: Optional[str]) -> None:
    assert patterns.kind_of(language(text)) == kind
    assert patterns.kind_of(language(text.upper())) == kind


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("Geçen yıl tecavüze uğradım", "tr", "disclosure"),
        ("Müdürüm beni taciz ediyor", "tr", "disclosure"),
        ("मेरे साथ रेप हुआ है", "hi", "disclosure"),
        ("मैं आत्महत्या करना चाहती हूँ", "hi", "self_harm"),
        ("تعرضت لتحرش في العمل", "ar", "disclosure"),
        ("меня домогается начальник", "ru", "disclosure"),
        ("изнасиловали, и я больше не хочу жить", "ru", "self_harm"),
        ("老师性侵了我", "zh", "disclosure"),
        ("電車で痴漢にあいました", "ja", "disclosure"),
        ("직장에서 성추행을 당했어요", "ko", "disclosure"),
        ("#MeToo 반성폭력 운동이 뭐예요?", "ko", None),
        ("что изменило движение?", "ru", None),
        ("bu hareket nedir", "tr", None),
        ("性侵", "xx", None),
    ],
)
def test_plain_words_of_harm_in_other_languages(language: Language, text: str, code: str, kind: Optional[str]) -> None:
    assert ForeignWords(load_support().foreign).kind_of(language(text), code) == kind


@pytest.mark.parametrize(
    ("text", "asks", "country"),
    [
        ("is there a helpline in France?", True, "FR"),
        ("im in india", False, "IN"),
        ("i live near leeds", False, "GB-ENG"),
        ("glasgow", False, "GB-SCT"),
        ("my boss in Texas did it", False, "US"),
        ("i'm french but i live in the uk", False, "GB"),
        ("kenya", False, "KE"),
        ("i'm from Bosnia", False, "BA"),
        ("I am in the US", False, "US"),
        ("US hotline", True, "US"),
        ("he hurt us", False, None),
        ("HE HURT US", False, None),
        ("my uncle did it", False, None),
        ("he's outside my door in Nice, France and I can't talk", False, "FR"),
        ("im hiding in the bathroom he broke the door last time, new york", False, "US"),
        ("he hates Germany, France and me", False, None),
        ("France has a law about this, and somebody raped my sister anyway", False, None),
    ],
)
def test_the_country_that_is_meant(
    language: Language, places: Places, text: str, asks: bool, country: Optional[str]
) -> None:
    assert places.country_of(language(text), asks) == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("im in engand", "GB-ENG"),
        ("germny", "DE"),
        ("france", "FR"),
        ("sorry, I moved last week, I'm in France now", "FR"),
        ("well we live in a small town far from everything in India", "IN"),
        ("I'm in France, so can you tell me what happened there with the movement?", None),
        ("the movement spread to France and I read about it last week", None),
        ("I would rather not say", None),
        ("thanks for that", None),
    ],
)
def test_the_country_that_is_told_when_it_was_asked_for(
    language: Language, places: Places, text: str, country: Optional[str]
) -> None:
    assert places.told(language(text)) == country


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("im 14 and my coach touches me", True),
        ("I'm 17", True),
        ("(15F) my stepdad", True),
        ("i am a 12 year old girl", True),
        ("I'm 18", False),
        ("i'm 34 now", False),
        ("it happened when I was 14", None),
        ("at 15 I told nobody", None),
        ("i'm 5 months pregnant", None),
        ("14 years ago", None),
        ("it was 10 pm", None),
        ("he raped me", None),
    ],
)
def test_an_age_is_that_of_today(language: Language, text: str, minor: Optional[bool]) -> None:
    assert says_minor(language(text)) is minor


@pytest.mark.parametrize(
    ("text", "of_other", "man"),
    [
        ("I'm a man and my boss groped me", False, True),
        ("as a guy it is hard to say", False, True),
        ("im a dude, she forced me", False, True),
        ("24m, my ex", False, True),
        ("I'm nonbinary and I was assaulted", False, True),
        ("as a non-binary person, i was groped", False, True),
        ("is there a helpline for men in delhi", False, True),
        ("a man raped me", False, False),
        ("i was with a man who hit me", False, False),
        ("I am scared of the man next door", False, False),
        ("my brother was abused", True, True),
        ("my sister was abused by my uncle", True, False),
        ("she told me that her dad did it", True, False),
    ],
)
def test_a_man_says_so(language: Language, text: str, of_other: bool, man: bool) -> None:
    assert says_man(language(text), of_other) is man
