"""What the code asks data for, read from its syntax tree: the names of replies, and every other text in it."""

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List, Optional, Set, Tuple, Union

from bot.facts import Problem
from bot.facts.reading import shown
from bot.facts.sources import read_text

FOLDERS = ("actions", "bot")
# The function that makes a reply of its name in data/wording.yml.
_WORDED = "worded"
_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# A call, and the function that it stands in.
_Call = Tuple[Optional[_Function], ast.Call]


@dataclass(frozen=True)
class Asked:
    """A call that asks for a reply by name. `values` are what it fills in, None where that cannot be seen."""

    name: str
    values: Optional[FrozenSet[str]]
    file: str
    line: int


@dataclass
class Code:
    """What was found: the calls for replies, all texts but docstrings, and files that are no Python."""

    asked: List[Asked] = field(default_factory=list)
    texts: Set[str] = field(default_factory=set)
    broken: List[Problem] = field(default_factory=list)


def read_code(root: Path) -> Code:
    """Read every Python file of the project's own code.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    code = Code()
    modules: Dict[str, ast.Module] = {}
    for path in (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))):
        if "node_modules" not in path.parts:
            try:
                modules[shown(root, path)] = ast.parse(read_text(path), str(path))
            except SyntaxError as error:
                code.broken.append(Problem(shown(root, path), error.lineno or 0, "", "", f"is no Python: {error.msg}"))
    calls = {file: list(_calls(module, None)) for file, module in modules.items()}
    # Functions that hand a parameter on as the name of a reply, by their names, and the place of that parameter.
    asking = {_WORDED: 0}
    while True:
        before = dict(asking)
        code.asked = [each for file, found in calls.items() for each in _asked(file, found, asking)]
        if asking == before:
            break
    for module in modules.values():
        code.texts |= _texts(module)
    return code


def _asked(file: str, calls: List[_Call], asking: Dict[str, int]) -> Iterator[Asked]:
    for function, call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in asking or len(call.args) <= asking[name]:
            continue
        argument = call.args[asking[name]]
        values = frozenset(each.arg for each in call.keywords if each.arg)
        is_seen = name == _WORDED and all(each.arg for each in call.keywords)
        for literal in _literals(argument, function):
            yield Asked(literal, values if is_seen else None, file, call.lineno)
        if isinstance(argument, ast.Name) and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parameters = [each.arg for each in function.args.args]
            if argument.id in parameters:
                asking[function.name] = parameters.index(argument.id)


def _calls(node: ast.AST, function: Optional[_Function]) -> Iterator[_Call]:
    for child in ast.iter_child_nodes(node):
        inside = child if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
        if isinstance(child, ast.Call):
            yield inside, child
        yield from _calls(child, inside)


def _literals(expression: ast.expr, function: Optional[_Function]) -> Iterator[str]:
    """The texts that an expression can be: itself, either side of a condition, or what its name was set to."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from _literals(expression.body, function)
        yield from _literals(expression.orelse, function)
    elif isinstance(expression, ast.Name) and function:
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and any(getattr(to, "id", "") == expression.id for to in node.targets):
                yield from _literals(node.value, function)


def _texts(module: ast.Module) -> Set[str]:
    texts: Set[str] = set()
    documentation: Set[ast.AST] = set()
    # What a definition holds is walked after it.
    for node in ast.walk(module):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.body and isinstance(node.body[0], ast.Expr):
                documentation.add(node.body[0].value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation:
            texts.add(node.value)
    return texts


def by_name(asked: List[Asked]) -> Dict[str, List[Asked]]:
    """The calls for each reply."""
    found: Dict[str, List[Asked]] = defaultdict(list)
    for each in asked:
        found[each.name].append(each)
    return dict(found)
