"""The fixtures that stand in place of the old ones, as a person would write them. Pure: nodes in, nodes out."""

import re

import libcst as cst
import libcst.matchers as m

from steps.isolation import effects
from steps.isolation.effects import Effect
from steps.isolation.locks import without_locks
from steps.isolation.model import Function, fixture_of, parameters
from steps.isolation.plan import Plan, Role

COMMITTED = "committed_session"
_ITERATOR = re.compile(r"^(?:\w+\.)*(?:Async)?(?:Iterator|Generator|Iterable)\[(.*)\]$", re.DOTALL)
_SEQUENCES = """    # A rollback does not take numbers back, and tests count on those that begin anew.
    {wait}{session}.execute(
        text(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,"
            " start_value, false) FROM pg_sequences"
        )
    )
"""
_SCHEMA_TEXT = '''
    """The tables of the module's own database; made once, when it is new."""'''


def schema(plan: Plan) -> cst.FunctionDef:
    head = '@pytest.fixture(scope="module")\ndef taskgraph_schema():'
    return _parse(f"{head}{_SCHEMA_TEXT}\n    return {plan.schema}\n")


def alias(function: Function, of: str, before: str = "") -> cst.FunctionDef:
    """The fixture under its old name, giving what the plugin's fixture `of` gives. Its decorator and docstring stay."""
    node = function.node
    assert isinstance(node, cst.FunctionDef)
    kind = given(node)
    annotated = f": {kind}" if kind else ""
    asynchronous = "async " if node.asynchronous and before else ""
    docstring = _docstring(node)
    text = f"{asynchronous}def {node.name.value}({of}{annotated}){' -> ' + kind if kind else ''}:\n{docstring}{before}    return {of}\n"
    new = _parse(text)
    return new.with_changes(decorators=node.decorators, leading_lines=node.leading_lines)


def session(function: Function, plan: Plan) -> list[cst.FunctionDef]:
    """The savepoint session; beside it one that commits, when the tests of some file need that."""
    restart = (
        _SEQUENCES.format(wait="await " if plan.is_async else "", session=plan.session)
        if plan.restarts_sequences
        else ""
    )
    result = [alias(function, plan.session, restart)]
    if plan.apart:
        result.append(_committed(function, plan))
    return result


def _committed(function: Function, plan: Plan) -> cst.FunctionDef:
    node = without_locks(function.node, plan.lock_helpers)
    assert isinstance(node, cst.FunctionDef)
    cleaners = [cleaning(f, plan) for f in plan.named(Role.CLEAN)]
    statements = [s for _, block in cleaners for s in block]
    wanted = [*node.params.params, *(p for params, _ in cleaners for p in params)]
    names = set()
    body = [s for s in node.body.body if not m.matches(s, m.SimpleStatementLine(body=[m.Expr(m.SimpleString())]))]
    used = cst.Module([*statements, *body]).code
    params = [
        p
        for p in wanted
        if re.search(rf"\b{p.name.value}\b", used) and not (p.name.value in names or names.add(p.name.value))
    ]
    says = '"""A session that commits, for an application in another thread. Empties the tables."""'
    block = node.body.with_changes(body=[cst.parse_statement(says + "\n"), *statements, *body])
    return node.with_changes(
        name=cst.Name(COMMITTED), params=cst.Parameters(_separated(params)), body=block,
        leading_lines=[cst.EmptyLine(indent=False)] * 2,
    )  # fmt: skip


def cleaning(function: Function, plan: Plan) -> tuple[list[cst.Param], list[cst.BaseStatement]]:
    """The statements that empty the tables, without locks, and the parameters of the fixture that they stand in."""
    node = without_locks(function.node, plan.lock_helpers)
    assert isinstance(node, cst.FunctionDef)
    found = [s for s in node.body.body if effects.of_node(s) & Effect.CLEAN]
    return list(node.params.params), found


def override(name: str, kind: str) -> cst.FunctionDef:
    """In a test module: the session that commits, under the name by which everything asks for a session."""
    annotated = f": {kind}" if kind else ""
    return _parse(
        f"@pytest.fixture\ndef {name}({COMMITTED}{annotated}){' -> ' + kind if kind else ''}:\n"
        f'    """The application runs beside these tests and sees only what is committed."""\n    return {COMMITTED}\n'
    ).with_changes(leading_lines=[cst.EmptyLine(indent=False)] * 2)


def joined(node: cst.FunctionDef, plan: Plan, session_name: str, kind: str) -> cst.FunctionDef | None:
    """The application's fixture with a dependency that joins the test's transaction; None when its maker is not seen."""
    assert plan.dependency
    options = f"{plan.dependency.options}, " if plan.dependency.options else ""
    wait, generator = ("async ", "AsyncIterator") if plan.is_async else ("", "Iterator")
    cls = "AsyncSession" if plan.is_async else "Session"
    override_text = (
        f"{wait}def joined_session() -> {generator}[{cls}]:\n"
        f'    """One request\'s session, inside the transaction of the test."""\n'
        f'    {wait}with {cls}(\n        {session_name}.bind, {options}join_transaction_mode="create_savepoint"\n    ) as joined:\n'
        f"        yield joined\n"
    )
    blank = cst.EmptyLine(indent=False)
    body = list(node.body.body)
    for index, statement in enumerate(body):
        if not (isinstance(statement, cst.SimpleStatementLine) and effects.of_node(statement) & Effect.APP):
            continue
        inner = statement.body[0]
        if isinstance(inner, cst.Return) and inner.value is not None:
            made = cst.Assign([cst.AssignTarget(cst.Name("app"))], inner.value)
            name, tail = "app", [cst.parse_statement("return app\n")]
        elif isinstance(inner, cst.Assign) and isinstance(inner.targets[0].target, cst.Name):
            made, name, tail = inner, inner.targets[0].target.value, []
        else:
            return None
        joins = cst.parse_statement(f"{name}.dependency_overrides[{plan.dependency.name}] = joined_session\n")
        helper = cst.parse_statement(override_text).with_changes(leading_lines=[blank])
        new = [
            helper,
            statement.with_changes(body=[made], leading_lines=[blank, *statement.leading_lines]),
            joins,
            *tail,
        ]
        result = node.with_changes(body=node.body.with_changes(body=[*body[:index], *new, *body[index + 1 :]]))
        return with_parameter(result, session_name, kind)
    return None


def wait_until() -> cst.FunctionDef:
    return _parse(
        "@pytest.fixture\ndef wait_until():\n"
        '    """Waits for a condition; fails when it does not come true within `timeout` seconds."""\n\n'
        "    def wait(condition, timeout=10.0):\n"
        "        deadline = time.monotonic() + timeout\n"
        "        pause = threading.Event()\n"
        "        while not condition():\n"
        '            assert time.monotonic() < deadline, f"not true within {timeout} s"\n'
        "            pause.wait(0.01)\n\n"
        "    return wait\n"
    ).with_changes(leading_lines=[cst.EmptyLine(indent=False)] * 2)


def with_parameter(node: cst.FunctionDef, name: str, kind: str = "") -> cst.FunctionDef:
    if name in parameters(node):
        return node
    annotated = any(p.annotation for p in node.params.params)
    annotation = cst.Annotation(cst.parse_expression(kind)) if kind and annotated else None
    param = cst.Param(cst.Name(name), annotation=annotation)
    required = [p for p in node.params.params if p.default is None]
    optional = [p for p in node.params.params if p.default is not None]
    return node.with_changes(params=node.params.with_changes(params=_separated([*required, param, *optional])))


def without_parameters(node: cst.FunctionDef, names: set[str]) -> cst.FunctionDef:
    kept = [p for p in node.params.params if p.name.value not in names]
    if len(kept) == len(node.params.params):
        return node
    return node.with_changes(params=node.params.with_changes(params=_separated(kept)))


def with_scope(node: cst.FunctionDef, scope: str) -> cst.FunctionDef:
    """The fixture with another scope in its decorator."""
    decorators = []
    for decorator in node.decorators:
        call = decorator.decorator
        if fixture_of(node) and isinstance(call, cst.Call):
            args = [
                a.with_changes(value=cst.SimpleString(f'"{scope}"')) if a.keyword and a.keyword.value == "scope" else a
                for a in call.args
            ]
            decorator = decorator.with_changes(decorator=call.with_changes(args=args))
        decorators.append(decorator)
    return node.with_changes(decorators=decorators)


def given(node: cst.FunctionDef) -> str:
    """The annotation of what a fixture gives: `X` of `-> X` and of `-> Iterator[X]`; empty when it has none."""
    if node.returns is None:
        return ""
    text = cst.Module([]).code_for_node(node.returns.annotation)
    match = _ITERATOR.match(text)
    return match[1].split(",")[0].strip() if match else text


def _docstring(node: cst.FunctionDef) -> str:
    first = node.body.body[0]
    if m.matches(first, m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])):
        return "    " + cst.Module([]).code_for_node(first).strip() + "\n"
    return ""


def _separated(params: list[cst.Param]) -> list[cst.Param]:
    """Parameters on one line, as far as the formatter has no other opinion."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return [
        p.with_changes(comma=comma if i < len(params) - 1 else cst.MaybeSentinel.DEFAULT) for i, p in enumerate(params)
    ]


def _parse(text: str) -> cst.FunctionDef:
    node = cst.parse_statement(text)
    assert isinstance(node, cst.FunctionDef)
    return node
