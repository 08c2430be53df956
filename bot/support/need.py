"""What somebody who tells of harm, or asks for help, needs: what the safety guard sets, and support replies follow."""

from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Optional

# In Rasa's parse result of a message.
NEED = "need"

# The kinds, gravest first: a message that is several gets the first. The names are the training data's intents.
DANGER = "danger"
SELF_HARM = "self_harm"
OF_MINOR = "disclosure_of_minor"
DISCLOSURE = "disclosure"
OF_OTHER = "disclosure_of_other"
PERPETRATOR = "perpetrator"
ASKS_FOR_LINE = "ask_support_line"
TELLS_COUNTRY = "tell_country"
KINDS = (DANGER, SELF_HARM, OF_MINOR, DISCLOSURE, OF_OTHER, PERPETRATOR, ASKS_FOR_LINE, TELLS_COUNTRY)


@dataclass(frozen=True)
class Need:
    """One need.

    `kind` is one of KINDS. `country` is the code of a country or part of one, None where it is not known. `is_man`:
    the writer says so. `is_minor`: the person whom it happened to is under 18, as far as the message tells. `again`:
    the conversation has had a support reply of this kind a moment ago.
    """

    kind: str
    country: Optional[str] = None
    is_man: bool = False
    is_minor: bool = False
    again: bool = False

    def as_dict(self) -> Dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, parsed: Optional[Mapping[str, Any]]) -> "Optional[Need]":
        """The need in Rasa's parse result of a message, None where there is none."""
        given = (parsed or {}).get(NEED)
        return cls(**given) if given else None
