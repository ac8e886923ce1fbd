"""Which fixtures of a file are replaced, and by what. Reads the plan; edits no file."""

import libcst as cst
import libcst.matchers as m

from steps.isolation import build, effects
from steps.isolation.effects import Effect
from steps.isolation.locks import without, without_locks
from steps.isolation.model import Function, Source, parameters
from steps.isolation.plan import Plan, Role


def of_file(source: Source, plan: Plan) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
    found: dict[cst.CSTNode, list[cst.FunctionDef]] = {}
    for function in plan.suite.fixtures():
        if function.source is not source or not function.fixture:
            continue
        role = plan.roles.get(function.fixture.name)
        new: list[cst.FunctionDef] | None = None
        if role in (Role.LOCK, Role.SCHEMA):
            new = []
        elif role is Role.ENGINE:
            new = [build.alias(function, plan.engine)]
        elif role is Role.SESSION:
            new = build.session(function, plan)
        elif role is Role.CLEAN and plan.savepoint:
            new = [] if function.fixture.name in plan.emptied else [_cleaning_less(function, plan)]
        if new is None:
            continue
        if function.fixture.name == plan.schema_from:
            new = [build.schema(plan).with_changes(leading_lines=function.node.leading_lines), *new]
            new[1:] = [n.with_changes(leading_lines=[cst.EmptyLine(indent=False)] * 2) for n in new[1:2]] + new[2:]
        found[function.node] = new
    return found


def _cleaning_less(function: Function, plan: Plan) -> cst.FunctionDef:
    """Emptying the tables is the rollback's work now; what else the fixture does stays."""
    node = without(without_locks(function.node, plan.lock_helpers), Effect.CLEAN)
    assert isinstance(node, cst.FunctionDef) and isinstance(function.node, cst.FunctionDef)
    body = list(node.body.body)
    has_text = m.matches(body[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])) if body else False
    if has_text and effects.of_node(node) & Effect.FLUSH:
        body[0] = cst.parse_statement(
            '"""An empty Redis before every test. The tables are emptied by rolling back."""\n'
        )
    node = node.with_changes(body=node.body.with_changes(body=body))
    return build.without_parameters(node, no_longer_used(function.node, node))


def no_longer_used(before: cst.FunctionDef, after: cst.FunctionDef) -> set[str]:
    return {
        name
        for name in parameters(after)
        if m.findall(before.body, m.Name(name)) and not m.findall(after.body, m.Name(name))
    }
