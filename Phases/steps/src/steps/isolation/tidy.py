"""Removes what a rewriting left without a user: private functions, constants, imports. Pure; knows no service."""

import re

import libcst as cst
import libcst.matchers as m

from steps.isolation import effects
from steps.isolation.model import fixture_of

_LINE = 88
_BARE = {"lpar": None, "rpar": None}
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def unused(before: cst.Module, after: cst.Module, elsewhere: str) -> cst.Module:
    """`after` without definitions and imports that `before` used and it does not; `elsewhere` is the other files' text."""
    while True:
        used_before, used_now = _mentions(before), _mentions(after)
        dead = {name for name in _defined(after) if used_before.get(name) and not used_now.get(name)
                and not re.search(rf"\b{name}\b", elsewhere)}  # fmt: skip
        imported = {name for name in _imported(after) if used_before.get(name) and not used_now.get(name)}
        imported -= {name for name in imported if re.search(rf"\bimport\b[^\n]*\b{name}\b", elsewhere) and name in dead}
        if not dead and not imported:
            return after
        after = _without(after, dead, imported)


def _mentions(module: cst.Module) -> dict[str, int]:
    """How often each name is read, definitions and imports apart."""
    counts: dict[str, int] = {}
    for statement in module.body:
        if _is_import(statement):
            continue
        own = _names_defined(statement)
        for node in m.findall(statement, m.Name()):
            assert isinstance(node, cst.Name)
            if node.value not in own:
                counts[node.value] = counts.get(node.value, 0) + 1
        for node in m.findall(statement, m.SimpleString()):  # quoted annotations, fixtures named in a marker
            assert isinstance(node, cst.SimpleString)
            for word in re.findall(r"\w+", node.raw_value) if len(node.raw_value) < 80 else []:
                if word not in own:
                    counts[word] = counts.get(word, 0) + 1
    return counts


def _names_defined(statement: cst.CSTNode) -> set[str]:
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return {statement.name.value}
    if m.matches(statement, m.SimpleStatementLine(body=[m.Assign(targets=[m.AssignTarget(m.Name())])])):
        return {statement.body[0].targets[0].target.value}  # type: ignore[attr-defined]
    if m.matches(statement, m.SimpleStatementLine(body=[m.AnnAssign(target=m.Name())])):
        return {statement.body[0].target.value}  # type: ignore[attr-defined]
    return set()


def _defined(module: cst.Module) -> set[str]:
    """Functions and constants that could go; fixtures, tests and pytest's own names are used by name."""
    names: set[str] = set()
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef) and (
            fixture_of(statement) or statement.name.value.startswith(("test", "pytest_"))
        ):
            continue
        if isinstance(statement, cst.ClassDef) and statement.name.value.startswith("Test"):
            continue
        names |= _names_defined(statement)
    return names - {"pytestmark", "pytest_plugins", "__all__"}


def _imported(module: cst.Module) -> set[str]:
    return {_bound(alias) for s in module.body if _is_import(s) for alias in _aliases(s)}


def _aliases(statement: cst.CSTNode) -> list[cst.ImportAlias]:
    node = statement.body[0]  # type: ignore[attr-defined]
    return [] if isinstance(node.names, cst.ImportStar) else list(node.names)


def _bound(alias: cst.ImportAlias) -> str:
    if alias.asname:
        return effects.text_of(alias.asname.name)
    return effects.text_of(alias.name).split(".")[0]


def _is_import(statement: cst.CSTNode) -> bool:
    return m.matches(statement, m.SimpleStatementLine(body=[m.Import() | m.ImportFrom()]))


def _without(module: cst.Module, dead: set[str], imported: set[str]) -> cst.Module:
    body: list = []
    orphaned: list[cst.EmptyLine] = []
    for statement in module.body:
        if _names_defined(statement) & dead:
            # The blank lines above a block of constants stay, its comments go.
            orphaned = orphaned or [line for line in statement.leading_lines if line.comment is None]
            continue
        if _is_import(statement) and any(_bound(alias) in imported for alias in _aliases(statement)):
            kept = _without_aliases(statement, imported)
            if kept is None:
                orphaned = orphaned or [line for line in statement.leading_lines if line.comment is None]
                continue
            statement = kept
        if orphaned:
            own = list(statement.leading_lines)
            if sum(line.comment is None for line in own) < len(orphaned):
                statement = statement.with_changes(leading_lines=[*orphaned, *[line for line in own if line.comment]])
            orphaned = []
        if not body and statement is not module.body[0]:  # the file begins with what stood second
            lines = list(statement.leading_lines)
            while lines and lines[0].comment is None:
                lines.pop(0)
            statement = statement.with_changes(leading_lines=lines)
        body.append(statement)
    return module.with_changes(body=body)


def _without_aliases(statement: cst.SimpleStatementLine, imported: set[str]) -> cst.SimpleStatementLine | None:
    node = statement.body[0]
    assert isinstance(node, cst.Import | cst.ImportFrom)
    kept = [alias for alias in _aliases(statement) if _bound(alias) not in imported]
    if not kept:
        return None
    changes: dict = {"names": kept}
    last = _aliases(statement)[-1].comma
    kept[-1] = kept[-1].with_changes(comma=last)
    bare = _BARE if isinstance(node, cst.ImportFrom) else {}
    line = cst.Module([]).code_for_node(node.with_changes(names=[cst.ImportAlias(cst.Name("_"))], **bare)).strip()
    if len(line) + sum(len(effects.text_of(alias.name)) + 2 for alias in kept) <= _LINE:
        # What fits on a line stands on a line.
        kept = [alias.with_changes(comma=_COMMA) for alias in kept]
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        changes = {"names": kept, **bare}
    return statement.with_changes(body=[node.with_changes(**changes)])
