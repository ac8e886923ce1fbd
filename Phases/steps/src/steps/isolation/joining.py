"""Where the application gets its database session from, so that a test can give it one of its own. Reads sources."""

import re
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
import libcst.matchers as m

from steps.core import tree
from steps.core.findings import Level, Location, Report
from steps.isolation import effects
from steps.isolation.model import read


@dataclass(frozen=True)
class Dependency:
    """A function that FastAPI's `Depends` calls for a session. `options` are the keyword arguments of its session maker."""

    module: str
    name: str
    is_async: bool
    options: str


_SESSION = re.compile(r"\b(Async)?Session\b")
_OPTION = re.compile(r"\b(expire_on_commit|autoflush)\s*=\s*(True|False)")
_SERVER_CLOCK = re.compile(r"\bfunc\.(now|current_timestamp|localtimestamp)\(|CURRENT_TIMESTAMP|\bNOW\(\)")
_OPENS = re.compile(r"\b(sessions?|Session|SessionLocal|session_?maker|async_session)(\.begin)?\(\)|\.connect\(\)")


def dependencies(root: Path, tests: set[Path], report: Report) -> list[Dependency]:
    """Every dependency that yields a session. Notes what a test's transaction would not reach."""
    sources = [
        read(p, root) for p in tree.files(root) if p.suffix == ".py" and p not in tests and not _in_tests(p, root)
    ]
    codes = {source.name: effects.text_of(source.module) for source in sources}
    wanted = set(re.findall(r"\bDepends\(\s*(?:\w+\.)*(\w+)", "\n".join(codes.values())))
    makers = [line for code in codes.values() for line in re.findall(r"sessionmaker\([^)]*\)", code, re.DOTALL)]
    options = ", ".join(sorted({f"{name}={value}" for maker in makers for name, value in _OPTION.findall(maker)}))
    found = []
    for source in sources:
        for node in source.module.body:
            if not isinstance(node, cst.FunctionDef):
                continue
            gives = m.findall(node, m.Yield()) and _SESSION.search(effects.text_of(node))
            if node.name.value in wanted and gives:
                module = (
                    source.name.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
                )
                found.append(Dependency(module, node.name.value, node.asynchronous is not None, options))
            elif _OPENS.search(effects.text_of(node)):
                report.add(Level.NOTE, node.name.value, "opens connections of its own: it sees nothing of a test's transaction",
                           Location(source.name, source.lines[node]))  # fmt: skip
    return found


def server_clocks(root: Path, tests: set[Path]) -> list[Location]:
    """Where the database gives the time: inside one transaction it is the same for every row."""
    found = []
    for path in tree.files(root):
        if path.suffix == ".py" and path not in tests and not _in_tests(path, root):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if _SERVER_CLOCK.search(line.split("#")[0]):
                    found.append(Location(tree.relative(path, root), number))
    return found


def _in_tests(path: Path, root: Path) -> bool:
    return any(part in ("tests", "test") for part in path.relative_to(root).parts[:-1])
