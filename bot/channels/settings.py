"""Settings of the messaging channels: an entry of credentials.yml, and environment variables, which win.

The variable of a setting is METOO_<CHANNEL>_<SETTING>, such as METOO_TELEGRAM_TOKEN. A channel is on if credentials.yml
names its class, or if one of its variables is set.
"""

import os
from typing import Any, Dict, Mapping, Optional, Sequence

from rasa.shared.exceptions import RasaException

# Channels that variables alone can switch on.
_CHANNELS = {
    "matrix": "bot.channels.matrix.MatrixChannel",
    "telegram": "bot.channels.telegram.TelegramChannel",
    "slack": "bot.channels.slack.SlackChannel",
}


def with_channels_of_environment(
    credentials: Optional[Mapping[str, Any]], environment: Mapping[str, str] = os.environ
) -> Dict[str, Any]:
    """What credentials.yml holds, and an empty entry for each channel that has variables but no entry.

    The channel itself reads its variables, so that no token is ever written into a file.
    """
    named = credentials or {}
    opened = [path for channel, path in _CHANNELS.items() if _variables(channel, environment) and path not in named]
    return {**named, **{path: {} for path in opened}}


def settings_of(
    channel: str,
    names: Sequence[str],
    credentials: Optional[Mapping[str, Any]],
    environment: Mapping[str, str] = os.environ,
) -> Dict[str, str]:
    """The settings of a channel that are given, each as text.

    Args:
        channel: its name, such as "telegram".
        names: every setting that it knows.
        credentials: its entry in credentials.yml.
        environment: the variables.

    Raises:
        RasaException: a setting or a variable of the channel is unknown.
    """
    given = dict(credentials or {})
    for name in given:
        if name not in names:
            raise RasaException(
                f"credentials.yml: {channel} has no setting {name}. It knows {', '.join(names)}: correct the name."
            )
    for setting, value in _variables(channel, environment).items():
        if setting not in names:
            raise RasaException(
                f"The environment variable {variable(channel, setting)} is unknown. {channel} knows "
                f"{', '.join(variable(channel, name) for name in names)}: correct the name."
            )
        given[setting] = value
    return {name: str(value) for name, value in given.items() if value not in (None, "")}


def variable(channel: str, setting: str) -> str:
    """The environment variable of a setting."""
    return f"{_prefix(channel)}{setting.upper()}"


def require(channel: str, settings: Mapping[str, str], **where: str) -> None:
    """Make sure that a channel has the settings that it can't do without.

    Args:
        channel: its name, such as "telegram".
        settings: those that are given.
        where: by the name of each that is needed, where its value is found.

    Raises:
        RasaException: one is not given.
    """
    for setting, place in where.items():
        if setting not in settings:
            raise RasaException(
                f"The {channel} channel is on but has no {setting}: set {variable(channel, setting)}, or {setting} in "
                f"credentials.yml ({place})."
            )


def _prefix(channel: str) -> str:
    return f"METOO_{channel.upper()}_"


def _variables(channel: str, environment: Mapping[str, str]) -> Dict[str, str]:
    prefix = _prefix(channel)
    return {
        name[len(prefix) :].lower(): value for name, value in environment.items() if name.startswith(prefix) and value
    }
