"""What may stand in a request that nobody should send: texts, values of every type, and bodies that are broken."""

import gzip
import json
import random
from typing import Any, Callable, Dict, Sequence

# What stands in most of what is sent, and may come back in no answer and stand in no log.
MARKER = "qzwxvk"
_QUESTIONS = (
    *("Who started MeToo?", "What happened in France?", "when?", "tell me more", "he raped me", "i want to die"),
    *(
        "hello",
        "no, I meant Bollywood",
        "the second one",
        "what's your name",
        "delete my chat",
        "where can I get help?",
    ),
)
# How each field of a body is made where it is right: by the name of its type.
Body = Dict[str, str]


def hostile_text(dice: random.Random) -> str:
    """A message of up to 500 characters, or a few more."""
    return dice.choice(_TEXTS)(dice)


def _blocks(dice: random.Random) -> str:
    start = dice.randrange(0, 0x11_0000, 0x80)
    characters = (chr(start + dice.randrange(0x80)) for _ in range(dice.randint(1, 300)))
    return "".join(character for character in characters if not 0xD800 <= ord(character) <= 0xDFFF) or "?"


def _zalgo(dice: random.Random) -> str:
    marks = [chr(0x300 + dice.randrange(0x70)) for _ in range(400)]
    return "".join(
        letter + "".join(marks[20 * place : 20 * place + 20]) for place, letter in enumerate("who started it?")
    )


def _random_words(dice: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(dice.randint(1, 80)))[:500]


def _repeated(dice: random.Random) -> str:
    part = dice.choice(
        [
            "a",
            "aA",
            " ",
            "? ",
            "and ",
            "; ",
            "\n",
            "-",
            " - ",
            "i am in ",
            "he he ",
            "no ",
            "1 ",
            "' ",
            "’",
            "\u200b",
            "é",
            "x@",
            "www.",
            "(",
            "[[",
        ]
    )
    return (part * 500)[: dice.choice([40, 499, 500])] + dice.choice(["", "!", "a", "\0"])


_TEXTS: Sequence[Callable[[random.Random], str]] = (
    lambda dice: dice.choice(_QUESTIONS),
    lambda dice: f"{dice.choice(_QUESTIONS)} {MARKER}",
    _blocks,
    _blocks,
    _zalgo,
    _random_words,
    _repeated,
    _repeated,
    lambda dice: "\u202e" + dice.choice(_QUESTIONS)[::-1] + "\u2066\u200f",
    lambda dice: (
        "/" + dice.choice(["restart", "greet", 'ask_region{"region": "x"}', "back", "session_start", "{", "@1"])
    ),
    lambda dice: "/" * dice.randint(1, 500),
    lambda dice: MARKER * 83,
    lambda dice: "\0" + MARKER + "\x1b[2J\x07\r\n",
    lambda dice: dice.choice(
        ["{facts}", "%s%n", "${jndi:x}", "{{7*7}}", "<script>", "' OR 1=1 --", "../../etc/passwd"]
    ),
    lambda dice: "é" * 500,
    lambda dice: "x" * dice.randint(501, 4_000),
    lambda dice: " \n\t\u2003" * dice.randint(0, 100),
    lambda dice: "".join(chr(dice.choice([0x1F600, 0x1F468, 0x200D, 0xFE0F]) + dice.randrange(4)) for _ in range(200)),
)


def any_value(dice: random.Random) -> Any:
    """Something that is of no type that was asked for, or of the right one."""
    return dice.choice(
        [
            None,
            True,
            0,
            -1,
            10**400,
            1e308,
            "",
            "x",
            MARKER,
            [],
            {},
            [[]] * 50,
            {"text": MARKER},
            [MARKER] * 20,
            "\ud800",
        ]
    )


def as_json(value: Any) -> bytes:
    """As JSON, with halves of pairs as they are."""
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _right(kind: str, dice: random.Random) -> Any:
    return bool(dice.randrange(2)) if kind == "bool" else hostile_text(dice)


def body_of(fields: Body, dice: random.Random) -> bytes:
    """A body of these fields, or nearly; never a proper one with a message in it, which is work."""
    given = {name: _right(kind, dice) for name, kind in fields.items() if dice.random() < 0.9}
    if "text" in given:
        given["text"] = any_value(dice) if dice.random() < 0.7 else "x" * 501
        if isinstance(given["text"], str) and given["text"].strip() and len(given["text"]) <= 500:
            given["text"] = 1
    for name in given:
        if name != "text" and dice.random() < 0.5:
            given[name] = any_value(dice)
    if dice.random() < 0.3:
        given[dice.choice(["__proto__", MARKER, "", "sender", "metadata", "input_channel"])] = any_value(dice)
    return broken(as_json(given), dice)


def broken(body: bytes, dice: random.Random) -> bytes:
    """A body as it is, or broken."""
    return dice.choice(_BODIES)(body, dice)


_BODIES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *[lambda body, dice: body] * 6,
    lambda body, dice: body[: dice.randrange(len(body))],
    lambda body, dice: body + body,
    lambda body, dice: b"\xef\xbb\xbf" + body,
    lambda body, dice: body.decode("utf-8", "replace").encode("utf-16"),
    lambda body, dice: body.replace(b'"', b"\xff", 1),
    lambda body, dice: b"[" * dice.choice([10, 1_000, 19_000]),
    lambda body, dice: b'{"text":' * 2_000,
    lambda body, dice: b'{"text": ' + b"9" * dice.choice([100, 19_000]) + b"}",
    lambda body, dice: b'{"text": 1e' + b"9" * 300 + b', "text": NaN, "text": -Infinity}',
    lambda body, dice: b'{"text": 1, "text": null, "useful": 1, "useful": {}}',
    lambda body, dice: b'{"text": "' + b"\\ud800" * 50 + b'"}',
    lambda body, dice: b'{"a": "' + MARKER.encode() * 4_000 + b'"}',
    lambda body, dice: gzip.compress(b"{" + b" " * 1_000_000),
    lambda body, dice: bytes(dice.randrange(256) for _ in range(dice.randint(0, 300))),
    lambda body, dice: b"",
)
