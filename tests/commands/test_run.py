"""`make run`: starts the pair, says where, ends without a trace; what is wrong is said in one clear line."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, Tuple

import pytest
import requests

from bot import ROOT
from bot.environment import free_port
from bot.processes import Assistant, StartError
from tests.channels.client import Client
from tests.commands.processes import MARK, bot, marked_environment, survivors

Run = Tuple["subprocess.Popen[str]", int, str]


@pytest.fixture
def run(model: Path) -> Iterator[Run]:
    """`python -m bot run`, ready; with its port and its mark."""
    port = free_port()
    environment = marked_environment(PORT=str(port))
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        yield process, port, environment[MARK]
        if process.poll() is None:
            process.kill()
    for name in survivors(environment[MARK]):
        pytest.fail(f"left behind: {name}")


def read_until_ready(process: "subprocess.Popen[str]") -> str:
    lines = ""
    for line in process.stdout or ():
        lines += line
        if "is ready" in line:
            return lines
    pytest.fail(f"ended before it was ready:\n{lines}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_says_where_and_ends_without_a_trace(run: Run, number: signal.Signals) -> None:
    process, port, mark = run
    printed = read_until_ready(process)
    assert f"http://127.0.0.1:{port}/chat/" in printed
    assert "Training" not in printed  # the model of the same inputs was there
    assert requests.get(f"http://127.0.0.1:{port}/chat/", timeout=5).status_code == 200
    assert len(survivors(mark)) == 3
    asked = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 130
    assert time.monotonic() - asked < 5
    assert survivors(mark) == []


def test_only_the_loopback_address_is_served(assistant: Assistant) -> None:
    listening = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        address, state = row.split()[1], row.split()[3]
        if state == "0A":
            listening.add(address)
    port = f"{assistant.port:04X}"
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_a_dead_action_server_is_said_and_starts_again(model: Path) -> None:
    with Assistant(model) as assistant:
        assistant.wait_until_ready()
        client = Client(assistant.port).begin()
        assistant.stop_actions()
        status, headers, body = client.request("POST", "/chat/message", {"text": "What is MeToo?"})
        assert (status, body["error"]["code"]) == (503, "not_ready")
        assert int(headers["retry-after"]) >= 1
        assert client.request("GET", "/chat/health")[0] == 503
        assert client.say("thank you")["kind"] == "chat"  # what needs no action goes on
        assistant.keep_alive()
        assistant.wait_until_ready(30)
        assert client.say("What is MeToo?")["kind"] == "answer"


def test_without_a_model_it_does_not_start(copy: Path) -> None:
    with (
        Assistant(copy / "models/none.tar.gz", root=copy) as assistant,
        pytest.raises(StartError, match="Rasa ended while starting") as raised,
    ):
        assistant.wait_until_ready(60)
    assert "No model found" in str(raised.value)


def test_a_port_in_use(model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = bot("run", "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr == f"Port {port} is in use. End the program that uses it, or choose another: PORT=6000 make run\n"
    )


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "5005x"])
def test_no_port(port: str) -> None:
    done = bot("run", f"--port={port}")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "is no port" in done.stderr


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("domain.yml", "intents: [", r"^domain\.yml:\d+: is not valid YAML: "),
        ("data/nlu/origin.yml", "nlu:\n\t- x", r"^data/nlu/origin\.yml:2: is not valid YAML: "),
        ("data/facts/goals.yml", "- id: [", r"^data/facts/goals\.yml:\d+: is not valid YAML: "),
        ("config.yml", "a: 1\na: 2", r"^config\.yml:2: the field 'a' stands twice"),
    ],
)
def test_a_broken_file(copy: Path, file: str, text: str, message: str) -> None:
    (copy / file).write_text(text, encoding="utf-8")
    done = bot("run", "--port", str(free_port()), root=copy)
    assert done.returncode == 1
    assert re.search(message, done.stderr, re.MULTILINE), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == "Mend the above, then run the same command again."


def test_a_config_that_rasa_refuses(copy: Path) -> None:
    config = (
        (copy / "config.yml").read_text(encoding="utf-8").replace("clauses.QuestionSplitter", "clauses.NoSuchSplitter")
    )
    (copy / "config.yml").write_text(config, encoding="utf-8")
    done = bot("train", root=copy)
    assert done.returncode == 1
    assert "Rasa could not train" in done.stderr and "NoSuchSplitter" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_python_3_10(copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "rm", "cmp", "basename", "cp"):
        (tools / name).symlink_to(shutil.which(name) or "")
    (tools / "python3").write_text("#!/bin/sh\necho 3.12\n")
    (tools / "python3").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "bin/setup", "run"],
        cwd=copy,
        env={"PATH": str(tools), "HOME": "/nonexistent"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.10 is needed" in done.stderr and "PYTHON=/path/to/python3.10 make run" in done.stderr


def test_set_up_is_done_once() -> None:
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    started = time.monotonic()
    done = subprocess.run(["bin/setup", "test"], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - started < 2
