"""What an entry of the store consists of. Each field is declared once, with what a curator has to write there."""

from enum import Enum
from typing import List, Optional

from pydantic import BaseModel, ConstrainedStr, Extra, Field


class Identifier(ConstrainedStr):
    """Lower-case words joined by hyphens: it stands in links, tests and exports and never changes."""

    regex = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Sentence(ConstrainedStr):
    """Text for a visitor: not empty, no white space around it."""

    strict = True
    min_length = 2
    regex = r"^\S(.*\S)?$"


class Year(ConstrainedStr):
    """A date as the document gives it. Quoted in YAML, which would read 2006 as a number."""

    strict = True
    regex = r"^(\d{1,2} [A-Z][a-z]+ )?\d{4}$"


class Kind(str, Enum):
    """What a name is the name of; also the entity that it is in Rasa."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLATFORM = "platform"
    REGION = "region"
    MOVEMENT = "movement"


class Entry(BaseModel):
    """An entry of a file under data/facts: immutable, and closed to fields that nobody declared."""

    class Config:
        """Settings of pydantic."""

        extra = Extra.forbid
        allow_mutation = False
        frozen = True


class About(Entry):
    """What a fact is about, so that "who?", "where?" and "when?" can be asked of it."""

    people: List[Sentence] = Field(default=[], description="names of kind person from names.yml")
    organisations: List[Sentence] = Field(default=[], description="names of kind organisation from names.yml")
    places: List[Sentence] = Field(default=[], description="names of kind platform or region from names.yml")
    dates: List[Year] = Field(default=[], description='dates as the quote has them, in quotation marks: ["2006"]')
    purpose: bool = Field(default=False, description="true where the quote says what something was for")


class Fact(Entry):
    """One thing that a document says."""

    id: Identifier = Field(description="lower-case words joined by hyphens; never changed once published")
    topic: Identifier = Field(description="the id of a topic in topics.yml")
    title: Sentence = Field(description="a question of a few words, shown on a button")
    answer: Sentence = Field(description="a full sentence in own words that keeps the verbs of the quote")
    simple: Optional[Sentence] = Field(
        default=None, description="the answer in short and easy words, for those who ask for it simpler"
    )
    quote: Sentence = Field(description="the document's words, copied character by character")
    document: Sentence = Field(description="the name of a file under data/documents")
    line: int = Field(description="the number of the document's line that holds the quote, from 1", ge=1)
    about: About = Field(default=About(), description="people, organisations, places and dates in the quote")
    questions: List[Sentence] = Field(
        description="two or more questions that this fact answers; the first is what its button sends", min_items=2
    )


class Topic(Entry):
    """What visitors ask about: a group of facts, and the intent ask_<id>."""

    id: Identifier = Field(description="lower-case words joined by hyphens")
    title: Sentence = Field(description="a question of a few words, shown on a button")
    intro: Sentence = Field(
        description="what stands before the answers when several facts are given; {in_regions} is filled in"
    )
    questions: List[Sentence] = Field(
        description="two or more questions about the whole topic; the first is what its button sends", min_items=2
    )
    facts: List[Identifier] = Field(description="ids of the facts that answer the whole topic, in order", min_items=1)
    next: List[Identifier] = Field(
        description="two or three ids of topics or facts that visitors go on to", min_items=2, max_items=3
    )

    @property
    def intent(self) -> str:
        """The intent of a question about this topic."""
        return "ask_" + self.id.replace("-", "_")


class Name(Entry):
    """A name that facts are about, with the other ways in which visitors write it."""

    name: Sentence = Field(description="the name as it is shown")
    kind: Kind = Field(description="person, organisation, platform, region or movement")
    aliases: List[Sentence] = Field(default=[], description="other spellings; case does not matter")
    pronouns: List[Sentence] = Field(
        default=[], description='for a person, how a text goes on about them: "she" or "he" or "they"'
    )
    nearest: Optional[Sentence] = Field(
        default=None, description="for a region that no document has: the region whose facts come nearest"
    )


class Misconception(Entry):
    """What visitors believe and the documents do not bear out: corrected first, gently, with the facts."""

    id: Identifier = Field(description="lower-case words joined by hyphens")
    correction: Sentence = Field(description="a sentence or two that say what the document says instead")
    facts: List[Identifier] = Field(description="ids of the facts that the correction rests on", min_items=1)
    mentions: List[Sentence] = Field(
        description="names of names.yml, or years; a message is corrected only where it has one of them", min_items=1
    )
    claims: List[Sentence] = Field(
        description="two or more ways in which visitors say it; each is false by the document", min_items=2
    )
