"""One conversation with a running assistant, by the web channel's contract."""

from http import HTTPStatus
from typing import Any, Dict, List, Optional

import requests

from bot.reply import Reply

_TIMEOUT = 60


class ShellError(RuntimeError):
    """The server did not answer as it should."""


class TooMany(ShellError):
    """Too much was sent from here; `seconds` is how long the server asks to wait."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Conversation:
    """One conversation with a running assistant."""

    def __init__(self, url: str) -> None:
        """Begin a conversation.

        Args:
            url: the web channel's address, such as http://127.0.0.1:5005/chat.

        Raises:
            ShellError: the server did not answer as it should.
        """
        self._url = url
        self._root = url.rpartition("/")[0]
        self._http = requests.Session()
        begun = self._call("POST", "/session", {})
        self._http.headers["Authorization"] = f"Bearer {begun['token']}"
        self.greeting = [Reply.from_dict(reply) for reply in begun["replies"]]

    def send(self, text: str) -> List[Reply]:
        """Send a message and return the replies.

        Raises:
            ShellError: the server did not answer as it should.
        """
        return [Reply.from_dict(reply) for reply in self._call("POST", "/message", {"text": text})["replies"]]

    def latest_turn(self) -> Dict[str, Any]:
        """How the latest message was understood and what followed (see bot/channels/workshop.py).

        Raises:
            ShellError: the server does not tell; only one that was started by `python -m bot chat` does.
        """
        return self._call("GET", "/workshop/turn", None, self._root)

    def end(self) -> None:
        """Erase the conversation."""
        self._call("DELETE", "/session", None)

    def _call(
        self, method: str, path: str, body: Optional[Dict[str, Any]], base: Optional[str] = None
    ) -> Dict[str, Any]:
        url = (self._url if base is None else base) + path
        try:
            response = self._http.request(method, url, json=body, timeout=_TIMEOUT)
            given: Dict[str, Any] = response.json() if response.content else {}
        except requests.JSONDecodeError as error:
            raise ShellError(f"{url} does not answer as the assistant does: check the address.") from error
        except requests.RequestException as error:
            raise ShellError(f"The assistant cannot be reached at {self._url} ({type(error).__name__}).") from error
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooMany(given["error"]["message"], float(response.headers.get("Retry-After", 1)))
        if not response.ok:
            raise ShellError(given["error"]["message"])
        return given
