"""The test code of a tree as this step sees it: files, functions, fixtures, who asks for whom. Reads; changes nothing."""

import fnmatch
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider

from steps.core import tree
from steps.core.errors import StepError
from steps.isolation import effects
from steps.isolation.effects import Effect

_FIXTURE = m.Attribute(m.Name("pytest") | m.Name("pytest_asyncio"), m.Name("fixture")) | m.Name("fixture")
BUILT = "taskgraph_"


@dataclass
class Source:
    """One Python file. `lines` gives the first line of every statement and definition, by node of `module`."""

    path: Path
    name: str
    module: cst.Module
    lines: dict[cst.CSTNode, int]
    newline: str

    @property
    def is_conftest(self) -> bool:
        return self.path.name == "conftest.py"


@dataclass
class Function:
    """A function, or a class that stands for one, of the module's own level or of a test class."""

    name: str
    source: Source
    node: cst.FunctionDef | cst.ClassDef
    line: int
    own: Effect
    calls: frozenset[str]
    fixture: "Fixture | None" = None
    is_test: bool = False

    @property
    def params(self) -> list[str]:
        return parameters(self.node) if isinstance(self.node, cst.FunctionDef) else []


@dataclass
class Fixture:
    name: str
    scope: str
    autouse: bool


@dataclass
class Suite:
    """All test code that hangs together through its fixtures."""

    sources: list[Source]
    functions: list[Function] = field(default_factory=list)

    def fixtures(self) -> list[Function]:
        return [f for f in self.functions if f.fixture]

    def fixture(self, name: str) -> Function | None:
        return next((f for f in self.functions if f.fixture and f.fixture.name == name), None)

    def effect(self, function: Function) -> Effect:
        """What a function does, itself or through functions of the suite that it calls."""
        seen: set[str] = set()
        pending, total = [function], Effect.NONE
        while pending:
            current = pending.pop()
            total |= current.own
            for callee in self.functions:
                if (
                    callee.name in current.calls
                    and callee.name not in seen
                    and not callee.fixture
                    and not callee.is_test
                ):
                    seen.add(callee.name)
                    pending.append(callee)
        return total

    def closure(self, function: Function) -> set[str]:
        """The names of all fixtures that a function asks for, directly or not."""
        seen: set[str] = set()
        pending = [*function.params]
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            for other in self.functions:
                if other.fixture and other.fixture.name == name and other is not function:
                    pending += other.params
        return seen


def parameters(node: cst.FunctionDef) -> list[str]:
    every = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
    return [p.name.value for p in every if p.name.value not in ("self", "cls")]


def read(path: Path, root: Path) -> Source:
    """Raises `StepError` with file and line when the file is not Python."""
    name = tree.relative(path, root)
    text = path.read_bytes().decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        wrapper = MetadataWrapper(cst.parse_module(text.replace("\r\n", "\n")), unsafe_skip_copy=False)
    except cst.ParserSyntaxError as error:
        raise StepError(f"{name}:{error.raw_line}: not Python: {error.message}") from error
    positions = wrapper.resolve(PositionProvider)
    lines = {node: place.start.line for node, place in positions.items()}
    return Source(path, name, wrapper.module, lines, newline)


def suites(root: Path) -> list[Suite]:
    """One suite for each topmost folder whose conftest.py or tests reach a shared service. Others are left alone."""
    tests = [p for p in tree.files(root) if p.suffix == ".py" and (p.name == "conftest.py" or is_test_file(p))]
    sources = {path: read(path, root) for path in tests}
    touching = sorted(path for path, source in sources.items() if _touches(source))
    tops: list[Path] = []
    for path in sorted((p.parent for p in touching), key=lambda p: len(p.parts)):
        if not any(path.is_relative_to(top) for top in tops):
            tops.append(path)
    found = []
    for top in tops:
        inside = [p for p in tree.files(top) if p.suffix == ".py"]
        above = [p for p in sources if p.name == "conftest.py" and top.is_relative_to(p.parent) and p.parent != top]
        suite = Suite([sources.get(p) or read(p, root) for p in [*sorted(above), *inside]])
        for source in suite.sources:
            suite.functions += functions(source)
        found.append(suite)
    return found


def is_test_file(path: Path) -> bool:
    """Whether pytest, unless told otherwise, looks for tests in the file."""
    return any(fnmatch.fnmatch(path.name, pattern) for pattern in ("test_*.py", "*_test.py"))


def _touches(source: Source) -> bool:
    wanted = Effect.LOCK | Effect.POSTGRES_URL | Effect.REDIS_URL | Effect.ENGINE
    return bool(effects.of_node(source.module) & wanted)


def functions(source: Source) -> list[Function]:
    """The functions of the module and of its test classes; another class counts as one function."""
    found = []
    for statement in source.module.body:
        if isinstance(statement, cst.FunctionDef):
            found.append(_function(statement, source))
        elif isinstance(statement, cst.ClassDef):
            members = [s for s in statement.body.body if isinstance(s, cst.FunctionDef)]
            if any(s.name.value.startswith("test") or fixture_of(s) for s in members):
                found += [_function(s, source) for s in members]
            else:
                found.append(Function(statement.name.value, source, statement, source.lines[statement],
                                      effects.of_node(statement), _calls(statement)))  # fmt: skip
    return found


def _function(node: cst.FunctionDef, source: Source) -> Function:
    name, fixture = node.name.value, fixture_of(node)
    own, calls = effects.of_node(node), _calls(node)
    return Function(
        name, source, node, source.lines[node], own, calls, fixture, not fixture and name.startswith("test")
    )


def _calls(node: cst.CSTNode) -> frozenset[str]:
    """Every name that the code mentions: a function handed on (`run_sync(make_tables)`) is called as well."""
    return frozenset(name.value for name in m.findall(node, m.Name()) if isinstance(name, cst.Name))


def fixture_of(node: cst.FunctionDef) -> Fixture | None:
    for decorator in node.decorators:
        call = decorator.decorator
        if m.matches(call, _FIXTURE):
            return Fixture(node.name.value, "function", False)
        if isinstance(call, cst.Call) and m.matches(call.func, _FIXTURE):
            options = {a.keyword.value: a.value for a in call.args if a.keyword}
            return Fixture(_string(options.get("name")) or node.name.value, _string(options.get("scope")) or "function",
                           m.matches(options.get("autouse", cst.Name("False")), m.Name("True")))  # fmt: skip
    return None


def _string(node: cst.BaseExpression | None) -> str | None:
    return str(node.evaluated_value) if isinstance(node, cst.SimpleString) else None
