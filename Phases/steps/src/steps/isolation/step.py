"""The isolate-fixtures step: plan each suite, rewrite its files, tidy them, add the plugin. Undoes itself on failure."""

from pathlib import Path

import libcst as cst

from steps.core import tree
from steps.core.findings import Level, Location, Report
from steps.isolation import build, effects, joining, plan, plugin, prose, tidy
from steps.isolation.effects import Effect
from steps.isolation.imports import Import, with_imports
from steps.isolation.model import BUILT, Function, Source, Suite, fixture_of, suites
from steps.isolation.plan import Plan, Role
from steps.isolation.rewrite import Result, rewritten


def isolate(root: Path, *, plugin_path: Path | None) -> Report:
    """Rewrites and returns the report. On `StepError` the tree is as it was."""
    report = Report("isolate-fixtures")
    found = suites(root)
    tests = {source.path for suite in found for source in suite.sources}
    dependencies = joining.dependencies(root, tests, report) if found else []
    clocks = joining.server_clocks(root, tests) if found else []
    edits: dict[Path, bytes] = {}
    for suite in found:
        edits |= _suite(suite, dependencies, clocks, report)
    names = [tree.relative(path, root) for path in sorted(edits)]
    with tree.undone_on_failure(root, (*names, *plugin.TOUCHED)):
        for path, data in edits.items():
            path.write_bytes(data)
        report.data |= {"files": names, "plugin": plugin.add(root, plugin_path) if plugin_path and found else None}
    added = report.data["plugin"] or {}
    if added.get("ignored"):
        report.add(
            Level.NOT_CARRIED, added["wheel"], "git ignores it: uv.lock names a file that no checkout would have"
        )
    left = len(report.of(Level.NOT_CARRIED))
    report.data["left"] = left
    report.summary = f"isolate-fixtures: {len(names)} files rewritten; {left} places left, each with its reason"
    return report


def _suite(suite: Suite, dependencies: list, clocks: list[Location], report: Report) -> dict[Path, bytes]:
    decided = plan.make(suite, dependencies, report)
    decided.server_clocks = clocks
    _tell(decided, clocks, report)
    results = {source.path: rewritten(source, decided, report) for source in suite.sources}
    _add_wait(suite, results)
    modules = {path: with_imports(result.module, result.imports) for path, result in results.items()}
    modules = _scoped(suite, modules)
    edits = {}
    for source in suite.sources:
        module = modules[source.path]
        if module.code == source.module.code:
            continue
        elsewhere = "\n".join(m.code for path, m in modules.items() if path != source.path)
        module = tidy.unused(source.module, module, elsewhere)
        module = prose.module_docstring(module, decided.savepoint).visit(prose.Unshared())
        _check_locks(source, module, report)
        edits[source.path] = module.code.replace("\n", source.newline).encode("utf-8")
    return edits


def _tell(decided: Plan, clocks: list[Location], report: Report) -> None:
    if decided.savepoint:
        for place in clocks:
            report.add(
                Level.DECISION,
                str(place),
                "the database gives the time: it stands still within a test's transaction",
                place,
            )
    for name in sorted(decided.apart):
        report.add(Level.NOTE, name, "runs the application beside its tests: its session commits, its tables are emptied before each test",
                   Location(name, 1))  # fmt: skip
    for function in decided.named(Role.ENGINE):
        options = _options(function, decided.suite)
        if options:
            report.add(Level.DECISION, function.name, f"is the plugin's engine now; given up: {', '.join(options)}",
                       Location(function.source.name, function.line))  # fmt: skip


def _options(function: Function, suite: Suite) -> list[str]:
    """The keyword arguments of the engine's maker, in the fixture or in what it calls."""
    import libcst.matchers as m

    makers = [f for f in suite.functions if f is function or (f.name in function.calls and not f.fixture)]
    calls = [
        call
        for maker in makers
        for call in m.findall(maker.node, m.Call(func=m.Name("create_engine") | m.Name("create_async_engine")))
    ]
    return [effects.text_of(a).rstrip(", \n") for call in calls for a in call.args if a.keyword]  # type: ignore[attr-defined]


def _add_wait(suite: Suite, results: dict[Path, Result]) -> None:
    """The fixture `wait_until` in the nearest conftest.py above those that ask for it; without one, in each of them."""
    users = [path for path, result in results.items() if result.wants_wait]
    if not users or suite.fixture("wait_until") is not None:
        return
    above = [s.path for s in suite.sources if s.is_conftest and all(u.is_relative_to(s.path.parent) for u in users)]
    for path in [max(above, key=lambda p: len(p.parts))] if above else users:
        result = results[path]
        result.module = result.module.with_changes(body=[*result.module.body, build.wait_until()])
        result.imports |= {Import("threading"), Import("time"), Import("pytest")}


def _scoped(suite: Suite, modules: dict[Path, cst.Module]) -> dict[Path, cst.Module]:
    """A fixture above the scope of a lease cannot ask for one: session and package become module."""
    params: dict[str, set[str]] = {}
    for module in modules.values():
        for node in _definitions(module):
            if fixture := fixture_of(node):
                params.setdefault(fixture.name, set()).update(p.name.value for p in node.params.params)
    leased = {name for name, asked in params.items() if any(n.startswith(BUILT) for n in asked)}
    while grown := {name for name, asked in params.items() if asked & leased} - leased:
        leased |= grown
    return {path: module.visit(_ModuleScope(leased)) for path, module in modules.items()}


def _definitions(module: cst.Module) -> list[cst.FunctionDef]:
    inner = [s for c in module.body if isinstance(c, cst.ClassDef) for s in c.body.body]
    return [s for s in [*module.body, *inner] if isinstance(s, cst.FunctionDef)]


class _ModuleScope(cst.CSTTransformer):
    def __init__(self, leased: set[str]) -> None:
        self._leased = leased

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        fixture = fixture_of(original_node)
        wide = fixture and fixture.name in self._leased and fixture.scope in ("session", "package")
        return build.with_scope(updated_node, "module") if wide else updated_node


def _check_locks(source: Source, module: cst.Module, report: Report) -> None:
    """Locks that the rewriting could not take out: in conditions, in strings, in what is not a statement."""
    if effects.of_node(module) & Effect.LOCK:
        lines = [n for n, line in enumerate(source.module.code.splitlines(), 1) if effects.of_text(line) & Effect.LOCK]
        for line in lines:
            text = source.module.code.splitlines()[line - 1].strip()
            report.add(
                Level.NOT_CARRIED,
                text,
                "left: a lock in an expression that cannot simply go",
                Location(source.name, line),
            )
