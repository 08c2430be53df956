"""From a text file to the files that a curator edits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional, Set, Tuple

from bot import ROOT
from bot.facts import Kind, load_store
from bot.facts.background import load_background
from bot.facts.sources import Source, SourceError, read_entries, read_tree
from bot.proposals.documents import DocumentError, is_there, read_document, take_in
from bot.proposals.drafts import Drafted, Drafter, slug_of
from bot.proposals.sentences import Sentence, Split, split
from bot.proposals.silence import silent_phrases
from bot.proposals.writing import facts_as_yaml, names_as_yaml

FOLDER = "proposals"


@dataclass(frozen=True)
class Proposed:
    """What was done: the files, from the project's folder on, and what is in them.

    `known` are the sentences that a fact or an earlier proposal quotes; `names_file` is None where no name is unknown.
    """

    document: Path
    was_copied: bool
    facts_file: Path
    names_file: Optional[Path]
    split: Split
    known: int
    drafted: Drafted
    names: Dict[str, Kind]


def propose(path: Path, root: Path = ROOT) -> Proposed:
    """Take a document in and propose a fact for each sentence that neither a fact nor an earlier proposal quotes.

    Args:
        path: a text file; it is copied unchanged to `root`/data/documents.
        root: the project's folder.

    Raises:
        DocumentError: the file can't be a document, or something can't be read or written.
        bot.facts.StoreError: the store has defects.
        bot.nlu.encoder.EncoderError: the sentence encoder's files are missing or damaged.
    """
    text = read_document(path)
    is_there(path, root / "data" / "documents")
    store, background = load_store(root), load_background(root).facts
    document = split(text)
    if not document.sentences:
        raise DocumentError(f"{path} holds no sentence that could be a fact: write sentences that end in a full stop.")
    slug = slug_of(path.stem)
    earlier = _earlier(root)
    quotes: Set[str] = {fact.quote for fact in store.facts if fact.document == path.name}
    quotes |= {str(each.values.get("quote")) for each in earlier if each.values.get("document") == path.name}
    new = [sentence for sentence in document.sentences if not _is_quoted(sentence, quotes)]
    taken: Set[str] = {fact.id for fact in store.facts} | {topic.id for topic in store.topics}
    taken |= {str(each.values.get("id")) for each in earlier}
    drafted = Drafted([], {}, [], None)
    if new:
        drafted = Drafter(store, background).draft(slug, document, new, taken, silent_phrases(root))
    names = _unknown_names(drafted, earlier)
    facts_file, names_file = _files(root, slug)
    _make(root / FOLDER)
    was_copied = take_in(path, root / "data" / "documents")
    if drafted.drafts:
        _add(facts_file, lambda is_new: facts_as_yaml(path.name, drafted, is_new))
    if names:
        _add(names_file, lambda is_new: names_as_yaml(path.name, names, is_new))
    return Proposed(
        document=(root / "data" / "documents" / path.name).relative_to(root),
        was_copied=was_copied,
        facts_file=facts_file.relative_to(root),
        names_file=names_file.relative_to(root) if names else None,
        split=document,
        known=len(document.sentences) - len(new),
        drafted=drafted,
        names=names,
    )


def _earlier(root: Path) -> List[Source]:
    """What stands in the files that nobody has moved yet."""
    found: List[Source] = []
    for path in sorted((root / FOLDER).glob("*.yml")):
        try:
            found += read_entries(path) if read_tree(path) is not None else []
        except SourceError as error:
            place = f"{path.relative_to(root)}:{error.line}" if error.line else str(path.relative_to(root))
            raise DocumentError(f"{place}: {error}.") from error
    return found


def _is_quoted(sentence: Sentence, quotes: Set[str]) -> bool:
    return any(quote in part.text or part.text in quote for part in sentence.parts for quote in quotes)


def _unknown_names(drafted: Drafted, earlier: List[Source]) -> Dict[str, Kind]:
    proposed = {each.values.get("name") for each in earlier}
    names: Dict[str, Kind] = {}
    for draft in drafted.drafts:
        for name, kind in draft.names.unknown.items():
            if name not in proposed:
                names.setdefault(name, kind)
    return names


def _files(root: Path, slug: str) -> Tuple[Path, Path]:
    """Where facts and names are proposed: under a name that is free in data/facts, where the first is moved to."""
    name, number = slug, 1
    while (root / "data" / "facts" / f"{name}.yml").exists():
        number += 1
        name = f"{slug}-{number}"
    return root / FOLDER / f"{name}.yml", root / FOLDER / f"{slug}.names.yml"


def _add(path: Path, written: Callable[[bool], str]) -> None:
    """Write at the end of a file, which may be new; `written` is told whether it is."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(written(file.tell() == 0))
    except OSError as error:
        raise DocumentError(f"{path} can't be written ({error.strerror}): make it writable.") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise DocumentError(f"The folder {folder} can't be made ({error.strerror}): make room for it.") from error
