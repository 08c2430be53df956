"""The shape of the YAML files besides the store: what has to stand in them for code, Rasa and lint to read them."""

from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Type, Union

from pydantic import BaseModel, Field, ValidationError

from bot import ROOT
from bot.facts.problems import Check, Problem
from bot.facts.schema import Sentence
from bot.facts.sources import read_tree
from bot.lint.trees import Tree, read_located
from bot.reply import ReplyKind


class _Suggestion(BaseModel):
    title: Sentence
    text: Sentence


class _Reply(BaseModel):
    kind: ReplyKind
    text: str = Field(min_length=1)
    several: Optional[str] = Field(default=None, min_length=1)
    suggestions: List[_Suggestion] = []


class _Wording(BaseModel):
    citation: str
    citation_from_elsewhere: str
    replies: Dict[str, _Reply]
    errors: Dict[str, str]
    messages: Dict[str, str]
    telegram_commands: Dict[str, str]
    shell: Dict[str, Union[str, List[str], Dict[str, str]]]


class _Button(BaseModel):
    title: Sentence
    payload: Sentence


class _Meant(BaseModel):
    kind: ReplyKind


class _Response(BaseModel):
    text: str = Field(min_length=1)
    metadata: _Meant
    buttons: List[_Button] = []


class _Domain(BaseModel):
    intents: List[Union[str, Dict[str, Any]]]
    entities: List[str]
    slots: Dict[str, Dict[str, Any]]
    actions: List[str]
    responses: Dict[str, List[_Response]]


class _Language(BaseModel):
    sentence: str
    topics: Dict[str, Sentence]
    words: Optional[str]


class _Languages(BaseModel):
    languages: Dict[str, _Language]


class _Twice(BaseModel):
    first: str
    again: str


class _OfCountry(_Suggestion):
    country: str


class _Support(BaseModel):
    heading: Dict[str, str]
    details: Dict[str, str]
    kinds: Dict[str, _Twice]
    suggestions: List[_OfCountry]


class _Steps(BaseModel):
    steps: List[Dict[str, Any]]


class _Stories(BaseModel):
    rules: List[_Steps] = []
    stories: List[_Steps] = []


class _Text(BaseModel):
    text: str


class _Label(BaseModel):
    facts: List[str] = []
    background: str = ""


class _Examples(BaseModel):
    # Lists of spellings and patterns have none.
    intent: Optional[str]
    examples: Union[str, List[_Text]]
    metadata: Optional[_Label]


class _Training(BaseModel):
    nlu: List[_Examples]


def check_shapes(root: Path = ROOT) -> Check:
    """Whether each file has the fields that it needs.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    check = Check("YAML files of the shape they need")
    for path, model in _files(root):
        check.checked += 1
        try:
            model.parse_obj(read_tree(path) or {})
        except ValidationError as error:
            check.problems += _problems(read_located(root, path), error)
    return check


def _files(root: Path) -> Iterator[Tuple[Path, Type[BaseModel]]]:
    data = root / "data"
    yield root / "domain.yml", _Domain
    yield data / "wording.yml", _Wording
    yield data / "languages.yml", _Languages
    yield data / "support" / "wording.yml", _Support
    yield from ((path, _Stories) for path in sorted((data / "stories").rglob("*.yml")))
    yield from ((path, _Training) for path in sorted((data / "nlu").rglob("*.yml")))


def _problems(tree: Tree, error: ValidationError) -> Iterator[Problem]:
    for each in error.errors():
        keys = tuple(key for key in each["loc"] if key != "__root__")
        field = ".".join(map(str, keys))
        message = "is missing: add it" if each["type"] == "value_error.missing" else f"{each['msg']}: correct it"
        yield tree.problem(keys, "", field, message)
