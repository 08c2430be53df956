"""The suggestions that stand in data, and whether the title of each fits on a button."""

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Tuple

from bot import ROOT
from bot.facts.problems import Check, Problem
from bot.lint.trees import Keys, Tree, read_located

# What a button of Slack's holds, and two lines of one on a phone.
LONGEST_TITLE = 75


@dataclass(frozen=True)
class Suggested:
    """A suggestion: what it shows, what it sends, and where that stands.

    `country` is what it answers to the question after a support reply; "" for a suggestion that stands below others.
    """

    title: str
    text: str
    tree: Tree
    keys: Keys
    entry: str
    country: str = ""

    def problem(self, message: str) -> Problem:
        """A problem with it."""
        return self.tree.problem(self.keys, self.entry, "suggestions", message)


def check_titles(root: Path = ROOT) -> Check:
    """Whether the titles of suggestions fit on a button, those of facts, topics and other languages too."""
    check = Check("titles fit on a button")
    titles = [(each.title, each.tree, each.keys, each.entry) for each in read_suggestions(root)]
    for title, tree, keys, entry in [*titles, *_titles_of_files(root)]:
        check.checked += 1
        if len(title) > LONGEST_TITLE:
            message = f"“{title}” has {len(title)} characters: {LONGEST_TITLE} fit on a button, write it shorter"
            check.problems.append(tree.problem(keys, entry, "title", message))
    return check


def read_suggestions(root: Path = ROOT) -> List[Suggested]:
    """Every suggestion that stands in data rather than coming from the store, each once.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    found = [*_of_wording(root), *_of_responses(root), *_of_support(root)]
    # A list that several replies share stands in the file once.
    return list({(each.tree.file, each.tree.line(*each.keys)): each for each in found}.values())


def _of_wording(root: Path) -> Iterator[Suggested]:
    tree = read_located(root, root / "data" / "wording.yml")
    for name, reply in tree.values["replies"].items():
        for number, each in enumerate(reply.get("suggestions", ())):
            keys = ("replies", name, "suggestions", number)
            yield Suggested(each["title"], each["text"], tree, keys, f"reply {name}")


def _of_responses(root: Path) -> Iterator[Suggested]:
    tree = read_located(root, root / "domain.yml")
    for name, variations in tree.values["responses"].items():
        for variation, response in enumerate(variations):
            for number, each in enumerate(response.get("buttons", ())):
                keys = ("responses", name, variation, "buttons", number)
                yield Suggested(each["title"], each["payload"], tree, keys, f"response {name}")


def _of_support(root: Path) -> Iterator[Suggested]:
    tree = read_located(root, root / "data" / "support" / "wording.yml")
    for number, each in enumerate(tree.values["suggestions"]):
        yield Suggested(each["title"], each["text"], tree, ("suggestions", number), "support", each["country"])


def _titles_of_files(root: Path) -> Iterator[Tuple[str, Tree, Keys, str]]:
    for folder in ("facts", "background"):
        for path in sorted((root / "data" / folder).glob("*.yml")):
            tree = read_located(root, path)
            for number, entry in enumerate(tree.values if isinstance(tree.values, list) else ()):
                if "title" in entry:
                    yield entry["title"], tree, (number, "title"), entry["id"]
    tree = read_located(root, root / "data" / "languages.yml")
    for code, language in tree.values["languages"].items():
        for topic, title in language["topics"].items():
            yield title, tree, ("languages", code, "topics", topic), f"language {code}"
