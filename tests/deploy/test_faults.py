"""Two Rasa processes, two action servers, Redis and nginx answer as one does, also while some of them are killed.

The short form of `make soak`. All of them write their logs to a full disk, from the start on.
"""

import threading
from pathlib import Path
from typing import Dict, Iterator, List

import pytest
import requests

from benchmarks.cluster import Cluster
from benchmarks.faults import (
    KILL_ACTIONS,
    KILL_RASA,
    RESTART_REDIS,
    Fault,
    kill_actions,
    kill_rasa,
    restart_redis,
)
from benchmarks.soak import scripts, traces
from benchmarks.soaking import Soak, events_of
from bot import ROOT
from bot.dialogues import hold_all, read_dialogues
from bot.reply import error_message
from tests.conftest import require_program
from tests.deploy.conftest import open_to_workers

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = open_to_workers(tmp_path_factory.mktemp("cluster"))
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def cluster(model: Path, folder: Path) -> Iterator[Cluster]:
    require_program("redis-server")
    require_program("nginx")
    with Cluster(folder, Path("/dev/full")) as running:
        running.wait_until_ready()
        yield running


def begin(url: str) -> requests.Session:
    client = requests.Session()
    begun = client.post(f"{url}/session", json={}, timeout=60)
    client.headers["Authorization"] = f"Bearer {begun.json()['token']}"
    return client


def say(client: requests.Session, url: str, text: str, key: str = "") -> requests.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{url}/message", json={"text": text}, headers=headers, timeout=60)


def test_conversations_go_on_as_in_one_process(cluster: Cluster) -> None:
    dialogues = read_dialogues(sorted((ROOT / "tests" / "dialogues").glob("*.yml"))[::6])
    failures = [(held.dialogue.behaviour, held.failures) for held in hold_all(dialogues, cluster.url) if held.failures]
    assert failures == []


def test_any_process_goes_on_with_a_conversation(cluster: Cluster) -> None:
    first, second = cluster.rasa_urls
    client = begin(first)
    assert "Tarana Burke" in say(client, first, "Who is Tarana Burke?").text
    assert "2006" in say(client, second, "when?").json()["replies"][0]["text"]
    assert "Myspace" in say(client, first, "where?").json()["replies"][0]["text"]
    assert client.delete(f"{second}/session", timeout=60).status_code == 204
    assert say(client, first, "and now?").status_code == 401


def test_a_message_that_two_processes_get_at_once_is_answered_once(cluster: Cluster) -> None:
    client = begin(cluster.url)
    for number in range(5):
        answers: Dict[str, List[str]] = {}

        def send(url: str, key: str, answers: Dict[str, List[str]]) -> None:
            answers[url] = [reply["text"] for reply in say(client, url, "That was wrong", key).json()["replies"]]

        threads = [threading.Thread(target=send, args=(url, f"message-{number}", answers)) for url in cluster.rasa_urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first, second = cluster.rasa_urls
        assert answers[first] == answers[second]
    events = events_of(cluster, str(client.headers["Authorization"]).split()[1]) or []
    sent = [event["message_id"] for event in events if event["event"] == "user"]
    assert sent[-5:] == [f"message-{number}" for number in range(5)] and len(sent) == 6


def test_without_redis_it_is_not_ready_and_says_so(cluster: Cluster) -> None:
    client = begin(cluster.url)
    assert "Tarana Burke" in say(client, cluster.url, "Who is Tarana Burke?").text
    cluster.redis.kill()
    try:
        for method, path, body in (
            ("POST", "session", {}),
            ("POST", "message", {"text": "when?"}),
            ("DELETE", "session", None),
        ):
            answer = client.request(method, f"{cluster.url}/{path}", json=body, timeout=60)
            assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
            assert answer.json() == {"error": {"code": "not_ready", "message": error_message("not_ready")}}
        for url in (*cluster.rasa_urls, cluster.url):
            assert requests.get(f"{url}/health", timeout=60).status_code == 503
        # The page needs no conversation.
        assert requests.get(f"{cluster.url}/", timeout=60).status_code == 200
    finally:
        cluster.redis.start()
    assert "2006" in say(client, cluster.url, "when?").json()["replies"][0]["text"]


def test_under_load_each_fault_costs_a_retry_and_no_answer(cluster: Cluster, folder: Path) -> None:
    faults = [
        Fault(KILL_ACTIONS, 0.1, kill_actions, Cluster.is_ready),
        Fault(RESTART_REDIS, 0.3, restart_redis, Cluster.is_ready),
        Fault(KILL_RASA, 0.5, kill_rasa, Cluster.is_ready),
    ]
    soak = Soak(cluster, scripts())
    result = soak.run(40, faults, visitors=6)
    assert {kind: told for kind, told in result.faults.items() if told} == {}
    assert [window.name for window in result.windows if window.answered == 0] == []
    assert result.conversations > 10 and result.repeated > 5
    assert traces(folder, scripts()) == []
    cluster.wait_until_ready()
