"""Talking in the shell: answers with their sources, suggestions by number, and what makers need to test a dialogue."""

import re
import sys
from contextlib import suppress
from typing import Iterable, List, Optional, Tuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import ROOT
from bot.dialogues.writing import Exchange, write_dialogue
from bot.reply import Reply, ReplyKind, Suggestion, shell_wording
from bot.shell.conversation import Conversation, ShellError
from bot.shell.explaining import explained

_DIALOGUES = "tests/dialogues"
# Words are easier to read in lines that are not as wide as a screen.
_WIDEST = 100
_STYLES = {
    ReplyKind.REFUSAL: "yellow",
    ReplyKind.SUPPORT: "bold magenta",
    ReplyKind.BOUNDARY: "red",
    ReplyKind.CLARIFY: "blue",
}


def talk(url: str, console: Console) -> None:
    """Talk until the input ends (Ctrl-D) or the visitor types the word for it; then the conversation is erased.

    Raises:
        ShellError: no conversation could be begun.
    """
    conversation = _Talk(url, console)
    try:
        while conversation.goes_on():
            pass
    finally:
        conversation.end()


class _Talk:
    """A conversation, what was said in it, and the suggestions that numbers stand for."""

    def __init__(self, url: str, console: Console) -> None:
        self._url = url
        self._console = console
        self._wording = shell_wording()
        self._commands = {"/why": self._why, "/save": self._save, "/new": self._new, "/help": self._help}
        # The line that is typed can then be edited, and earlier ones called back; nothing of it is kept in a file.
        with suppress(ImportError):
            import readline  # noqa: F401
        self._tell(self._wording["begin"])
        self._begin()

    def goes_on(self) -> bool:
        """Answer one line of input; whether there may be another."""
        line = self._read()
        if line is None or line.lower() in (*self._wording["end_words"], "/exit"):
            return False
        command, _, rest = line.partition(" ")
        if line.startswith("/"):
            known = self._commands.get(command)
            if known:
                known(rest.strip())
            else:
                self._warn("unknown_command", command=command)
        elif line:
            self._send(self._of_number(line) or line)
        return True

    def end(self) -> None:
        """Erase the conversation, if the server is still there."""
        with suppress(ShellError):
            self._conversation.end()

    def _send(self, text: str) -> None:
        """An error of one message is shown, and the conversation goes on."""
        try:
            replies = self._conversation.send(text)
        except ShellError as error:
            self._console.print(str(error), style="red", markup=False)
            return
        self._said.append((text, replies))
        self._show(replies)

    def _of_number(self, line: str) -> Optional[str]:
        """The message of the suggestion with this number."""
        if not line.isdecimal() or not 1 <= int(line) <= len(self._suggestions):
            return None
        text = self._suggestions[int(line) - 1].text
        self._console.print(f"  {text}", style="italic", markup=False)
        return text

    def _new(self, _: str) -> None:
        self.end()
        self._begin()

    def _begin(self) -> None:
        self._conversation = Conversation(self._url)
        self._said: List[Exchange] = []
        self._show(self._conversation.greeting)

    def _why(self, _: str) -> None:
        try:
            turn = self._conversation.latest_turn()
        except ShellError:
            self._warn("no_reason")
            return
        if not turn["understood"]:
            self._warn("erased")
            return
        self._print_pairs(explained(turn))

    def _save(self, name: str) -> None:
        if not self._said:
            return self._warn("nothing_to_save")
        if not name:
            return self._warn("name_missing")
        if not re.fullmatch(r"[\w ]+", name):
            return self._warn("name_wrong")
        path = f"{_DIALOGUES}/{re.sub(' +', '_', name.lower())}.yml"
        try:
            write_dialogue(ROOT / path, self._said)
        except FileExistsError:
            self._warn("exists", path=path)
        except OSError as error:
            self._warn("unwritable", path=path, reason=str(error.strerror))
        else:
            self._tell(self._wording["saved"].format(path=path))

    def _help(self, _: str) -> None:
        self._print_pairs(self._wording["help"].items())

    def _show(self, replies: List[Reply]) -> None:
        """Print replies with their sources, and number their suggestions."""
        self._suggestions: List[Suggestion] = [each for reply in replies for each in reply.suggestions]
        self._console.print()
        for reply in replies:
            self._print(reply.text, _STYLES.get(reply.kind, ""))
            for citation in reply.facts:
                self._print(f"  {citation.as_text()}", "dim cyan")
            for link in reply.links:
                self._print(f"  {link.title}: {link.url}", "cyan")
        for number, suggestion in enumerate(self._suggestions, 1):
            self._print(f"  [{number}] {suggestion.title}", "green")

    def _print_pairs(self, pairs: Iterable[Tuple[str, str]]) -> None:
        if not self._console.is_terminal:
            for label, told in pairs:
                self._print(f"  {label}: {told}", "")
            return
        table = Table.grid(padding=(0, 2))
        for label, told in pairs:
            table.add_row(Text(label, style="dim"), Text(told))
        self._console.print(table, width=min(self._console.width, _WIDEST))

    def _print(self, text: str, style: str) -> None:
        """Break lines between words on a screen; leave them whole where a program reads them."""
        if self._console.is_terminal:
            width = min(self._console.width, _WIDEST)
            self._console.print(Text(text, style=style), width=width, soft_wrap=False)
        else:
            self._console.print(Text(text, style=style))

    def _tell(self, text: str) -> None:
        self._console.print(text, style="dim", markup=False)

    def _warn(self, wording: str, **values: str) -> None:
        self._console.print(self._wording[wording].format(**values), style="yellow", markup=False)

    def _read(self) -> Optional[str]:
        is_typed = sys.stdin.isatty()
        try:
            if is_typed:
                self._console.print()
            return input("> " if is_typed else "").strip()
        except EOFError:
            if is_typed:
                self._console.print()
            return None
