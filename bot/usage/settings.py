"""Where counts are kept, and whether wordings are: METOO_USAGE, METOO_USAGE_WORDINGS and METOO_STATE."""

import os
from typing import Mapping, Optional

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.environment import state_folder

_SETTING = "METOO_USAGE"
_WORDINGS = "METOO_USAGE_WORDINGS"
_FILE = "usage.db"


class UsageError(ValueError):
    """A setting is wrong, or counts can't be read; the message says what to do."""


def address_of(environment: Mapping[str, str] = os.environ) -> Optional[URL]:
    """The database's address, None where counting is off.

    Raises:
        UsageError: what is given is no address.
    """
    given = environment.get(_SETTING, "").strip()
    if given.lower() == "off":
        return None
    return parsed(given) if given else URL.create("sqlite", database=str(state_folder(environment) / _FILE))


def parsed(address: str) -> URL:
    """An address as SQLAlchemy writes it.

    Raises:
        UsageError: it is none.
    """
    try:
        return make_url(address)
    except ArgumentError as error:
        # The address is not repeated: it may hold a password.
        raise UsageError(
            f"{_SETTING} is no address of a database: write it like sqlite:////var/lib/metoo/usage.db or "
            "postgresql://user:password@host/name, or 'off'."
        ) from error


def keeps_wordings(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether wordings of refused questions are kept.

    Raises:
        UsageError: the setting is neither on nor off.
    """
    given = environment.get(_WORDINGS, "").strip().lower() or "off"
    if given not in ("on", "off"):
        raise UsageError(f"{_WORDINGS} is neither 'on' nor 'off': write one of them.")
    return given == "on"
