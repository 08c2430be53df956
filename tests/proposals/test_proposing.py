"""From a text to proposals that a curator edits: what is found out, what is left empty, and what is never touched."""

import shutil
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from bot import ROOT
from bot.facts import StoreError, inspect_store, load_store
from bot.facts.sources import read_tree
from bot.lint.contradictions import check_contradictions
from bot.lint.phrases import read_phrases
from bot.proposals.documents import DocumentError
from bot.proposals.proposing import Proposed, propose

EXAMPLE = ROOT / "docs" / "examples" / "sweden.txt"


def entries(path: Path) -> List[Dict[str, Any]]:
    return list(read_tree(path))


def files(folder: Path) -> Dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def document(tmp_path: Path, text: str, name: str = "north.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Tuple[Path, Proposed]:
    """A project to which the example was added, and what that says; not to be changed."""
    project = tmp_path_factory.mktemp("added")
    shutil.copytree(ROOT / "data", project / "data", copy_function=shutil.copyfile)
    return project, propose(EXAMPLE, project)


def test_each_sentence_is_a_proposal_with_its_quote_line_names_and_topic(added: Tuple[Path, Proposed]) -> None:
    project, proposed = added
    assert (project / "data/documents/sweden.txt").read_bytes() == EXAMPLE.read_bytes()
    found = entries(project / proposed.facts_file)
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert [fact["line"] for fact in found] == [3, 3, 4, 5, 6]
    for fact in found:
        assert fact["quote"] in lines[fact["line"] - 1]
        assert fact["answer"] == fact["quote"]
        assert (fact["document"], fact["topic"]) == ("sweden.txt", "region")
        assert fact["about"]["places"] == ["Sweden"]
        assert fact["title"]
    assert len({fact["id"] for fact in found}) == 5
    assert found[0]["about"]["dates"] == ["2017"] and found[4]["about"]["dates"] == ["1 July 2018"]


def test_names_that_nobody_has_entered_are_proposed_too(added: Tuple[Path, Proposed]) -> None:
    project, proposed = added
    assert proposed.names_file is not None
    found = entries(project / proposed.names_file)
    assert [(name["name"], name["kind"]) for name in found] == [
        ("#tystnadtagning", "movement"),
        ("#SilenceAction", "movement"),
    ]


def test_what_is_told_from_elsewhere_gives_its_questions(added: Tuple[Path, Proposed]) -> None:
    project, proposed = added
    assert list(proposed.drafted.background) == ["x-sweden"]
    law = entries(project / proposed.facts_file)[4]
    assert {"swedish rape law 2018", "When did Sweden get its consent law?"} <= set(law["questions"])
    assert law["questions"][0].endswith("?") and law["title"] in law["questions"]
    silent = [phrase.text for phrase, _ in proposed.drafted.silent]
    assert silent == ["was there metoo in sweden, my au pair says actresses wrote about abuse"]
    phrase = proposed.drafted.silent[0][0]
    assert phrase.text in (project / phrase.file).read_text(encoding="utf-8").splitlines()[phrase.line - 1]


def test_a_proposal_breaks_nothing_and_once_moved_the_check_tells_what_is_missing(project: Path, sweden: Path) -> None:
    proposed = propose(sweden, project)
    assert inspect_store(project).problems == []
    path = project / "data/facts/sweden.yml"
    (project / proposed.facts_file).rename(path)
    without = [draft.id for draft in proposed.drafted.drafts if draft.missing_questions]
    problems = inspect_store(project).problems
    assert len(without) == 2
    assert {problem.entry for problem in problems} == {f"fact {fact_id}" for fact_id in without}
    assert {problem.field for problem in problems} == {"questions"}
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("-  # a question", "- Which one?  #").replace("-  # the same", "- And what?  #"))
    assert inspect_store(project).problems == []
    # A question that a fact and the background collection both have is the curator's to decide on.
    problems = check_contradictions(read_phrases(project, load_store(project))).problems
    double = [problem for problem in problems if problem.entry == "backgroundfact x-sweden"]
    assert len(double) == proposed.drafted.background["x-sweden"]


def test_the_second_run_adds_nothing_that_is_there(project: Path, sweden: Path) -> None:
    propose(sweden, project)
    before = files(project)
    again = propose(sweden, project)
    assert (again.known, again.drafted.drafts, again.was_copied) == (5, [], False)
    assert files(project) == before


def test_a_later_run_adds_the_sentences_that_nobody_quotes_behind_what_was_edited(project: Path, sweden: Path) -> None:
    first = propose(sweden, project)
    path = project / first.facts_file
    kept = path.read_text(encoding="utf-8").split("- id: sweden-lawyers")[0].replace("zero tolerance", "no tolerance")
    kept = kept.replace("quote: The letter demanded no tolerance of", "quote: zero tolerance of")  # shortened
    path.write_text(kept, encoding="utf-8")
    again = propose(sweden, project)
    assert [draft.sentence.quote.line for draft in again.drafted.drafts] == [5, 6]
    text = path.read_text(encoding="utf-8")
    assert text.startswith(kept) and text.count("# Proposals from") == 1
    assert len(entries(path)) == 5 and again.names == {}


def test_facts_that_were_moved_are_not_proposed_again_nor_overwritten(project: Path, sweden: Path) -> None:
    first = propose(sweden, project)
    text = (project / first.facts_file).read_text(encoding="utf-8")
    (project / first.facts_file).unlink()
    moved = project / "data/facts/sweden.yml"
    moved.write_text(text.split("\n- id: sweden-letter")[0], encoding="utf-8")
    again = propose(sweden, project)
    assert again.known == 2 and len(again.drafted.drafts) == 3
    # The name of the file is free in data/facts, so that moving it there overwrites nothing either.
    assert str(again.facts_file) == "proposals/sweden-2.yml"
    assert {draft.id for draft in again.drafted.drafts}.isdisjoint(entry["id"] for entry in entries(moved))


@pytest.mark.parametrize("name", ["names.txt", "topics.txt", "misconceptions.txt"])
def test_no_file_of_the_store_is_in_the_way(project: Path, tmp_path: Path, name: str) -> None:
    proposed = propose(document(tmp_path, "Something happened in Norway.", name), project)
    assert not (project / "data" / "facts" / proposed.facts_file.name).exists()


def test_another_document_of_that_name_leaves_everything_as_it_was(project: Path, tmp_path: Path) -> None:
    before = files(project)
    with pytest.raises(DocumentError, match="give the file another name"):
        propose(document(tmp_path, "Something happened in Norway.", "metoo.txt"), project)
    assert files(project) == before


def test_the_shipped_document_proposes_what_no_fact_quotes(project: Path) -> None:
    proposed = propose(project / "data/documents/metoo.txt", project)
    assert not proposed.was_copied
    assert proposed.known + len(proposed.drafted.drafts) == len(proposed.split.sentences)
    assert proposed.known == len(proposed.split.sentences)


def test_what_no_topic_is_near_to_gets_one_of_its_own(project: Path, tmp_path: Path) -> None:
    text = "Bread is baked from flour and water.\nThe movement has empowered survivors.\n"
    proposed = propose(document(tmp_path, text, "On Bread.txt"), project)
    found = entries(project / proposed.facts_file)
    assert [fact["topic"] for fact in found] == ["on-bread", "achievements"]
    assert proposed.drafted.new_topic == "on-bread"
    written = (project / proposed.facts_file).read_text(encoding="utf-8")
    assert "# - id: on-bread" in written and f"#   facts: [{found[0]['id']}]" in written


def test_a_sentence_over_two_lines_is_told_with_what_cannot_be_quoted(project: Path, tmp_path: Path) -> None:
    text = "In 2017 women in Norway published an open letter about the\nabuse that they met at work.\n"
    proposed = propose(document(tmp_path, text), project)
    (fact,) = entries(project / proposed.facts_file)
    assert fact["quote"] == "In 2017 women in Norway published an open letter about the"
    assert fact["answer"] == text.replace("\n", " ").strip()
    assert "#   line 2: abuse that they met at work." in (project / proposed.facts_file).read_text(encoding="utf-8")


AWKWARD = """\
“All of it: yes,” said Åsa Öberg – who knew.
#MeToo & {others} [here] came: it's true, it's a 100 % fact # no comment.
- yes, no and null are words, too 🍚🐰
She wrote "I'm one" in \\n Norway’s paper: so it was.
* * stars and | pipes > arrows
"""


def test_whatever_stands_in_a_sentence_is_quoted_as_it_stands(project: Path, tmp_path: Path) -> None:
    path = document(tmp_path, AWKWARD, "awkward: #1, it's.txt")
    proposed = propose(path, project)
    found = entries(project / proposed.facts_file)
    lines = AWKWARD.splitlines()
    assert len(found) == len(proposed.split.sentences) >= 4
    for fact, sentence in zip(found, proposed.split.sentences):
        assert fact["quote"] == sentence.quote.text
        assert fact["quote"] in lines[fact["line"] - 1]
        assert fact["document"] == path.name


def test_a_text_without_sentences_is_refused(project: Path, tmp_path: Path) -> None:
    before = files(project)
    with pytest.raises(DocumentError, match="holds no sentence"):
        propose(document(tmp_path, "A heading\n\nhttps://example.org/\n"), project)
    assert files(project) == before


def test_a_broken_store_is_told_first(project: Path, sweden: Path) -> None:
    path = project / "data/facts/goals.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("line: 19", "line: 20"), encoding="utf-8")
    before = files(project)
    with pytest.raises(StoreError, match="write line: 19"):
        propose(sweden, project)
    assert files(project) == before


def test_a_broken_proposal_is_told_with_its_line(project: Path, sweden: Path) -> None:
    (project / "proposals").mkdir()
    (project / "proposals" / "other.yml").write_text("- id: one\n  quote: [\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"proposals/other.yml:\d: is not valid YAML"):
        propose(sweden, project)


def test_a_folder_that_cannot_be_made_is_told(project: Path, sweden: Path) -> None:
    (project / "proposals").write_text("a file", encoding="utf-8")
    with pytest.raises(DocumentError, match="can't be made"):
        propose(sweden, project)
    assert not (project / "data/documents/sweden.txt").exists()
