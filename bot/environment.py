"""The environment of the processes that the project starts, and the folder of what outlives them."""

import os
import socket
from pathlib import Path
from typing import Dict, Mapping

from bot import ROOT

LOOPBACK = "127.0.0.1"


def child_environment() -> Dict[str, str]:
    """Ours, without what Rasa and its libraries would send, listen to or print of themselves."""
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        # No usage reports, and the action server on the loopback address alone.
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": LOOPBACK,
        # TensorFlow: errors only.
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where is kept what outlives a restart; never anything of a message's text, unless the operator asks for it."""
    return Path(environment.get("METOO_STATE") or ROOT / ".state")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on a port now."""
    with socket.socket() as probe:
        # As the server does: a connection that was closed a moment ago does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
