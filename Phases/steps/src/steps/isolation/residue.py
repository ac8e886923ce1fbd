"""What a fixture does beyond making, handing out and removing a service: the statements nobody may drop. Pure."""

import re

import libcst as cst
import libcst.matchers as m

from steps.isolation import effects
from steps.isolation.effects import Effect
from steps.isolation.locks import without_locks
from steps.isolation.model import Function, Suite

_USUAL = Effect.CREATE | Effect.DROP | Effect.ENGINE | Effect.SESSION | Effect.LOCK
_ROUTINE = re.compile(
    r"^(await )?[\w.]+\.(dispose|close|aclose|rollback|commit|remove)\(\)$"
    r"|^(time\.)?sleep\(.*\)$|^pass$|^(yield|return)\b"
    r"|^\w+ = (await )?[\w.]+\.(connect|begin|begin_nested|connection)\(\)$"
    r"|^\w+\.begin_nested\(\)$|^(async_)?\w+\.configure\(bind=\w+\)$"
)
_OPENS = re.compile(r"^[\w.]+\.(connect|begin|begin_nested|connection)\(\)$|^\w+\(\)$|^contextlib\.suppress\(.*\)$")


def of(function: Function, suite: Suite, helpers: frozenset[str]) -> list[cst.CSTNode]:
    """The statements of a fixture, and of the functions it calls to make or remove things, that are out of the ordinary."""
    makers = {f.name: f for f in suite.functions if not f.fixture and not f.is_test and suite.effect(f) & _USUAL}
    pending, seen, odd = [function], set(), []
    while pending:
        current = pending.pop()
        assert isinstance(current.node, cst.FunctionDef)
        node = without_locks(current.node, helpers)
        if not isinstance(node, cst.FunctionDef):
            continue
        odd += _odd(node.body, frozenset(makers) | _session_makers(current))
        for name in sorted(current.calls & makers.keys() - seen - helpers):
            seen.add(name)
            if isinstance(makers[name].node, cst.FunctionDef):
                pending.append(makers[name])
    return odd


def _session_makers(function: Function) -> frozenset[str]:
    """Names of the function and of its module that a call of makes a session."""
    code = effects.text_of(function.node) + effects.text_of(function.source.module)
    return frozenset(re.findall(r"(\w+) = (?:async_)?(?:sessionmaker|scoped_session)\(", code))


def _odd(body: cst.BaseSuite, makers: frozenset[str]) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for index, statement in enumerate(body.body):
        if isinstance(statement, cst.SimpleStatementLine):
            is_text = index == 0 and m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.SimpleString())]))
            if not is_text and not _usual(statement, makers):
                found.append(statement)
        elif isinstance(statement, cst.With):
            if all(_usual(item.item, makers) or _OPENS.match(effects.text_of(item.item)) for item in statement.items):
                found += _odd(statement.body, makers)
            else:
                found.append(statement)
        elif isinstance(statement, cst.Try) and not statement.handlers:
            found += _odd(statement.body, makers)
            found += _odd(statement.finalbody.body, makers) if statement.finalbody else []
        else:
            found.append(statement)
    return found


def _usual(node: cst.CSTNode, makers: frozenset[str]) -> bool:
    code = effects.text_of(node).strip()
    if effects.of_node(node) & (_USUAL | Effect.POSTGRES_URL) or _ROUTINE.match(code):
        return True
    return any(m.findall(node, m.Name(name)) for name in makers)
