"""The step model-tests: tests of the mapped classes, from what the database accepts and refuses. Overwrites nothing."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steps.core import junit, tree
from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.core.processes import environment, run
from steps.models import render
from steps.models.looking import describe, module, sources
from steps.models.names import MARKER, Models

_MODEL = re.compile(r"^class (\w+)\(.*\):(?:\n(?:[ \t].*)?)*?\n[ \t]+__tablename__\b", re.M)


@dataclass(frozen=True)
class Options:
    tests: str  # the directory of the tests, in the tree
    check: bool = True  # run them once, and leave out what does not pass


def write(root: Path, options: Options) -> Report:
    """Raises `StepError` when no mapped class is found, or none of the tests can run."""
    seen = describe(root)
    models = Models(seen)
    directory = _directory(root / options.tests)
    report = Report("model-tests")
    for what, reason in seen["left"]:
        report.add(Level.NOT_CARRIED, what, reason)
    wanted = _wanted(seen, models, directory, set())
    new = [path for path in wanted if not path.exists()]
    failed: set[str] = set()
    if new:
        _write(root, directory, wanted, new)
        if options.check:
            try:
                failed = _failing(root, [path for path in new if path.name.startswith("test_")])
            except StepError:
                for path in new:
                    path.unlink()
                raise
            if failed:
                again = _wanted(seen, models, directory, failed)
                for path in new:
                    path.unlink()
                new = [path for path in new if path in again]
                _write(root, directory, again, new)
    for name in sorted(failed):
        report.add(Level.NOT_CARRIED, name, "left out: it does not pass on the models as they are")
    tested = {
        model["name"]
        for model in seen["models"]
        if any(_instantiates(path, model) for path in directory.parent.rglob("test_*.py"))
    }
    report.data = {"models": len(seen["models"]), "tested": len(tested), "written": sorted(tree.relative(p, root) for p in new),
                   "untested": sorted({m["name"] for m in seen["models"]} - tested), "left": len(seen["left"]) + len(failed)}  # fmt: skip
    report.summary = f"model-tests: {len(new)} files written, {len(wanted) - len(new)} kept; {len(tested)} of {len(seen['models'])} models have tests; {report.data['left']} things left"
    return report


def count(root: Path, options: Options) -> Report:
    """How many mapped classes the tests make rows of, as far as sources tell. Needs no environment."""
    models = [
        {"name": name, "factory": name}
        for path in sources(root)
        for name in _MODEL.findall(path.read_text(encoding="utf-8"))
    ]
    if not models:
        raise StepError("no mapped class is in the tree", hint="this step knows SQLAlchemy's declarative classes")
    tests = [path for path in (root / options.tests).rglob("test_*.py")]
    tested = sorted({m["name"] for m in models if any(_instantiates(path, m) for path in tests)})
    report = Report("model-tests")
    report.data = {"models": len(models), "tested": len(tested), "names": tested, "share": len(tested) / len(models)}
    report.summary = f"model-tests: {len(tested)} of {len(models)} models have tests"
    return report


def _instantiates(path: Path, model: dict[str, Any]) -> bool:
    text = path.read_text(encoding="utf-8")
    return (
        re.search(rf"^def (?!{model['factory']}\b).*?(?<!\w)({model['name']}|{model['factory']})\(", text, re.M | re.S)
        is not None
    )


def _directory(wanted: Path) -> Path:
    """A directory of its own below, where the support files' names are taken."""
    for name in ("conftest.py", "factories.py"):
        path = wanted / name
        if path.is_file() and MARKER not in path.read_text(encoding="utf-8"):
            return wanted / "mapped"
    return wanted


def _wanted(seen: dict[str, Any], models: Models, directory: Path, without: set[str]) -> dict[Path, str]:
    package = _package(directory)
    files = {directory / "conftest.py": render.conftest(seen), directory / "factories.py": render.factories(models)}
    for name, some in render.groups(models).items():
        if text := render.module(name, some, models, package, without):
            files[_free(directory, f"test_{name}")] = text
    if text := render.enums(seen, models, package, without):
        files[_free(directory, "test_enums")] = text
    return files


def _free(directory: Path, name: str) -> Path:
    """The file of that name, unless somebody else wrote it."""
    path = directory / f"{name}.py"
    taken = path.is_file() and MARKER not in path.read_text(encoding="utf-8")
    return directory / f"{name}_schema.py" if taken else path


def _package(directory: Path) -> str:
    above = directory if (directory / "__init__.py").is_file() else directory.parent
    if not (above / "__init__.py").is_file():
        return "factories"
    return module(above / "__init__.py")[1] + ("" if above == directory else f".{directory.name}") + ".factories"


def _write(root: Path, directory: Path, files: dict[Path, str], new: list[Path]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    if (directory.parent / "__init__.py").is_file() and not (directory / "__init__.py").exists():
        (directory / "__init__.py").write_text("", encoding="utf-8")
    for path in new:
        path.write_text(files[path], encoding="utf-8")
    ruff = root / ".venv/bin/ruff"
    if ruff.is_file() and new:
        run([ruff, "check", "--quiet", "--fix", "--select", "I,F401", *new], cwd=root, accept=(0, 1))
        run([ruff, "format", "--quiet", *new], cwd=root)


def _failing(root: Path, files: list[Path]) -> set[str]:
    """Runs the tests; the names of those that do not pass."""
    with tempfile.TemporaryDirectory(prefix="steps-models-") as scratch, tree.no_litter(root):
        out = Path(scratch, "junit.xml")
        done = run(
            ["uv", "run", "--locked", "--no-sync", "pytest", "-q", "-p", "no:cacheprovider", "-o", f"cache_dir={scratch}", f"--junitxml={out}", *files],
            cwd=root, extra={"HYPOTHESIS_STORAGE_DIRECTORY": scratch} | {k: v for k, v in environment().items() if k.startswith("TASKGRAPH")}, accept=(0, 1),
            what="running the new tests", hint="the plugin pytest-taskgraph and Hypothesis have to be in .venv",
        )  # fmt: skip
        cases = junit.cases(out)
        bad = {case.name for case in cases if case.reason is not None}
        if bad == {case.name for case in cases}:
            raise StepError(
                f"no test of the models passes:\n{done.stdout[-3000:]}", hint="is a PostgreSQL leased to the tests?"
            )
        return bad
