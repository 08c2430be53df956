"""What ships loads as it was curated, and every defect is told with its file, line, entry and field."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import pytest

from bot.facts import FactStore, Problem, StoreError, inspect_store, load_store
from bot.facts.loading import ROOT, looks_like_phone_number

DOCUMENT_SHA256 = "5cac291da70250e56b88980c7732855f53b25cf8afd2e83a34afb08ea9e9b69f"
EXPECTED: List[Dict[str, Any]] = json.loads(Path(__file__).with_name("expected_facts.json").read_text(encoding="utf-8"))

FACTS = "data/facts"
ENDORSEMENT = "data/facts/endorsement.yml"
GOALS = "data/facts/goals.yml"
MISCONCEPTIONS = "data/facts/misconceptions.yml"
NAMES = "data/facts/names.yml"
TOPICS = "data/facts/topics.yml"
DOCUMENT = "data/documents/metoo.txt"

PEOPLE = "  about: {people: [Jennifer Lawrence, Uma Thurman, Gwyneth Paltrow]}"
QUESTIONS = """\
  questions:
    - Which celebrities does the document name as endorsers?
    - Did Uma Thurman endorse MeToo?
"""

Edit = Callable[[Path], None]


def swap(file: str, old: str, new: str) -> Edit:
    """The first `old` of a file becomes `new`; the table is out of date where there is none."""

    def edit(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def write(file: str, content: bytes) -> Edit:
    """The file consists of these bytes."""

    def edit(root: Path) -> None:
        (root / file).write_bytes(content)

    return edit


def append(file: str, content: bytes) -> Edit:
    """The file goes on with these bytes."""

    def edit(root: Path) -> None:
        with (root / file).open("ab") as stream:
            stream.write(content)

    return edit


def delete(path: str) -> Edit:
    """The file or folder is not there."""

    def edit(root: Path) -> None:
        shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()

    return edit


class Defect(NamedTuple):
    """An edit, and what has to be said about it. `at` is how the line to blame begins, None for the whole file."""

    name: str
    edit: Edit
    file: str
    at: Optional[str]
    entry: str
    field: str
    message: str


FACT = "fact celebrity-endorsements"

DEFECTS = [
    # the words of the document
    Defect(
        "quote altered by one character",
        swap(GOALS, "quote: Building a community of advocates", "quote: Building a community of advocated"),
        GOALS, "  quote: Building", "fact goal-community", "quote", "does not stand in metoo.txt: copy it",
    ),
    Defect(
        "quote with a straight apostrophe",
        swap("data/facts/definition.yml", "quote: It’s a", "quote: It's a"),
        "data/facts/definition.yml", "  quote: It's a", "fact metoo-survivor-led", "quote",
        "differs from line 6 only in quotation marks or dashes",
    ),
    Defect(
        "line off by one",
        swap(GOALS, "line: 18", "line: 19"),
        GOALS, "  line: 19", "fact goal-community", "line", "stands on line 18, not 19: write line: 18",
    ),
    Defect(
        "line behind the end of the document",
        swap(GOALS, "line: 18", "line: 999"),
        GOALS, "  line: 999", "fact goal-community", "line", "write line: 18",
    ),
    Defect(
        "line zero",
        swap(GOALS, "line: 18", "line: 0"),
        GOALS, "  line: 0", "fact goal-community", "line", "greater than or equal to 1",
    ),
    Defect(
        "document that is not there",
        swap(GOALS, "document: metoo.txt", "document: other.txt"),
        GOALS, "  document: other.txt", "fact goal-community", "document", "'other.txt' is not under data/documents",
    ),
    # ids and names
    Defect(
        "fact id twice",
        swap(GOALS, "- id: goal-community", "- id: burke-who"),
        "data/facts/origin.yml", "- id: burke-who", "fact burke-who", "id", f"is already used at {GOALS}:1",
    ),
    Defect(
        "id of a fact and of a topic",
        swap(GOALS, "- id: goal-community", "- id: region"),
        TOPICS, "- id: region", "topic region", "id", f"is already used at {GOALS}:1",
    ),
    Defect(
        "id in capitals",
        swap(GOALS, "- id: goal-community", "- id: Goal_Community"),
        GOALS, "- id: Goal_Community", "fact Goal_Community", "id", "write lower-case words joined by hyphens",
    ),
    Defect(
        "alias of two names",
        swap(NAMES, "aliases: [Alyssa, ", "aliases: [Alyssa, BURKE, "),
        NAMES, "  aliases: [Alyssa, BURKE", "name Alyssa Milano", "aliases", "'burke' already stands for Tarana Burke",
    ),
    Defect(
        "alias that is a name",
        swap(NAMES, "aliases: [Alyssa, ", "aliases: [Alyssa, Myspace, "),
        NAMES, "  aliases: [My Space]", "name Myspace", "aliases", "'myspace' already stands for Alyssa Milano",
    ),
    # fields
    Defect(
        "unknown field",
        swap(ENDORSEMENT, "  line: 3", "  source: web\n  line: 3"),
        ENDORSEMENT, "  source: web", FACT, "source", "'source' is no field of a fact: correct the name or remove it",
    ),
    Defect(
        "unknown field inside about",
        swap(ENDORSEMENT, "about: {people:", "about: {persons:"),
        ENDORSEMENT, "  about: {persons:", FACT, "about", "'persons' is no field",
    ),
    Defect(
        "unknown field of a topic",
        swap(TOPICS, "  title: What is Times Up?", "  titel: x\n  title: What is Times Up?"),
        TOPICS, "  titel: x", "topic times-up", "titel", "'titel' is no field of a topic",
    ),
    Defect(
        "unknown field of a name",
        swap(NAMES, "  aliases: [My Space]", "  alias: [My Space]"),
        NAMES, "  alias: [My Space]", "name Myspace", "alias", "'alias' is no field of a name",
    ),
    Defect(
        "missing field",
        swap(ENDORSEMENT, "  title: Which celebrities support it?\n", ""),
        ENDORSEMENT, "- id: celebrity", FACT, "title", "is missing: write a question of a few words",
    ),
    Defect(
        "missing questions",
        swap(ENDORSEMENT, QUESTIONS, ""),
        ENDORSEMENT, "- id: celebrity", FACT, "questions", "is missing: write two or more questions",
    ),
    Defect(
        "missing id",
        swap(ENDORSEMENT, "- id: celebrity-endorsements\n  topic", "- topic"),
        ENDORSEMENT, "- topic", "fact without id", "id", "is missing: write lower-case words",
    ),
    Defect(
        "one question only",
        swap(ENDORSEMENT, "    - Did Uma Thurman endorse MeToo?\n", ""),
        ENDORSEMENT, "  questions:", FACT, "questions", "at least 2 items: write two or more questions",
    ),
    Defect(
        "empty field",
        swap(ENDORSEMENT, "title: Which celebrities support it?", "title:"),
        ENDORSEMENT, "  title:", FACT, "title", "none is not an allowed value: write a question",
    ),
    Defect(
        "word for a number",
        swap(ENDORSEMENT, "line: 3", "line: three"),
        ENDORSEMENT, "  line: three", FACT, "line", "not a valid integer: write the number of the document's line",
    ),
    Defect(
        "number for a text",
        swap(ENDORSEMENT, "title: Which celebrities support it?", "title: 2017"),
        ENDORSEMENT, "  title: 2017", FACT, "title", "str type expected",
    ),
    Defect(
        "text for a list",
        swap(ENDORSEMENT, QUESTIONS, "  questions: Who endorsed it?\n"),
        ENDORSEMENT, "  questions: Who", FACT, "questions", "not a valid list",
    ),
    Defect(
        "date without quotation marks",
        swap(ENDORSEMENT, PEOPLE, "  about: {dates: [2017]}"),
        ENDORSEMENT, "  about: {dates", FACT, "about", "str type expected",
    ),
    Defect(
        "unknown kind",
        swap(NAMES, "  kind: organisation", "  kind: company"),
        NAMES, "  kind: company", "name Times Up", "kind", "write person, organisation, platform, region or movement",
    ),
    # references
    Defect(
        "unknown topic",
        swap(ENDORSEMENT, "topic: endorsement", "topic: endorsements"),
        ENDORSEMENT, "  topic: endorsements", FACT, "topic", "'endorsements' is no topic: use one of achievements, ",
    ),
    Defect(
        "topic without a fact",
        swap(ENDORSEMENT, "topic: endorsement", "topic: goals"),
        TOPICS, "- id: endorsement", "topic endorsement", "id", "has no fact: add one, or remove the topic",
    ),
    Defect(
        "unknown reference in next",
        swap(TOPICS, "next: [goals, ", "next: [goal, "),
        TOPICS, "  next: [goal, ", "topic achievements", "next", "'goal' does not exist: correct the id",
    ),
    Defect(
        "unknown fact of a topic",
        swap(TOPICS, "facts: [celebrity-endorsements]", "facts: [celebrities]"),
        TOPICS, "  facts: [celebrities]", "topic endorsement", "facts", "'celebrities' does not exist",
    ),
    Defect(
        "topic among the facts of a topic",
        swap(TOPICS, "facts: [celebrity-endorsements]", "facts: [origin]"),
        TOPICS, "  facts: [origin]", "topic endorsement", "facts", "'origin' does not exist",
    ),
    Defect(
        "unknown name",
        swap(ENDORSEMENT, "[Jennifer Lawrence, Uma Thurman,", "[Jennifer Lawrence, Uma Thurmann,"),
        ENDORSEMENT, "  about:", FACT, "about", "people: 'Uma Thurmann' is no person of names.yml",
    ),
    Defect(
        "organisation among people",
        swap(ENDORSEMENT, "[Jennifer Lawrence, Uma Thurman,", "[Jennifer Lawrence, Times Up,"),
        ENDORSEMENT, "  about:", FACT, "about", "people: 'Times Up' is no person",
    ),
    Defect(
        "person among organisations",
        swap(ENDORSEMENT, PEOPLE, "  about: {organisations: [Tarana Burke]}"),
        ENDORSEMENT, "  about:", FACT, "about", "organisations: 'Tarana Burke' is no organisation",
    ),
    Defect(
        "person among places",
        swap(ENDORSEMENT, PEOPLE, "  about: {places: [Tarana Burke]}"),
        ENDORSEMENT, "  about:", FACT, "about", "places: 'Tarana Burke' is no region or platform",
    ),
    Defect(
        "nearest unknown",
        swap(NAMES, "nearest: Bollywood", "nearest: Bolly"),
        NAMES, "  nearest: Bolly", "name India", "nearest", "'Bolly' is no region of names.yml",
    ),
    Defect(
        "nearest that is no region",
        swap(NAMES, "nearest: Bollywood", "nearest: Myspace"),
        NAMES, "  nearest: Myspace", "name India", "nearest", "'Myspace' is no region",
    ),
    # misconceptions
    Defect(
        "misconception corrected from an unknown fact",
        swap(MISCONCEPTIONS, "facts: [burke-first-used-phrase, ", "facts: [burke-first, "),
        MISCONCEPTIONS, "  facts: [burke-first, ", "misconception milano-founded-it", "facts",
        "'burke-first' does not exist: correct the id",
    ),
    Defect(
        "misconception corrected from a topic",
        swap(MISCONCEPTIONS, "facts: [burke-first-used-phrase, ", "facts: [origin, "),
        MISCONCEPTIONS, "  facts: [origin, ", "misconception milano-founded-it", "facts", "'origin' does not exist",
    ),
    Defect(
        "misconception of an unknown name",
        swap(MISCONCEPTIONS, "mentions: [Alyssa Milano]", "mentions: [Milano]"),
        MISCONCEPTIONS, "  mentions: [Milano]", "misconception milano-founded-it", "mentions",
        "'Milano' is neither a name of names.yml nor a year",
    ),
    Defect(
        "misconception of what is no year",
        swap(MISCONCEPTIONS, "mentions: [Alyssa Milano]", 'mentions: ["20175"]'),
        MISCONCEPTIONS, "  mentions: [\"20175", "misconception milano-founded-it", "mentions", "nor a year",
    ),
    Defect(
        "misconception without a mention",
        swap(MISCONCEPTIONS, "mentions: [Alyssa Milano]", "mentions: []"),
        MISCONCEPTIONS, "  mentions: []", "misconception milano-founded-it", "mentions", "at least 1 items: write name",
    ),
    Defect(
        "unknown field of a misconception",
        swap(MISCONCEPTIONS, "  claims:", "  claim: it\n  claims:"),
        MISCONCEPTIONS, "  claim: it", "misconception milano-founded-it", "claim", "is no field of a misconception",
    ),
    Defect(
        "id of a misconception and of a fact",
        swap(MISCONCEPTIONS, "- id: milano-founded-it", "- id: burke-who"),
        MISCONCEPTIONS, "- id: burke-who", "misconception burke-who", "id", "already used at data/facts/origin.yml:2",
    ),
    # phone numbers
    Defect(
        "phone number in a correction",
        swap(MISCONCEPTIONS, "correction: Not quite. ", "correction: Not quite. Call 0808 500 2222. "),
        MISCONCEPTIONS, "  correction: Not quite. Call", "misconception milano-founded-it", "correction",
        "look like a phone number",
    ),
    Defect(
        "phone number in an answer",
        swap(ENDORSEMENT, "answer: Among many", "answer: Call 0808 500 2222. Among many"),
        ENDORSEMENT, "  answer: Call", FACT, "answer", "look like a phone number",
    ),
    Defect(
        "phone number in a question",
        swap(ENDORSEMENT, "- Did Uma Thurman endorse MeToo?", "- Did 1-800-656-4673 endorse MeToo?"),
        ENDORSEMENT, "  questions:", FACT, "questions", "look like a phone number",
    ),
    Defect(
        "phone number in the introduction of a topic",
        swap(TOPICS, 'intro: "On supporters, ', 'intro: "Call +33 1 23 45 67 89. On supporters, '),
        TOPICS, '  intro: "Call', "topic endorsement", "intro", "look like a phone number",
    ),
    # files
    Defect(
        "text cut by an unquoted hash",
        swap(ENDORSEMENT, "title: Which celebrities support it?", "title: Which celebrities support #MeToo?"),
        ENDORSEMENT, "  title: Which", "", "", "YAML drops what follows ' #': put the whole text in quotation marks",
    ),
    Defect(
        "field twice",
        swap(ENDORSEMENT, "  document: metoo.txt", "  document: metoo.txt\n  title: Who?"),
        ENDORSEMENT, "  title: Who?", "", "", "the field 'title' stands twice: keep one",
    ),
    Defect(
        "invalid YAML",
        swap(ENDORSEMENT, "topic: endorsement", "topic: endorsement: again"),
        ENDORSEMENT, "  topic: endorsement: again", "", "", "is not valid YAML: mapping values are not allowed",
    ),
    Defect(
        "entry that is no mapping",
        append(ENDORSEMENT, b"- just words\n"),
        ENDORSEMENT, "- just words", "", "", "an entry is not a mapping",
    ),
    Defect(
        "mapping for a list",
        write(ENDORSEMENT, b"id: celebrity-endorsements\n"),
        ENDORSEMENT, None, "", "", "holds no list: write entries that begin with '- '",
    ),
    Defect("empty file", write(ENDORSEMENT, b""), ENDORSEMENT, None, "", "", "holds no list"),
    Defect(
        "facts not UTF-8",
        append(ENDORSEMENT, "# Côte".encode("latin-1")),
        ENDORSEMENT, None, "", "", "is not UTF-8 text: save it as UTF-8",
    ),
    Defect("topics.yml missing", delete(TOPICS), TOPICS, None, "", "", "is missing"),
    Defect("names.yml missing", delete(NAMES), NAMES, None, "", "", "is missing"),
    Defect("folder of facts missing", delete(FACTS), TOPICS, None, "", "", "is missing"),
    Defect(
        "document not UTF-8", append(DOCUMENT, b"\xe9"), DOCUMENT, None, "", "", "is not UTF-8 text: save it as UTF-8"
    ),
    Defect(
        "document missing", delete(DOCUMENT), "data/documents", None, "", "", "holds no document: put a .txt file there"
    ),
]  # fmt: skip


def line_of(root: Path, file: str, at: str) -> int:
    """The number of the line that begins so, as an editor counts."""
    lines = (root / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.startswith(at))


@pytest.mark.parametrize("defect", [pytest.param(defect, id=defect.name) for defect in DEFECTS])
def test_a_defect_is_told_with_its_place(project: Path, defect: Defect) -> None:
    defect.edit(project)
    with pytest.raises(StoreError) as raised:
        load_store(project)

    place = f"{defect.file}:{line_of(project, defect.file, defect.at)}" if defect.at else defect.file
    what = f"{defect.entry}, field '{defect.field}': " if defect.entry else ""
    told = [line for line in str(raised.value).split("\n") if line.startswith(f"{place}: {what}")]
    assert any(defect.message in line for line in told), str(raised.value)
    assert inspect_store(project).store is None


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(swap(ENDORSEMENT, "line: 3", "line: 010"), id="number with a leading zero"),
        pytest.param(swap(ENDORSEMENT, "  document:", "  ? [a, b]\n  : c\n  document:"), id="list as a field name"),
        pytest.param(swap(ENDORSEMENT, PEOPLE, "  about: &about {people: [*about]}"), id="alias of itself"),
    ],
)
def test_unusual_yaml_is_a_problem_of_its_file(project: Path, edit: Edit) -> None:
    edit(project)
    assert {problem.file for problem in inspect_store(project).problems} >= {ENDORSEMENT}


def test_a_nearest_region_without_facts_is_a_problem(project: Path) -> None:
    swap(NAMES, "nearest: Bollywood", "nearest: South Korea")(project)
    assert [(problem.file, problem.field) for problem in inspect_store(project).problems] == [(NAMES, "nearest")]


def test_a_misconception_may_be_recognised_by_a_year(project: Path) -> None:
    swap(MISCONCEPTIONS, "mentions: [Alyssa Milano]", 'mentions: ["1999", Alyssa Milano]')(project)
    assert load_store(project).misconception("milano-founded-it").mentions == ["1999", "Alyssa Milano"]


def test_a_store_may_have_no_misconceptions(project: Path) -> None:
    delete(MISCONCEPTIONS)(project)
    assert load_store(project).misconceptions == ()


def test_all_defects_are_told_at_once(project: Path) -> None:
    swap(GOALS, "line: 18", "line: 19")(project)
    swap(ENDORSEMENT, "Uma Thurman,", "Uma Thurmann,")(project)
    with pytest.raises(StoreError) as raised:
        load_store(project)
    assert {(problem.file, problem.field) for problem in raised.value.problems} == {
        (GOALS, "line"),
        (ENDORSEMENT, "about"),
    }
    assert str(raised.value).split("\n") == [str(problem) for problem in raised.value.problems]


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    assert str(Problem("data/facts/a.yml", 0, "", "", "is missing")) == "data/facts/a.yml: is missing"


def test_an_unbroken_copy_loads(project: Path, store: FactStore) -> None:
    assert load_store(project).facts == store.facts


def test_a_fact_is_added_by_an_entry_alone(project: Path, store: FactStore) -> None:
    copy = (project / ENDORSEMENT).read_bytes().replace(b"id: celebrity-endorsements", b"id: second")
    append(ENDORSEMENT, b"\n" + copy)(project)
    assert len(load_store(project).facts) == len(store.facts) + 1


def test_every_check_found_something_to_check() -> None:
    report = inspect_store()
    assert report.store is not None
    assert report.problems == []
    assert [check.title for check in report.checks if not check.checked] == []
    counts = {check.title: check.checked for check in report.checks}
    assert counts["quotes verbatim on their line"] == len(EXPECTED)


def test_what_ships_is_what_was_curated(store: FactStore) -> None:
    shipped = {
        fact.id: {"id": fact.id, "topic": fact.topic, "quote": fact.quote, "line": fact.line, "answer": fact.answer}
        for fact in store.facts
    }
    assert len(store.facts) == 26
    assert shipped == {fact["id"]: fact for fact in EXPECTED}


@pytest.mark.parametrize("expected", EXPECTED, ids=[fact["id"] for fact in EXPECTED])
def test_a_quote_stands_on_its_line_of_the_document(expected: Dict[str, Any]) -> None:
    lines = (ROOT / DOCUMENT).read_text(encoding="utf-8").split("\n")
    assert expected["quote"] in lines[expected["line"] - 1]


def test_the_document_is_the_same_byte_for_byte(store: FactStore) -> None:
    content = (ROOT / DOCUMENT).read_bytes()
    assert hashlib.sha256(content).hexdigest() == DOCUMENT_SHA256
    assert store.documents == {"metoo.txt": content.decode("utf-8")}


@pytest.mark.parametrize(
    "text",
    [
        "in 2006",
        "in 2006 and in 2017",
        "2006–2017",
        "15 October 2017",
        "On 15 October 2017, 500,000 tweets",
        "500,000 tweets",
        "4.7 million",
        "lines 12, 13, 14 and 15",
    ],
)
def test_years_dates_and_sums_are_no_phone_numbers(text: str) -> None:
    assert not looks_like_phone_number(text)


@pytest.mark.parametrize(
    "text",
    ["0808 500 2222", "+33 1 23 45 67 89", "800-656-4673", "1.800.656.4673", "(800) 656-4673", "6564673"],
)
def test_phone_numbers_are_seen_wherever_they_stand(text: str) -> None:
    assert looks_like_phone_number(text)
    assert looks_like_phone_number(f"Call {text}, day and night.")
