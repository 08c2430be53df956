"""What an entry of the table of lines consists of. Each field is declared once, with what a curator writes there."""

from datetime import date
from enum import Enum
from typing import List, Optional

from pydantic import ConstrainedStr, Field

from bot.facts.schema import Entry, Identifier, Sentence


class Digits(ConstrainedStr):
    """A number as it is dialled."""

    strict = True
    regex = r"^\d{2,15}$"


class Code(ConstrainedStr):
    """A country's code of ISO 3166, of a part of it, or EU."""

    strict = True
    regex = r"^([A-Z]{2}(-[A-Z]{3})?|world)$"


class Address(ConstrainedStr):
    """The address of a page."""

    strict = True
    regex = r"^https?://[^\s]+$"


class Use(str, Enum):
    """What a line is for."""

    EMERGENCY = "emergency"
    EMERGENCY_TEXT = "emergency-text"
    HARM = "harm"
    SELF_HARM = "self-harm"
    DIRECTORY = "directory"


class Audience(str, Enum):
    """Whom a line is for."""

    EVERYONE = "everyone"
    WOMEN = "women"
    MINORS = "minors"


class Line(Entry):
    """A number to call, or a directory of such."""

    id: Identifier = Field(description="lower-case words joined by hyphens")
    country: Code = Field(description="the code of a country of countries.yml, EU, or world")
    parts: List[Code] = Field(default=[], description="the parts of the country that it is for, where not for all")
    use: Use = Field(description="emergency, emergency-text, harm, self-harm or directory")
    name: Sentence = Field(description="what it is called")
    digits: Optional[Digits] = Field(default=None, description="the number as dialled; only a directory has none")
    shown: Optional[Sentence] = Field(default=None, description="the number as it is written; the digits otherwise")
    audience: Audience = Field(default=Audience.EVERYONE, alias="for", description="everyone, women or minors")
    from_age: Optional[int] = Field(default=None, description="the youngest age that it is for, in years")
    free: bool = Field(default=False, description="true where the source says that calls are free")
    hours: Optional[Sentence] = Field(default=None, description="when it answers, as the source says")
    where: Optional[Sentence] = Field(default=None, description="where it answers, where not everywhere")
    more: Optional[Sentence] = Field(default=None, description="another sentence on it")
    site: Optional[Address] = Field(default=None, description="its own page, which is shown as a link")
    source: Address = Field(description="the page that it was found on")
    words: Sentence = Field(description="the page's words")
    checked_on: Optional[date] = Field(
        default=None, description="when a person last opened the page and saw it there, as 2026-11-23"
    )

    @property
    def number(self) -> str:
        """The number as it is written."""
        return self.shown or self.digits or ""


class Country(Entry):
    """A country or a part of one that has lines of its own."""

    code: Code = Field(description="the code of ISO 3166, of a part of it, or EU")
    name: Sentence = Field(description="as in 'in France'")
    within: Optional[Code] = Field(default=None, description="for a part: the country's code")
    members: List[Code] = Field(default=[], description="for a union: the codes of its countries")
    places: List[Sentence] = Field(default=[], description="cities, states and other names; case does not matter")
