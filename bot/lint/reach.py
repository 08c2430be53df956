"""Questions that do not bring what they stand for, and facts that no question brings."""

from typing import Dict, List, NamedTuple, Sequence, Set

from bot.facts import FactStore
from bot.facts.problems import Check
from bot.lint.phrases import Phrase
from bot.lint.replies import Replying
from bot.reply import Reply, ReplyKind

# Of these, phrases only teach the model; those of a fact or a topic are also shown by it, and sent by its button.
_TEACHING = ("misconception", "backgroundfact")


class _Asked(NamedTuple):
    phrase: Phrase
    reply: Reply
    is_right: bool


def check_reach(phrases: Sequence[Phrase], store: FactStore, reply_to: Replying) -> Check:
    """Ask every question of the store and the background collection, and make every claim, and see what comes.

    Args:
        phrases: those among them that stand in data/facts and data/background are asked.
        store: what they ask for.
        reply_to: the assistant.
    """
    chosen = [phrase for phrase in phrases if phrase.field != "examples"]
    check = Check("questions bring what they stand for", len(chosen))
    by_entry: Dict[str, List[_Asked]] = {}
    told: Set[str] = set()
    for phrase, reply in zip(chosen, reply_to([phrase.text for phrase in chosen]), strict=True):
        by_entry.setdefault(phrase.entry, []).append(_Asked(phrase, reply, _brings(phrase, reply, store)))
        if reply.kind is ReplyKind.ANSWER:
            told |= {f"fact {citation.id}" for citation in reply.facts}
    for entry, asked in by_entry.items():
        _judge(check, entry, asked, entry in told)
    return check


def _judge(check: Check, entry: str, asked: List[_Asked], is_told: bool) -> None:
    """A fact that is told where its whole topic is asked for is reached, even if no question of its own brings it."""
    missed = [each for each in asked if not each.is_right]
    if missed and len(missed) == len(asked) and not is_told:
        message = f"no question brings it, {_came(missed[0])}: {_remedy(missed[0].phrase)}"
        check.problems.append(missed[0].phrase.problem(message))
    elif missed and entry.split(maxsplit=1)[0] in _TEACHING:
        many = f"{len(missed)} of {len(asked)} {asked[0].phrase.field}"
        message = f"{many} bring something else, {_came(missed[0])}: {_remedy(missed[0].phrase)}"
        check.due.append(missed[0].phrase.problem(message))
    else:
        check.problems += [each.phrase.problem(f"{_came(each)}: {_remedy(each.phrase)}") for each in missed]


def _brings(phrase: Phrase, reply: Reply, store: FactStore) -> bool:
    if phrase.entry.startswith("misconception "):
        return store.misconception(phrase.about).correction in reply.text
    wanted = set(phrase.facts) or {phrase.about}
    return reply.kind is ReplyKind.ANSWER and wanted <= {citation.id for citation in reply.facts}


def _came(asked: _Asked) -> str:
    cited = ", ".join(citation.id for citation in asked.reply.facts)
    return f"“{asked.phrase.text}” brings {cited or described(asked.reply)}"


def described(reply: Reply) -> str:
    """The first words of a reply, and its kind."""
    return f"“{' '.join(reply.text.split())[:50]}…” ({reply.kind.value})"


def _remedy(phrase: Phrase) -> str:
    if phrase.field == "claims":
        return "put it another way, with one of its `mentions`, or add claims like it"
    label = f"facts: [{', '.join(phrase.facts)}]" if phrase.facts else f"background: {phrase.about}"
    return f"put it another way, or add questions like it under data/nlu, {phrase.intent}, with metadata {{{label}}}"
