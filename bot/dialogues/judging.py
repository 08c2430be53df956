"""What is wrong with the answer to a turn."""

import re
from dataclasses import dataclass
from typing import Iterator, List, Sequence

from bot.dialogues.turns import Turn
from bot.reply import Reply, ReplyKind


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the turn says: its field, what was wanted, and what came."""

    field: str
    wanted: str
    came: str

    def __str__(self) -> str:
        return f"{self.field}: wanted {self.wanted}, but {self.came}"


def judge(turn: Turn, replies: Sequence[Reply]) -> List[Finding]:
    """What is wrong with the replies to a turn; nothing if the list is empty.

    All but `then` is asked of the first reply, which is the most important one.
    """
    reply, *others = replies
    findings = [] if reply.kind is turn.kind else [Finding("kind", turn.kind.value, f"it is {reply.kind.value}")]
    findings += [*_of_facts(turn, reply), *_of_words(turn, reply), *_of_what_it_offers(turn, reply)]
    kinds = [other.kind for other in others]
    if turn.then and turn.then != kinds:
        findings.append(Finding("then", _kinds(turn.then), f"after it comes {_kinds(kinds)}"))
    return findings


def _of_facts(turn: Turn, reply: Reply) -> Iterator[Finding]:
    cited = [fact.id for fact in reply.facts]
    for missing in (fact for fact in turn.facts if fact not in cited):
        yield Finding("facts", missing, f"it cites {_listed(cited)}")
    if turn.only_facts is not None and set(turn.only_facts) != set(cited):
        yield Finding("only_facts", _listed(turn.only_facts), f"it cites {_listed(cited)}")


def _of_words(turn: Turn, reply: Reply) -> Iterator[Finding]:
    for words in turn.says:
        if words not in reply.text:
            yield Finding("says", f"“{words}”", "that does not stand in it")
    for pattern in turn.never_says:
        match = re.search(pattern, reply.text, re.IGNORECASE)
        if match:
            yield Finding("never_says", f"nothing like “{pattern}”", f"it says “{match[0]}”")


def _of_what_it_offers(turn: Turn, reply: Reply) -> Iterator[Finding]:
    titles = [suggestion.title for suggestion in reply.suggestions]
    for title in turn.buttons:
        if title not in titles:
            yield Finding("buttons", f"“{title}”", f"it has {_listed(titles)}")
    urls = [link.url for link in reply.links]
    for url in turn.links:
        if url not in urls:
            yield Finding("links", url, f"it has {_listed(urls)}")


def _kinds(kinds: Sequence[ReplyKind]) -> str:
    return _listed([kind.value for kind in kinds])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
