"""The conversation in the shell: speaks the web channel's contract, shows every answer with its source."""

import sys
from typing import List, Optional

import requests
from rich.console import Console
from rich.text import Text

from bot.reply import Reply, Suggestion, shell_wording

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

    def end(self) -> None:
        """Erase the conversation."""
        self._call("DELETE", "/session", None)

    def _call(self, method: str, path: str, body: Optional[dict]) -> dict:
        try:
            response = self._http.request(method, self._url + path, json=body, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise ShellError(f"The assistant cannot be reached at {self._url} ({type(error).__name__}).") from error
        if response.status_code == 429:
            raise TooMany(response.json()["error"]["message"], float(response.headers.get("Retry-After", 1)))
        if not response.ok:
            raise ShellError(response.json()["error"]["message"])
        return response.json() if response.content else {}


def talk(url: str, console: Console) -> None:
    """Talk until the input ends (Ctrl-D) or the visitor types the word for it.

    A number sends the suggestion of that number. An error of one message is shown, and the conversation goes on.
    """
    conversation = Conversation(url)
    wording = shell_wording()
    console.print(wording["how_to_end"], style="dim")
    suggestions = show(conversation.greeting, console)
    try:
        while True:
            text = _read(console)
            if text is None or text.lower() in wording["end_words"]:
                break
            if not text:
                continue
            if text.isdigit() and 1 <= int(text) <= len(suggestions):
                text = suggestions[int(text) - 1].text
                console.print(f"  {text}", style="italic", markup=False)
            try:
                suggestions = show(conversation.send(text), console)
            except ShellError as error:
                console.print(str(error), style="red", markup=False)
    finally:
        conversation.end()


def show(replies: List[Reply], console: Console) -> List[Suggestion]:
    """Print replies with their sources, and return the suggestions that were numbered."""
    suggestions: List[Suggestion] = []
    console.print()
    for reply in replies:
        console.print(Text(reply.text))
        for citation in reply.facts:
            console.print(Text(f"  {citation.as_text()}", style="dim cyan"))
        for link in reply.links:
            console.print(Text(f"  {link.title}: {link.url}", style="cyan"))
        suggestions += reply.suggestions
    for number, suggestion in enumerate(suggestions, 1):
        console.print(Text(f"  [{number}] {suggestion.title}", style="green"))
    return suggestions


def _read(console: Console) -> Optional[str]:
    try:
        return console.input("\n> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return None
