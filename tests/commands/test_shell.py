"""Talking in the shell: the project's own conversation, and Rasa's."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List

import pytest
import requests

from bot import ROOT
from bot.dialogues import read_dialogues
from bot.dialogues.holding import hold
from bot.processes import Assistant
from bot.shell import Conversation, ShellError
from tests.commands.processes import MARK, bot, marked_environment, survivors
from tests.commands.screen import on_screen, rasa_shell

QUOTE = (
    "metoo.txt, line 6: “The #MeToo movement is a social movement that raises awareness of sexual abuse, "
    "harassment, and rape culture.”"
)


def test_every_answer_shows_its_source(model: Path) -> None:
    environment = marked_environment()
    done = bot("chat", input="What is MeToo?\n\n1\nexit\n", env=environment)
    assert done.returncode == 0, done.stderr
    assert QUOTE in done.stdout
    assert "[1] Who started it?" in done.stdout  # a suggestion, sent by its number
    assert "metoo.txt, line 8: “Tarana Burke, a sexual assault survivor" in done.stdout
    assert survivors(environment[MARK]) == []


@pytest.fixture(scope="module")
def assistant_of_makers(model: Path) -> Iterator[Assistant]:
    """An assistant as `python -m bot chat` starts it."""
    with Assistant(model, channels=["bot.channels.workshop.WorkshopChannel"]) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture
def place() -> Iterator[Path]:
    """A dialogue file that is not there yet, and will not be there afterwards."""
    path = ROOT / "tests" / "dialogues" / f"saved_by_test_{os.getpid()}.yml"
    yield path
    path.unlink(missing_ok=True)


def test_why_an_answer_was_given(assistant_of_makers: Assistant) -> None:
    shown = talk_with(assistant_of_makers, "Who started MeToo?", "/why", "how do I bake bread", "/why")
    first, second = (shown.split("  intent: ")[number] for number in (1, 2))
    assert first.startswith("ask_origin ")
    assert "gate inside: 1.00 ≥ 0." in first and "facts: 0.99 burke-first-used-phrase, phrase-popularised" in first
    assert "names: Me Too (movement)" in first
    assert "action: action_answer, chosen by RulePolicy 1.00, following “origin”" in first
    assert "facts in focus: burke-first-used-phrase, phrase-popularised-by-milano" in first
    assert second.startswith("out_of_scope ") and "does not pass (about the subject)" in second
    assert "chosen by AugmentedMemoizationPolicy 1.00, following “outside the documents”" in second


def test_why_support_was_given(assistant_of_makers: Assistant) -> None:
    shown = talk_with(assistant_of_makers, "my boss raped me, i live in france", "/why")
    assert re.search(r"guard: disclosure \d\.\d\d, limit 0\.\d\d reached, and the patterns say disclosure", shown)
    assert "need: kind disclosure, country FR" in shown and "following “a disclosure”" in shown


def test_a_conversation_is_saved_as_a_dialogue_that_holds(assistant_of_makers: Assistant, place: Path) -> None:
    lines = ["what did it achieve, and: who is burke?", "my boss raped me", "yes"]
    shown = talk_with(assistant_of_makers, *lines, f"/save {place.stem.replace('_', ' ')}", f"/save {place.stem}")
    assert f"Written: tests/dialogues/{place.name}" in shown
    assert "is there already, and stays as it is" in shown
    (dialogue,) = read_dialogues([place])
    assert [turn.visitor for turn in dialogue.turns] == lines
    assert "burke-who" in (dialogue.turns[0].only_facts or ())
    assert dialogue.turns[1].links
    held = hold(dialogue, assistant_of_makers.url)
    assert held.failures == [] and held.turns == 3


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/save", "Name it after what the visitor does"),
        ("/save ../../etc/x", "A name is made of letters"),
        ("/whyy", "There is no /whyy here: /help lists what there is."),
        ("/help", "/save NAME: write the conversation down"),
    ],
)
def test_commands_tell_what_they_need(assistant_of_makers: Assistant, command: str, told: str) -> None:
    assert told in talk_with(assistant_of_makers, "hello", command)


def test_a_new_conversation_knows_nothing_of_the_one_before(assistant_of_makers: Assistant) -> None:
    shown = talk_with(assistant_of_makers, "Who is Tarana Burke?", "/new", "/save x", "when?", "/why")
    assert "Nothing was said yet" in shown
    assert "facts in focus" not in shown


def test_what_is_erased_has_no_reason_any_more(assistant_of_makers: Assistant) -> None:
    shown = talk_with(assistant_of_makers, "Who is Tarana Burke?", "delete my chat", "/why", "hello", "/why")
    assert "The conversation was erased, and with it the reason." in shown
    assert "intent: greet" in shown and "in focus" not in shown


def test_what_cannot_be_written_is_told(assistant_of_makers: Assistant, place: Path) -> None:
    place.mkdir()
    try:
        assert "is there already" in talk_with(assistant_of_makers, "hello", f"/save {place.stem}")
        assert "Nothing is lost" in talk_with(assistant_of_makers, "hello", "/save " + "x" * 300)
    finally:
        place.rmdir()


def test_a_visitors_assistant_tells_nobody_why(assistant: Assistant) -> None:
    assert "does not say why" in talk_with(assistant, "hello", "/why")
    conversation = Conversation(assistant.url)
    root = assistant.url.rpartition("/")[0]
    headers = dict(conversation._http.headers)
    for path in ("/workshop/turn", "/workshop", "/chat/workshop/turn"):
        assert requests.get(root + path, headers=headers, timeout=5).status_code == 404


def test_only_who_holds_the_token_learns_why(assistant_of_makers: Assistant) -> None:
    url = assistant_of_makers.url.rpartition("/")[0] + "/workshop/turn"
    assert requests.get(url, timeout=5).status_code == 401
    assert requests.get(url, headers={"Authorization": "Bearer guess"}, timeout=5).status_code == 401
    assert requests.post(url, timeout=5).status_code == 405
    ended = Conversation(assistant_of_makers.url)
    ended.end()
    with pytest.raises(ShellError):
        ended.latest_turn()


@pytest.mark.parametrize("no_colour", [False, True])
def test_in_a_terminal(assistant_of_makers: Assistant, no_colour: bool) -> None:
    """Colours unless they are not wanted, lines broken between words, and Ctrl-D ends it."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "60", **({"NO_COLOR": "1"} if no_colour else {})}
    with on_screen(talking(assistant_of_makers), environment) as screen:
        screen.read_until(is_asked)
        screen.type("What is MeToo?\r")
        raw = screen.read_until(is_asked)
        screen.type("/why\r")
        raw += screen.read_until(is_asked)
        screen.type("\x04")
        assert screen.process.wait(20) == 0
    assert ("\x1b[2;36m" in raw or "\x1b[32m" in raw) is not no_colour
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw)
    assert "[1] Who started it?" in plain and "ask_definition" in plain
    assert max(len(line) for line in plain.splitlines()) <= 60
    assert "sur\r\n" not in plain and "Traceback" not in plain


def test_ctrl_c_ends_it_and_everything_that_it_started(model: Path) -> None:
    environment = marked_environment()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    while b"What has it achieved?" not in process.stdout.readline():
        assert process.poll() is None
    assert ended_by_ctrl_c(process) == 130
    process.stdout.close()
    assert process.stdin is not None
    process.stdin.close()
    assert survivors(environment[MARK]) == []


def ended_by_ctrl_c(process: "subprocess.Popen[bytes]") -> int:
    """Press Ctrl-C, and again if nothing happens: Python sees a signal just before it reads only with the next."""
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        return process.wait(20)


def talking(assistant: Assistant) -> List[str]:
    """The command that talks with an assistant that runs."""
    code = (
        "import sys; from bot.commands.console import out; from bot.shell.talking import talk; talk(sys.argv[1], out)"
    )
    return [sys.executable, "-c", code, assistant.url]


def talk_with(assistant: Assistant, *lines: str) -> str:
    """Type lines into the conversation of the shell, through a pipe; what it prints."""
    done = subprocess.run(
        talking(assistant),
        cwd=ROOT,
        input="\n".join(lines) + "\n",
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "\x1b" not in done.stdout, done.stderr
    return done.stdout


def is_asked(shown: str) -> bool:
    """Whether the conversation waits for a message."""
    return shown.endswith("> ")


def test_rasa_shell_shows_sources_too(model: Path, assistant: Assistant) -> None:
    """In a terminal of its own, with the action server of the running assistant."""
    with rasa_shell(model, assistant) as screen:
        screen.type("What is MeToo?\r")
        shown = screen.words_until("rape culture.”")
        assert "survivor-led" in shown and "line 6" in shown
