"""Questions that do not bring what they stand for, and facts that no question brings."""

from collections import defaultdict
from typing import Dict, List, Sequence

from bot.facts import FactStore
from bot.facts.problems import Check
from bot.lint.phrases import Phrase
from bot.lint.replies import Replying
from bot.reply import Reply, ReplyKind

# A phrase of these only teaches the model; one of a fact or a topic is also sent by its button, and has to be right.
_TEACHING = ("misconception", "backgroundfact")


def check_reach(phrases: Sequence[Phrase], store: FactStore, reply_to: Replying) -> Check:
    """Ask every question of the store and the background collection, and make every claim, and see what comes.

    Args:
        phrases: those among these that stand in data/facts and data/background are asked.
        store: what they ask for.
        reply_to: the assistant.
    """
    asked = [phrase for phrase in phrases if phrase.field != "examples"]
    check = Check("questions bring what they stand for", len(asked))
    missed: Dict[str, List[Phrase]] = defaultdict(list)
    reached = set()
    for phrase, reply in zip(asked, reply_to([phrase.text for phrase in asked])):
        # A fact is reached where its topic's whole is asked for, too.
        reached |= {f"fact {citation.id}" for citation in reply.facts if reply.kind is ReplyKind.ANSWER}
        if _brings(phrase, reply, store):
            reached.add(phrase.entry)
            continue
        missed[phrase.entry].append(phrase)
        message = f"“{phrase.text}” brings {_what(reply)} instead: {_remedy(phrase)}"
        found = check.due if phrase.entry.split()[0] in _TEACHING else check.problems
        found.append(phrase.problem(message))
    for entry, all_missed in missed.items():
        if entry not in reached:
            message = f"no question brings it ({len(all_missed)} asked): put them another way, or add others"
            check.problems.append(all_missed[0].problem(message))
    return check


def _brings(phrase: Phrase, reply: Reply, store: FactStore) -> bool:
    if phrase.entry.startswith("misconception "):
        return store.misconception(phrase.about).correction in reply.text
    wanted = set(phrase.facts) or {phrase.about}
    return reply.kind is ReplyKind.ANSWER and wanted <= {citation.id for citation in reply.facts}


def _what(reply: Reply) -> str:
    cited = ", ".join(citation.id for citation in reply.facts)
    words = " ".join(reply.text.split())
    return f"{cited} ({reply.kind.value})" if cited else f"no fact, but “{words[:60]}…” ({reply.kind.value})"


def _remedy(phrase: Phrase) -> str:
    if phrase.field == "claims":
        return "name one of its `mentions` in it, or put it another way"
    label = f"metadata {{facts: [{', '.join(phrase.facts)}]}}" if phrase.facts else f"metadata {{background: {phrase.about}}}"
    return f"put it another way, or write more such questions under data/nlu, {phrase.intent}, with {label}"
