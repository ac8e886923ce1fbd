"""worksteal-lint: where markers, fixture scopes and state disagree with a scheduler that moves tests between workers. Reads."""

import re
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import libcst.matchers as m

from steps.core import tree
from steps.core.findings import Level, Location, Report
from steps.core.toml import TomlFile
from steps.isolation import effects
from steps.isolation.effects import Effect
from steps.isolation.model import BUILT, Function, Source, Suite, functions, is_test_file, read
from steps.worksteal.markers import groups

_SERVICE = (
    Effect.CREATE | Effect.DROP | Effect.CLEAN | Effect.FLUSH | Effect.POSTGRES_URL | Effect.REDIS_URL | Effect.ENGINE
)
_ORDER = re.compile(r"\bmark\.(order|run|dependency|incremental|depends)\b")
_NUMBERED = re.compile(r"^test_?\d+_")
_MUTATES = ("append", "extend", "insert", "add", "update", "pop", "remove", "clear", "setdefault", "discard", "popitem")
_CONTAINER = (
    m.List() | m.Dict() | m.Set() | m.Call(func=m.Name("list") | m.Name("dict") | m.Name("set") | m.Name("defaultdict"))
)
Found = Iterator[tuple[cst.CSTNode, str, str]]


def lint(root: Path) -> Report:
    """The report alone; nothing is changed."""
    report = Report("worksteal-lint")
    sources = [read(p, root) for p in tree.files(root) if p.name == "conftest.py" or is_test_file(p)]
    suite = Suite(sources)
    for source in sources:
        suite.functions += functions(source)
    for source in sources:
        for node, text, reason in _all(source, suite):
            report.add(Level.DISAGREEMENT, text, reason, Location(source.name, source.lines.get(node, 1)))
    _configuration(root, report)
    count = len(report.of(Level.DISAGREEMENT))
    report.data["disagreements"] = count
    report.summary = f"worksteal-lint: {count} disagreements in {len(sources)} files"
    return report


def _all(source: Source, suite: Suite) -> Found:
    own = [f for f in suite.functions if f.source is source]
    yield from _groups(source)
    yield from _wide_fixtures(own, suite)
    yield from _mutated_fixtures(own, suite)
    yield from _module_state(source, own)
    yield from _order(own)
    yield from _class_state(source, own)
    yield from _fixed_paths(own)


def _groups(source: Source) -> Found:
    for node in groups(source.module):
        yield node, "xdist_group", 'has no effect under worksteal; take `pytest.mark.serial("name")`'


def _wide_fixtures(own: list[Function], suite: Suite) -> Found:
    for function in own:
        fixture = function.fixture
        if fixture is None or fixture.scope not in ("session", "package"):
            continue
        leased = any(name.startswith(BUILT) for name in suite.closure(function))
        if suite.effect(function) & _SERVICE and not leased:
            yield (
                function.node,
                f"{fixture.name} (scope {fixture.scope})",
                "every worker makes it once, on a service that all of them share",
            )
        if leased:
            yield (
                function.node,
                f"{fixture.name} (scope {fixture.scope})",
                "asks for a lease of a module: pytest refuses with ScopeMismatch",
            )


def _mutated_fixtures(own: list[Function], suite: Suite) -> Found:
    """A container that several tests fill: two workers have two of them."""
    wide = {
        f.fixture.name: f
        for f in suite.fixtures()
        if f.fixture and f.fixture.scope != "function" and m.findall(f.node, m.Return(_CONTAINER) | m.Yield(_CONTAINER))
    }
    for function in own:
        for name in set(function.params) & wide.keys() if function.is_test else ():
            for node in _mutations(function.node, name):
                scope = wide[name].fixture.scope  # type: ignore[union-attr]
                yield node, name, f"a container of scope {scope} that tests fill: each worker has one of its own"


def _module_state(source: Source, own: list[Function]) -> Found:
    names = {
        target.target.value
        for s in source.module.body
        if m.matches(s, m.SimpleStatementLine(body=[m.Assign()]))
        for target in s.body[0].targets  # type: ignore[union-attr,index]
        if isinstance(target.target, cst.Name)
    }
    for function in own:
        if not (function.is_test or function.fixture):
            continue
        local = set(function.params)
        for node in m.findall(function.node, m.Global()):
            assert isinstance(node, cst.Global)
            yield (
                node,
                ", ".join(item.name.value for item in node.names),
                "module state: tests of the module may run in two workers",
            )
        for name in sorted(names - local):
            for node in _mutations(function.node, name):
                yield node, name, "module state: tests of the module may run in two workers"


def _mutations(node: cst.CSTNode, name: str) -> list[cst.CSTNode]:
    """`name.append(…)` and its like, `name[…] = …`, `name[…] += …`, `del name[…]`."""
    item = m.Subscript(value=m.Name(name))
    calls = m.Call(func=m.Attribute(value=m.Name(name), attr=m.OneOf(*(m.Name(method) for method in _MUTATES))))
    return [*m.findall(node, calls), *m.findall(node, m.AssignTarget(item)), *m.findall(node, m.AugAssign(target=item)),
            *m.findall(node, m.Del(item))]  # fmt: skip


def _order(own: list[Function]) -> Found:
    for function in own:
        if not function.is_test or not isinstance(function.node, cst.FunctionDef):
            continue
        if _NUMBERED.match(function.name):
            yield function.node, function.name, "a numbered test: worksteal keeps no order between tests"
        for decorator in function.node.decorators:
            if match := _ORDER.search(effects.text_of(decorator)):
                yield decorator, match[0], "an order between tests, which worksteal does not keep"


def _class_state(source: Source, own: list[Function]) -> Found:
    """What one test leaves on its class for the next."""
    classes = {s.name.value for s in source.module.body if isinstance(s, cst.ClassDef)}
    holder = m.Name("cls") | m.Attribute(attr=m.Name("__class__")) | m.Call(func=m.Name("type"))
    holder = holder | m.OneOf(*(m.Name(name) for name in classes)) if len(classes) > 1 else holder
    holder = holder | m.Name(next(iter(classes))) if len(classes) == 1 else holder
    for function in own:
        if function.is_test:
            for node in m.findall(function.node, m.AssignTarget(m.Attribute(value=holder))):
                yield (
                    node,
                    effects.text_of(node).rstrip(" ="),
                    "class state: the next test of the class may run in another worker",
                )


def _fixed_paths(own: list[Function]) -> Found:
    for function in own:
        for node in m.findall(function.node, m.SimpleString()) if function.is_test or function.fixture else []:
            if isinstance(node, cst.SimpleString) and re.match(r"^/(tmp|var/tmp)/\w", str(node.evaluated_value)):
                yield node, node.value, "one path for all workers; take tmp_path"


def _configuration(root: Path, report: Report) -> None:
    path = root / "pyproject.toml"
    options = TomlFile(path).get("tool", "pytest", "ini_options", "addopts") if path.is_file() else None
    text = " ".join(options) if isinstance(options, list) else str(options or "")
    if "--dist=worksteal" not in text.replace("--dist worksteal", "--dist=worksteal"):
        line = (
            next(
                (n for n, s in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if s.startswith("addopts")),
                1,
            )
            if path.is_file()
            else 1
        )
        report.add(
            Level.DISAGREEMENT, f"addopts: {text}", "the scheduler is not worksteal", Location("pyproject.toml", line)
        )
