"""Suggestions that lead nowhere: what each of them sends has to be answered."""

from collections import defaultdict
from pathlib import Path
from typing import Dict, List

from bot import ROOT
from bot.facts.problems import Check
from bot.lint.reach import described
from bot.lint.replies import Replying
from bot.lint.titles import Suggested, read_suggestions
from bot.reply import Reply, ReplyKind
from bot.support import Need
from bot.support.need import ASKS_FOR_LINE

_LEADS_ON = (ReplyKind.ANSWER, ReplyKind.SUPPORT, ReplyKind.CHAT)


def check_suggestions(reply_to: Replying, root: Path = ROOT) -> Check:
    """Send every suggestion of data/wording.yml, domain.yml and data/support, and see whether it is answered.

    Those of facts and topics are among the questions of `check_reach`.
    """
    suggested = read_suggestions(root)
    check = Check("suggestions lead to an answer", len(suggested))
    after: Dict[bool, List[Suggested]] = defaultdict(list)
    for each in suggested:
        after[bool(each.country)].append(each)
    for is_country, chosen in after.items():
        need = Need(ASKS_FOR_LINE) if is_country else None
        for each, reply in zip(chosen, reply_to([each.text for each in chosen], need), strict=True):
            if not _leads_on(each, reply):
                message = f"“{each.text}” brings {described(reply)}: suggest something that is answered"
                check.problems.append(each.problem(message))
    return check


def _leads_on(suggested: Suggested, reply: Reply) -> bool:
    if suggested.country:
        # Without a number, it does not know the country.
        return reply.kind is ReplyKind.SUPPORT and any(link.url.startswith("tel:") for link in reply.links)
    return reply.kind in _LEADS_ON
