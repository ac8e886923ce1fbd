"""Decides, fixture by fixture, what becomes of a suite. Reads the model; writes no code."""

from dataclasses import dataclass, field
from enum import Enum

import libcst as cst
import libcst.matchers as m

from steps.core.findings import Level, Location, Report
from steps.isolation import effects, residue
from steps.isolation.effects import Effect
from steps.isolation.joining import Dependency
from steps.isolation.locks import without, without_locks
from steps.isolation.model import BUILT, Function, Suite


class Role(Enum):
    """What a fixture is for. KEPT: something else, or too much to be replaced."""

    KEPT = "kept"
    LOCK = "lock"
    SCHEMA = "schema"
    ENGINE = "engine"
    SESSION = "session"
    CLEAN = "clean"


@dataclass
class Plan:
    suite: Suite
    is_async: bool
    lock_helpers: frozenset[str]
    roles: dict[str, Role] = field(default_factory=dict)
    #: The expression that makes the tables, such as `Base.metadata.create_all`, and the fixture it stands in.
    schema: str | None = None
    schema_from: str | None = None
    app: Function | None = None
    dependency: Dependency | None = None
    savepoint: bool = False
    #: Files whose tests run the application beside themselves, so that it cannot share their connection.
    apart: set[str] = field(default_factory=set)
    restarts_sequences: bool = False
    #: Fixtures that did nothing but empty the tables, which a rollback does now.
    emptied: set[str] = field(default_factory=set)
    #: Where the database gives the time; set by the step.
    server_clocks: list[Location] = field(default_factory=list)

    @property
    def engine(self) -> str:
        return f"{BUILT}async_engine" if self.is_async else f"{BUILT}engine"

    @property
    def session(self) -> str:
        return f"{BUILT}async_session" if self.is_async else f"{BUILT}session"

    def named(self, role: Role) -> list[Function]:
        return [f for f in self.suite.fixtures() if f.fixture and self.roles.get(f.fixture.name) is role]

    @property
    def gone(self) -> set[str]:
        """Fixtures that nobody may ask for any longer."""
        return {name for name, role in self.roles.items() if role in (Role.LOCK, Role.SCHEMA)} | self.emptied


def make(suite: Suite, dependencies: list[Dependency], report: Report) -> Plan:
    code = "\n".join(effects.text_of(source.module) for source in suite.sources)
    plan = Plan(suite, "create_async_engine(" in code or "AsyncSession" in code, _lock_helpers(suite))
    for function in suite.fixtures():
        assert function.fixture
        plan.roles[function.fixture.name] = _role(function, plan, report)
    _find_schema(plan)
    _choose_isolation(plan, dependencies, report)
    return plan


def _lock_helpers(suite: Suite) -> frozenset[str]:
    other = Effect.CREATE | Effect.DROP | Effect.CLEAN | Effect.ENGINE | Effect.SESSION | Effect.FLUSH | Effect.APP
    return frozenset(
        f.name for f in suite.functions if not f.fixture and not f.is_test and f.own & Effect.LOCK and not f.own & other
    )


def _role(function: Function, plan: Plan, report: Report) -> Role:
    suite = plan.suite
    if any(name.startswith(BUILT) for name in {function.name, *suite.closure(function)}):
        return Role.KEPT
    effect, gives = suite.effect(function), _gives_value(function.node)
    if gives and function.own & Effect.SESSION and not effect & Effect.APP:
        role = Role.SESSION
    elif gives and effect & Effect.ENGINE and not effect & Effect.APP:
        role = Role.ENGINE
    elif effect & Effect.CREATE and not gives:
        role = Role.SCHEMA
    elif effect & Effect.CLEAN and not gives:
        return Role.CLEAN
    elif effect & Effect.LOCK and not gives:
        role = Role.LOCK
    else:
        return Role.KEPT
    odd = residue.of(function, suite, plan.lock_helpers)
    if odd:
        what = effects.text_of(odd[0]).strip().splitlines()[0]
        report.add(Level.DECISION, function.name, f"kept, on the module's own service, because it also does `{what}`",
                   Location(function.source.name, function.line))  # fmt: skip
        return Role.KEPT
    return role


def _gives_value(node: cst.CSTNode) -> bool:
    values = [n.value for n in [*m.findall(node, m.Yield()), *m.findall(node, m.Return())]]  # type: ignore[attr-defined]
    return any(value is not None and not m.matches(value, m.Name("None")) for value in values)


def _find_schema(plan: Plan) -> None:
    """The first `….create_all` of a fixture that is replaced, in it or in what it calls."""
    for function in [*plan.named(Role.SCHEMA), *plan.named(Role.ENGINE), *plan.named(Role.SESSION)]:
        assert function.fixture
        called = [f for f in plan.suite.functions if f.name in function.calls and not f.fixture]
        for place in [function, *called]:
            for attribute in m.findall(place.node, m.Attribute(attr=m.Name("create_all"))):
                plan.schema, plan.schema_from = effects.text_of(attribute), function.fixture.name
                return


def _choose_isolation(plan: Plan, dependencies: list[Dependency], report: Report) -> None:
    """A savepoint needs a session fixture, and an application that can be given the test's connection."""
    sessions = plan.named(Role.SESSION)
    cleaning = [effects.text_of(f.node) for f in plan.named(Role.CLEAN)]
    plan.restarts_sequences = any("RESTART IDENTITY" in code.upper() for code in cleaning)
    if not sessions:
        return
    reason = _own_connections(plan) or _application(plan, dependencies)
    if reason:
        for function in sessions:
            assert function.fixture
            plan.roles[function.fixture.name] = Role.KEPT
            report.add(Level.DECISION, function.name, f"no savepoint: {reason}; the tables are emptied as before",
                       Location(function.source.name, function.line))  # fmt: skip
        return
    plan.savepoint = True
    plan.apart = _apart(plan)
    plan.emptied = {f.fixture.name for f in plan.named(Role.CLEAN) if f.fixture and not _remainder(f, plan)}


def _remainder(function: Function, plan: Plan) -> bool:
    """Whether a fixture does anything once locks and the emptying of tables are taken out."""
    node = without(without_locks(function.node, plan.lock_helpers), Effect.CLEAN)
    assert isinstance(node, cst.FunctionDef)
    idle = m.SimpleStatementLine(body=[m.Expr(m.SimpleString()) | m.Expr(m.Yield(value=None)) | m.Pass()])
    return any(not m.matches(statement, idle) for statement in node.body.body)


def _own_connections(plan: Plan) -> str | None:
    engines = {f.fixture.name for f in plan.named(Role.ENGINE) if f.fixture}
    for function in plan.suite.functions:
        if function.is_test and engines & set(function.params):
            return f"{function.source.name}:{function.line}: {function.name} connects by itself"
        kept = function.fixture and plan.roles[function.fixture.name] is Role.KEPT
        if kept and _gives_value(function.node) and engines & set(function.params):
            return f"{function.source.name}:{function.line}: {function.name} hands out connections of its own"
    return None


def _application(plan: Plan, dependencies: list[Dependency]) -> str | None:
    """Why the application cannot be given the test's connection; None when it can, has it already, or there is none."""
    apps = [f for f in plan.suite.fixtures() if plan.suite.effect(f) & Effect.APP]
    if any("dependency_overrides" in effects.text_of(source.module) for source in plan.suite.sources):
        return None
    if not apps:
        return None
    fitting = [d for d in dependencies if d.is_async == plan.is_async]
    if len(fitting) != 1:
        names = ", ".join(d.name for d in fitting) or "none"
        return f"which dependency gives the application its session is not clear (candidates: {names})"
    if not _makes_visibly(apps[0].node):
        return f"{apps[0].source.name}:{apps[0].line}: where {apps[0].name} makes the application is not clear"
    plan.app, plan.dependency = apps[0], fitting[0]
    return None


def _makes_visibly(node: cst.CSTNode) -> bool:
    """`return create_app(…)` or `app = create_app(…)`, as a statement of the fixture's own level."""
    assert isinstance(node, cst.FunctionDef)
    made = m.SimpleStatementLine(body=[m.Return() | m.Assign(targets=[m.AssignTarget(m.Name())])])
    return any(m.matches(s, made) and effects.of_node(s) & Effect.APP for s in node.body.body)


def _apart(plan: Plan) -> set[str]:
    """Only asynchronous connections are bound to the loop that made them."""
    if not plan.is_async:
        return set()
    suite = plan.suite
    threaded = {f.fixture.name for f in suite.fixtures() if f.fixture and suite.effect(f) & Effect.THREADS}
    return {
        f.source.name
        for f in suite.functions
        if f.is_test and (suite.effect(f) & Effect.THREADS or threaded & suite.closure(f))
    }
