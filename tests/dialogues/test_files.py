"""Dialogue files: what is wrong with one is told with its line and what to write, and so is a reply that is wrong."""

from pathlib import Path
from typing import Any, Dict, List

import pytest

from bot.dialogues import DialogueError, Turn, judge, read_dialogues
from bot.reply import Citation, Link, Reply, ReplyKind, Suggestion

GOOD = "- visitor: What is MeToo?\n  kind: answer\n"
REPLY = Reply(
    ReplyKind.ANSWER,
    "MeToo is a movement.",
    facts=(Citation("what-it-is", "a movement", "metoo.txt", 6),),
    suggestions=(Suggestion("Who started it?", "Who started MeToo?"),),
    links=(Link("A line: 3919", "tel:3919"),),
)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (GOOD + "  say: [MeToo]\n", 3, "'say' is no field of a turn: correct the name or remove it"),
        ("- visitor: hi\n", 1, "field 'kind': is missing: write one of answer, refusal, support"),
        ("- kind: chat\n", 1, "field 'visitor': is missing: write what the visitor writes"),
        ("- visitor: hi\n  kind: greeting\n", 2, "write one of answer, refusal, support"),
        (GOOD + "  facts: [no-such-fact]\n", 3, "there is no fact 'no-such-fact': correct the id"),
        (GOOD + "  only_facts: [no-such-fact]\n", 3, "there is no fact 'no-such-fact'"),
        (GOOD + '  never_says: ["(open"]\n', 3, "'(open' is no regular expression"),
        (GOOD + "  says: MeToo\n", 3, "write words that stand in the reply as they are"),
        (GOOD + GOOD + "- just text\n", 5, "an entry is not a mapping"),
        ("visitor: hi\nkind: chat\n", 0, "holds no list"),
        ("- visitor: [hi\n", 2, "is not valid YAML"),
        ("[]\n", 0, "has no turn"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "asks_something.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DialogueError) as raised:
        read_dialogues([path])
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == ("asks_something.yml", line)
    assert told in str(problem)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text("- visitor: hi\n- kind: chat\n", encoding="utf-8")
    with pytest.raises(DialogueError) as raised:
        read_dialogues([tmp_path, tmp_path / "three.yml"])
    assert len(raised.value.problems) == 5


def test_a_folder_without_a_dialogue(tmp_path: Path) -> None:
    with pytest.raises(DialogueError, match="has no dialogue in it"):
        read_dialogues([tmp_path])


def test_a_file_is_named_by_what_the_visitor_does(tmp_path: Path) -> None:
    path = tmp_path / "asks_twice.yml"
    path.write_text(GOOD + "\n" + GOOD, encoding="utf-8")
    (dialogue,) = read_dialogues([path])
    assert (dialogue.behaviour, dialogue.lines) == ("asks twice", (1, 4))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, []),
        ({"kind": "refusal"}, ["kind: wanted refusal, but it is answer"]),
        ({"facts": ["what-it-is"]}, []),
        ({"facts": ["other"]}, ["facts: wanted other, but it cites what-it-is"]),
        ({"only_facts": ["what-it-is", "other"]}, ["only_facts: wanted what-it-is, other, but it cites what-it-is"]),
        ({"only_facts": []}, ["only_facts: wanted none, but it cites what-it-is"]),
        ({"says": ["a movement"]}, []),
        ({"says": ["A movement"]}, ["says: wanted “A movement”, but that does not stand in it"]),
        ({"never_says": ["MOVE\\w+"]}, ["never_says: wanted nothing like “MOVE\\w+”, but it says “movement”"]),
        ({"buttons": ["Who started it?"]}, []),
        ({"buttons": ["Where?"]}, ["buttons: wanted “Where?”, but it has Who started it?"]),
        ({"links": ["tel:3919"]}, []),
        ({"links": ["tel:17"]}, ["links: wanted tel:17, but it has tel:3919"]),
        ({"then": ["chat"]}, []),
        ({"then": ["answer", "chat"]}, ["then: wanted answer, chat, but after it comes chat"]),
        (
            {"kind": "chat", "says": ["x"]},
            ["kind: wanted chat, but it is answer", "says: wanted “x”, but that does not stand in it"],
        ),
    ],
)
def test_what_is_not_right_is_told(more: Dict[str, Any], told: List[str]) -> None:
    turn = Turn(**{"visitor": "What is MeToo?", "kind": "answer", **more})
    second = Reply(ReplyKind.CHAT, "And hello.")
    assert [str(finding) for finding in judge(turn, [REPLY, second])] == told
