"""python -m bot add-document: a document's sentences as proposals of facts, and what they still lack."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from rich.table import Column, Table

from bot import ROOT
from bot.commands.console import CommandError, out
from bot.facts import StoreError
from bot.proposals.documents import DocumentError, is_there, read_document

if TYPE_CHECKING:
    from bot.proposals.proposing import Proposed

GUIDE = "docs/add-a-document.md"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("add-document", help="take a text in as a document, and propose facts to be edited")
    parser.add_argument("file", type=Path, metavar="FILE", help="a .txt file, in UTF-8")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Propose facts, and print what is proposed, what is missing and what comes next.

    Raises:
        CommandError: the file can't be a document, something can't be written, or the store has defects.
    """
    try:
        read_document(options.file)  # before seconds of loading, not after them
        is_there(options.file, ROOT / "data" / "documents")
        proposed = _proposed(options.file)
    except DocumentError as error:
        raise CommandError(str(error)) from error
    except StoreError as error:
        raise CommandError(f"{error}\nMend the above, then run the same command again.") from error
    for line in _what_was_done(proposed):
        out.print(line, markup=False)
    if proposed.drafted.drafts:
        out.print(_table(proposed))
        for line in _what_is_missing(proposed):
            out.print(line, markup=False)


def _proposed(path: Path) -> "Proposed":
    # spaCy takes seconds to import, which no other command should wait for, and has TensorFlow speak.
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    from bot.nlu.encoder import EncoderError
    from bot.proposals.proposing import propose

    try:
        return propose(path)
    except EncoderError as error:
        raise CommandError(str(error)) from error


def _what_was_done(proposed: "Proposed") -> Iterator[str]:
    yield f"{proposed.document}: " + ("copied, unchanged" if proposed.was_copied else "is there already, word for word")
    found, others = len(proposed.split.sentences), len(proposed.split.headings) + proposed.split.others
    yield f"{found} sentences, of which {proposed.known} are quoted already"
    yield f"{others} headings, questions and addresses left out"
    if proposed.drafted.drafts:
        yield f"{proposed.facts_file}: {len(proposed.drafted.drafts)} facts proposed"
    else:
        yield "Nothing is left to propose."
    if proposed.names_file:
        yield f"{proposed.names_file}: {len(proposed.names)} names proposed"


def _table(proposed: "Proposed") -> Table:
    table = Table("Line", Column("Proposed fact", overflow="fold"), "Topic", "Names", "Training phrases")
    for draft in proposed.drafted.drafts:
        names = [name for values in draft.about.values() for name in values]
        names += [f"{name} (new)" for name in draft.names.unknown]
        missing = f"{draft.missing_questions} missing" if draft.missing_questions else f"{len(draft.questions)} found"
        table.add_row(str(draft.sentence.quote.line), draft.id, draft.topic, ", ".join(names), missing)
    return table


def _what_is_missing(proposed: "Proposed") -> Iterator[str]:
    lacking = [draft for draft in proposed.drafted.drafts if draft.missing_questions]
    if lacking:
        count = sum(draft.missing_questions for draft in lacking)
        yield f"Missing: {count} training phrases for {len(lacking)} facts. Each needs two questions or more."
    elsewhere = [draft for draft in proposed.drafted.drafts if not draft.sentence.is_on_one_line]
    if elsewhere:
        lines = ", ".join(str(draft.sentence.quote.line) for draft in elsewhere)
        yield f"To be shortened: sentences that go on on another line, as a quote can't: those of lines {lines}."
    topic = proposed.drafted.new_topic
    if topic:
        yield f"Missing: the topic {topic} in data/facts/topics.yml, with an introduction and two questions or more;"
        yield "  its intent and its rule follow by themselves. More questions go under data/nlu."
    for fact_id, moved in proposed.drafted.background.items():
        yield f"Told from elsewhere so far: {fact_id}; {moved} of its questions are proposed here."
        yield "  Where the document says all of it, remove it from data/background."
    if proposed.drafted.silent:
        yield (
            "Training phrases by which the documents are silent, and which may now have an answer; move or delete them:"
        )
    for phrase, fact_id in proposed.drafted.silent:
        yield f"  {phrase.file}:{phrase.line}: “{phrase.text}” ({fact_id})"
    yield f"Next: edit {proposed.facts_file}, as {GUIDE} tells."
