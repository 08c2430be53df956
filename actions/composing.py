"""Making a reply of facts, and one reply of several."""

from typing import Sequence

from bot.facts import Fact, FactStore
from bot.reply import Citation, Reply, ReplyKind, Suggestion


def listed(facts: Sequence[Fact]) -> str:
    """The answers of facts: one alone, several as a list of lines."""
    if len(facts) == 1:
        return facts[0].answer
    return "\n".join(f"• {fact.answer}" for fact in facts)


def resting_on(store: FactStore, facts: Sequence[Fact], reply: Reply) -> Reply:
    """A reply with the facts that it gives cited, and what visitors ask after them as suggestions."""
    citations = [Citation(fact.id, fact.quote, fact.document, fact.line) for fact in facts]
    questions = store.next_questions(facts[0].topic, facts)
    return reply.based_on(citations, [Suggestion(title, question) for title, question in questions])


def answer_from(store: FactStore, facts: Sequence[Fact], intro: str) -> Reply:
    """An answer that gives facts and cites them; the introduction stands before several of them."""
    text = listed(facts) if len(facts) == 1 else f"{intro}\n{listed(facts)}"
    return resting_on(store, facts, Reply(ReplyKind.ANSWER, text))


def joined(replies: Sequence[Reply]) -> Reply:
    """The replies to several questions as one, an answer if one of them is; what leads on is that of the last."""
    if len(replies) == 1:
        return replies[0]
    kinds = [reply.kind for reply in replies]
    citations = {citation.id: citation for reply in replies for citation in reply.facts}
    return Reply(
        kind=ReplyKind.ANSWER if ReplyKind.ANSWER in kinds else kinds[0],
        text="\n\n".join(dict.fromkeys(reply.text for reply in replies)),
        facts=tuple(citations.values()),
        suggestions=replies[-1].suggestions,
    )
