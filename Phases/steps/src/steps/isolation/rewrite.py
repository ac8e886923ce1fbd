"""Applies a plan to one file: replaced fixtures, addresses, sleeps, parameters, markers. Tells what it had to leave."""

import re
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from steps.core.findings import Level, Location, Report
from steps.isolation import build, effects, marks, replace, waits
from steps.isolation.effects import Effect
from steps.isolation.imports import Import
from steps.isolation.locks import without_locks
from steps.isolation.model import Source, fixture_of
from steps.isolation.plan import Plan, Role
from steps.isolation.prose import without_stale_comments
from steps.isolation.waits import Why

_POLL_SECONDS = 10


@dataclass
class Result:
    module: cst.Module
    imports: set[Import] = field(default_factory=set)
    wants_wait: bool = False


def rewritten(source: Source, plan: Plan, report: Report) -> Result:
    """The file's module after the plan. Imports are listed, not added; names that lost their user are still there."""
    replacements = replace.of_file(source, plan)
    rewriter = _Rewriter(source, plan, replacements, report)
    module = source.module.visit(rewriter)
    module = without_locks(module, plan.lock_helpers)
    assert isinstance(module, cst.Module)
    module = module.visit(_UnusedParameters(source, plan))
    result = Result(module, rewriter.imports, rewriter.wants_wait)
    _join(result, source, plan)
    _override(result, source, plan)
    return result


class _Rewriter(cst.CSTTransformer):
    """One walk over the file as it was, so that every finding has the line of the original."""

    def __init__(
        self, source: Source, plan: Plan, replacements: dict[cst.CSTNode, list[cst.FunctionDef]], report: Report
    ) -> None:
        self.imports: set[Import] = set()
        self.wants_wait = False
        self._source, self._plan, self._report = source, plan, report
        self._replacements = replacements
        self._functions: list[cst.FunctionDef] = []
        self._wanted: list[str] = []
        self._timeouts = 0
        self._addresses = self._constants()

    def _constants(self) -> dict[str, Effect]:
        """Module-level names that hold an address read from the environment."""
        found = {}
        for statement in self._source.module.body:
            if m.matches(statement, m.SimpleStatementLine(body=[m.Assign(targets=[m.AssignTarget(m.Name())])])):
                effect = effects.of_variable(statement.body[0].value)  # type: ignore[union-attr,index]
                if effect:
                    found[statement.body[0].targets[0].target.value] = effect  # type: ignore[union-attr,index]
        return found

    # Functions

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self._functions.append(node)
        return node not in self._replacements

    def leave_FunctionDef(self, original_node, updated_node):
        self._functions.pop()
        if original_node in self._replacements:
            new = self._replacements[original_node]
            return cst.FlattenSentinel(new) if new else cst.RemoveFromParent()
        if self._functions:
            return updated_node
        node = build.without_parameters(updated_node, self._plan.gone)
        for name in self._wanted:
            node = build.with_parameter(node, name)
        self._wanted = []
        return node

    def _ask_for(self, *names: str) -> bool:
        """Whether the function around can be given fixtures; they become its parameters."""
        outer = self._functions[0] if self._functions else None
        if outer is None or not (fixture_of(outer) or outer.name.value.startswith("test")):
            return False
        self._wanted += [name for name in names if name not in self._wanted]
        return True

    # Addresses

    def leave_Call(self, original_node, updated_node):
        return self._address(original_node, updated_node)

    def leave_Subscript(self, original_node, updated_node):
        return self._address(original_node, updated_node)

    def leave_Name(self, original_node, updated_node):
        effect = self._addresses.get(original_node.value)
        return self._lease(effect, original_node, updated_node) if effect and self._functions else updated_node

    def _address(self, original, updated):
        effect = effects.of_variable(original)
        return self._lease(effect, original, updated) if effect and self._functions else updated

    def _lease(self, effect: Effect, original, updated):
        name = "taskgraph_redis" if effect & Effect.REDIS_URL else "taskgraph_postgres"
        if not self._ask_for(name):
            self._left(original, "reads an address of a shared service where no fixture can be given")
            return updated
        attribute = "async_url" if effect & Effect.POSTGRES_URL and self._plan.is_async else "url"
        return cst.Attribute(cst.Name(name), cst.Name(attribute))

    # Sleeps

    def visit_With(self, node: cst.With) -> None:
        self._timeouts += "timeout(" in effects.text_of(
            cst.Module([node.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]))])
        )

    def leave_With(self, original_node, updated_node):
        self._timeouts -= "timeout(" in effects.text_of(
            cst.Module([original_node.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]))])
        )
        return updated_node

    def leave_While(self, original_node, updated_node):
        return self._poll(original_node, updated_node)

    def leave_For(self, original_node, updated_node):
        return self._poll(original_node, updated_node)

    def _poll(self, original, updated):
        condition = waits.polled(original)
        if condition is None or self._timeouts:
            return updated
        code = cst.Module([]).code_for_node(condition)
        self._done(original, Why.POLL, code)
        if self._functions and self._functions[-1].asynchronous:
            self.imports.add(Import("asyncio"))
            text = f"async with asyncio.timeout({_POLL_SECONDS}):\n    while not ({code}):\n        await asyncio.sleep(0.01)\n"
            return cst.parse_statement(text).with_changes(leading_lines=original.leading_lines)
        self._ask_for("wait_until")
        self.wants_wait = True
        simple = m.matches(condition, m.Call(args=[])) and not m.findall(condition.func, m.Call() | m.Subscript())
        waited = cst.Module([]).code_for_node(condition.func) if simple else f"lambda: {code}"
        return cst.parse_statement(f"wait_until({waited})\n").with_changes(leading_lines=original.leading_lines)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        pass

    def leave_SimpleStatementLine(self, original_node, updated_node):
        if not waits.is_sleep(original_node):
            return self._without_marks(updated_node)
        if self._is_polling(original_node):
            return updated_node
        function = self._functions[-1] if self._functions else None
        why = waits.reason(original_node, function)
        text = waits.text(original_node)
        if why is Why.CLOCK and self._plan.server_clocks:
            place = self._plan.server_clocks[0]
            self._left(original_node, f"the database gives the time at {place}: within one transaction it stands still")
            return updated_node
        if why in (Why.CLOCK, Why.OTHERS):
            self._done(original_node, why, text)
            return cst.RemoveFromParent()
        if (
            why is Why.SUBSCRIBED
            and not (function and function.asynchronous)
            and self._ask_for("taskgraph_redis", "wait_until")
        ):
            self._done(original_node, why, text)
            return self._subscriber(updated_node)
        self._left(original_node, Why.UNKNOWN.value)
        return updated_node

    def _is_polling(self, statement: cst.SimpleStatementLine) -> bool:
        """A sleep of a loop that becomes, or is, a wait with a deadline is the loop's business."""
        if self._timeouts:
            return True
        function = self._functions[-1] if self._functions else self._source.module
        loops = [*m.findall(function, m.While()), *m.findall(function, m.For())]
        return any(waits.polled(loop) is not None and statement in loop.body.body for loop in loops)  # type: ignore[arg-type,union-attr]

    def _subscriber(self, statement: cst.SimpleStatementLine) -> cst.BaseStatement:
        self.wants_wait = True
        # The name is often taken by the asynchronous client, which a blocking fixture cannot ask.
        other = re.search(r"from redis\.asyncio import [^\n]*\bRedis\b", effects.text_of(self._source.module))
        client = "BlockingRedis" if other else "Redis"
        self.imports.add(Import("redis", "Redis as BlockingRedis" if other else "Redis"))
        comment = statement.trailing_whitespace.comment
        beside = f"  {comment.value}" if comment else ""
        text = (
            f"with {client}.from_url(taskgraph_redis.url) as server:\n    wait_until(server.pubsub_channels){beside}\n"
        )
        return cst.parse_statement(text).with_changes(leading_lines=statement.leading_lines)

    def _done(self, node: cst.CSTNode, why: Why, text: str) -> None:
        self._report.add(Level.NOTE, text, f"replaced: it {why.value}", self._place(node))

    def _left(self, node: cst.CSTNode, reason: str) -> None:
        self._report.add(Level.NOT_CARRIED, effects.text_of(node).strip(), f"left: {reason}", self._place(node))

    def _place(self, node: cst.CSTNode) -> Location:
        return Location(self._source.name, self._source.lines.get(node, 1))

    # Markers

    def leave_Decorator(self, original_node, updated_node):
        kept = marks.without(updated_node.decorator, self._plan.gone)
        return cst.RemoveFromParent() if kept is None else updated_node.with_changes(decorator=kept)

    def _without_marks(self, statement: cst.SimpleStatementLine):
        if not m.matches(
            statement, m.SimpleStatementLine(body=[m.Assign(targets=[m.AssignTarget(m.Name("pytestmark"))])])
        ):
            return statement
        assign = statement.body[0]
        value = assign.value
        if isinstance(value, cst.List):
            kept = [(e, marks.without(e.value, self._plan.gone)) for e in value.elements]
            elements = [e.with_changes(value=v) for e, v in kept if v is not None]
            if len(elements) == len(value.elements) and all(e.value is v for e, v in kept):
                return statement
            new = elements[0].value if len(elements) == 1 else marks.relisted(value, elements)
            gone = not elements
        else:
            new = marks.without(value, self._plan.gone)
            if new is value:
                return statement
            gone = new is None
        if gone:
            return cst.RemoveFromParent()
        lines = without_stale_comments(statement.leading_lines)
        if len(lines) != len(statement.leading_lines):
            said = " ".join(line.comment.value.lstrip("# ") for line in statement.leading_lines if line.comment)
            self._report.add(Level.NOTE, said, "a comment about a lock that has gone; removed", self._place(statement))
        return statement.with_changes(body=[assign.with_changes(value=new)], leading_lines=lines)


class _UnusedParameters(cst.CSTTransformer):
    """Fixtures that lost a lock no longer ask for the connection that the lock was taken on."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self._before = {
            f.name: f for f in plan.suite.functions if f.source is source and isinstance(f.node, cst.FunctionDef)
        }

    def leave_FunctionDef(self, original_node, updated_node):
        before = self._before.get(updated_node.name.value)
        if before is None or not (before.fixture or before.is_test):
            return updated_node
        return build.without_parameters(updated_node, replace.no_longer_used(before.node, updated_node))


def _join(result: Result, source: Source, plan: Plan) -> None:
    """Gives the application's fixture the dependency that joins the test's transaction."""
    if not plan.savepoint or plan.app is None or plan.app.source is not source or plan.dependency is None:
        return
    session = plan.named(Role.SESSION)[0]
    assert isinstance(session.node, cst.FunctionDef)
    body = []
    for statement in result.module.body:
        if isinstance(statement, cst.FunctionDef) and statement.name.value == plan.app.name:
            new = build.joined(statement, plan, session.name, build.given(session.node))
            if new is not None:
                statement = new
                result.imports.add(Import(plan.dependency.module, plan.dependency.name))
                result.imports.add(Import("collections.abc", "AsyncIterator" if plan.is_async else "Iterator"))
                package, name = (
                    ("sqlalchemy.ext.asyncio", "AsyncSession") if plan.is_async else ("sqlalchemy.orm", "Session")
                )
                result.imports.add(Import(package, name))
        body.append(statement)
    result.module = result.module.with_changes(body=body)


def _override(result: Result, source: Source, plan: Plan) -> None:
    """In a file whose tests run the application beside them: their session really commits."""
    if not plan.savepoint or source.name not in plan.apart:
        return
    session = plan.named(Role.SESSION)[0]
    assert isinstance(session.node, cst.FunctionDef)
    kind = build.given(session.node)
    if kind == "AsyncSession":
        result.imports.add(Import("sqlalchemy.ext.asyncio", "AsyncSession"))
    result.imports.add(Import("pytest"))
    body = list(result.module.body)
    at = next((i for i, s in enumerate(body) if isinstance(s, cst.FunctionDef | cst.ClassDef)), len(body))
    result.module = result.module.with_changes(
        body=[*body[:at], build.override(session.name, kind if kind == "AsyncSession" else ""), *body[at:]]
    )
