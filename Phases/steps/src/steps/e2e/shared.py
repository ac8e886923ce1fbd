"""A function that was copied into several files becomes one: what differs between the copies becomes its parameters."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """One copy: the file it is in, its text and its syntax."""

    file: str
    source: str
    node: ast.FunctionDef


def copies(files: dict[str, str], name: str) -> list[Copy]:
    """The module-level functions of that name."""
    return [Copy(file, source, node) for file, source in files.items() for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef) and node.name == name]  # fmt: skip


def duplicated(files: dict[str, str]) -> list[str]:
    """Names of helper functions that more than one file defines."""
    seen: dict[str, int] = {}
    for source in files.values():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("test"):
                seen[node.name] = seen.get(node.name, 0) + 1
    return [name for name, count in seen.items() if count > 1]


def merged(found: list[Copy]) -> tuple[str, dict[str, dict[str, object]]] | None:
    """The one function, and for each file the arguments that make it what the copy was; None where shapes differ."""
    constants = [[n for n in ast.walk(copy.node) if isinstance(n, ast.Constant)] for copy in found]
    shapes = {ast.dump(_blank(copy.node)) for copy in found}
    if len(shapes) != 1:
        return None
    first = found[0].node
    edits: list[tuple[ast.Constant, str]] = []
    arguments: dict[str, dict[str, object]] = {copy.file: {} for copy in found}
    for position, constant in enumerate(constants[0]):
        values = [all_of[position].value for all_of in constants]
        if all(value == values[0] and type(value) is type(values[0]) for value in values):
            continue
        parameter = _parameter(first, constant, len(edits))
        edits.append((constant, parameter))
        for copy, value in zip(found, values, strict=True):
            if value != values[0]:
                arguments[copy.file][parameter] = value
    return _edited(found[0], edits), arguments


def _blank(node: ast.FunctionDef) -> ast.FunctionDef:
    copy = ast.parse(ast.unparse(node)).body[0]
    for child in ast.walk(copy):
        if isinstance(child, ast.Constant):
            child.value = 0
    return copy  # type: ignore[return-value]


def _parameter(function: ast.FunctionDef, constant: ast.Constant, number: int) -> str:
    """The key of a dictionary names its value; elsewhere there is only a number."""
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if value is constant and isinstance(key, ast.Constant) and str(key.value).isidentifier():
                    return str(key.value)
    return f"value_{number + 1}"


def _edited(copy: Copy, edits: list[tuple[ast.Constant, str]]) -> str:
    lines = copy.source.splitlines()
    for constant, parameter in sorted(edits, key=lambda e: (e[0].lineno, e[0].col_offset), reverse=True):
        line = lines[constant.lineno - 1]
        lines[constant.lineno - 1] = line[: constant.col_offset] + parameter + line[constant.end_col_offset :]
    text = "\n".join(lines[copy.node.lineno - 1 : copy.node.end_lineno])
    extra = "".join(f", {parameter}={constant.value!r}" for constant, parameter in edits)
    start = text.index("(")
    end = text.index("):", start)
    return text[:end] + extra.removeprefix(", " if end == start + 1 else "") + text[end:] + "\n"


def without(source: str, name: str, module: str, arguments: dict[str, object]) -> str:
    """The file without its copy: the function is imported, and called with the arguments that make the difference."""
    tree = ast.parse(source)
    node = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    lines = source.splitlines()
    extra = "".join(f", {key}={value!r}" for key, value in arguments.items())
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name and extra:
            line = lines[call.end_lineno - 1]
            lines[call.end_lineno - 1] = line[: call.end_col_offset - 1] + extra + line[call.end_col_offset - 1 :]
    del lines[node.lineno - 1 : node.end_lineno]
    return _imported("\n".join(lines) + "\n", f"from {module} import {name}")


def _imported(source: str, statement: str) -> str:
    tree = ast.parse(source)
    last = max((n.end_lineno for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))), default=None)
    if last is None:
        last = tree.body[0].end_lineno if ast.get_docstring(tree) else 0
    lines = source.splitlines()
    if statement not in lines:
        lines[last:last] = ["", statement] if last and not lines[last - 1].startswith("from ") else [statement]
    return "\n".join(lines) + "\n"


def unused_dropped(source: str) -> str:
    """Without imports of modules whose name occurs nowhere."""
    tree = ast.parse(source)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    lines = source.splitlines()
    for node in reversed(tree.body):
        if (
            isinstance(node, (ast.Import, ast.ImportFrom))
            and not {(a.asname or a.name).split(".")[0] for a in node.names} & used
        ):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines) + "\n"


def with_imports(source: str, statements: list[str]) -> str:
    for statement in statements:
        source = _imported(source, statement)
    return source
