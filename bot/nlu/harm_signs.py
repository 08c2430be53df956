"""Who is spoken of, and how: signs that tell "she was assaulted, says the document" from "he assaulted me".

Neither the encoder's vectors nor n-grams tell this well; the gate for harm weighs it beside them.
"""

import re
from functools import cache
from typing import Dict, Pattern, Sequence

import numpy as np

from bot.arrays import Floats
from bot.facts import Kind, shipped_store

_WRITER = r"i|im|i'm|ive|i've|i'd|i'll|me|my|mine|myself|we|us|our"
_SOMEBODY = r"he|she|they|him|her|someone|somebody|hes|shes|he's|she's"
_RELATIVE = (
    "friend|sister|brother|mother|mum|mom|daughter|son|wife|girlfriend|boyfriend|husband|cousin|niece|nephew|colleague"
    "|coworker|roommate|flatmate|boss|manager|supervisor|teacher|coach|uncle|stepdad|dad|father|ex|partner"
)
_PAST = "was|were|did|happened|got|had|made|used to|told|touched|forced|came|put|said"
_QUESTION = "who|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|can|could|tell|name|define|explain"
_STUDY = "movement|document|text|hashtag|phrase|tweet|essay|homework|school|class|project|slide|exam|book|film|movie"
_ALARMING = "rape|assault|abus|harass|molest|grop|touch|forc|hurt|kill|hit|beat|victim|surviv|stalk|violen|die|suicid"
# Beyond so many words a message tells its story, however long it is.
_LONG = 30


def signs_of(texts: Sequence[str]) -> Floats:
    """What the texts show, as numbers from 0 to about 10: float64 of shape (texts, signs).

    Args:
        texts: messages with names written out.
    """
    return np.array([_signs(text.lower()) for text in texts], dtype=float)


def _signs(text: str) -> Sequence[float]:
    found = {name: pattern.search(text) is not None for name, pattern in _patterns().items()}
    asks = "?" in text
    return (
        len(_patterns()["writer"].findall(text)),
        found["writer"],
        found["past"],
        asks,
        found["question"],
        found["relative"],
        found["study"],
        found["somebody"],
        found["alarming"],
        min(len(text.split()), _LONG) / 10,
        found["writer"] and found["somebody"],
        found["alarming"] and not found["writer"],
        found["writer"] and found["alarming"],
        found["study"] and asks,
    )


@cache
def _patterns() -> Dict[str, Pattern[str]]:
    kinds = (Kind.MOVEMENT, Kind.PERSON, Kind.ORGANISATION)
    names = "|".join(re.escape(name.name.lower()) for name in shipped_store().names if name.kind in kinds)

    def whole(words: str) -> Pattern[str]:
        return re.compile(rf"\b(?:{words})\b")

    return {
        "writer": whole(_WRITER),
        "somebody": whole(_SOMEBODY),
        "relative": whole(rf"my (?:\w+ )?(?:{_RELATIVE})"),
        "past": whole(_PAST),
        "question": re.compile(rf"^(?:{_QUESTION})\b"),
        "study": whole(f"{_STUDY}|{names}"),
        "alarming": re.compile(_ALARMING),
    }
