"""The steps e2e-fixtures, page-objects and e2e-specs. What exists is kept, what is missing is added.

e2e-fixtures explores the running application and stores what it saw; the other two read that and need no browser.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.e2e import proof, shared, write

TEMPLATES = Path(__file__).parent / "templates"
_EXPLORED = "fixtures/exploration.json"
_CONFTEST = '''"""Where the application and the browser are."""

import os

import pytest


@pytest.fixture(scope="session")
def base_url():
    return os.environ.get("E2E_BASE_URL", "http://127.0.0.1:8000")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}
'''


def fixtures(root: Path, directory: str, base_url: str, chromium: str | None) -> Report:
    """Explores the application at `base_url` unless that was done, and writes mocks, data and conftest files."""
    report, home = Report("e2e-fixtures"), root / directory
    if not (home / _EXPLORED).exists():
        from steps.e2e.explore import explore

        exploration = explore(base_url, chromium, tell=lambda text: print(text, file=sys.stderr, flush=True))
        _add(home / "fixtures/test_data.json", _json(exploration.pop("data")), report)
        _add(home / _EXPLORED, _json(exploration), report)
    _add(home / "conftest.py", _CONFTEST, report)
    for template, place in (
        ("api_mocks", "fixtures/api_mocks"),
        ("browsers", "fixtures/browsers"),
        ("standstill", "fixtures/standstill"),
        ("websocket_mock", "fixtures/websocket_mock"),
        ("conftest", "specs/conftest"),
    ):
        _add(home / f"{place}.py", _template(template), report)
    _share(home, report)
    explored = _explored(home)
    report.data |= {
        "routes": {"all": len(explored["pages"]), "paths": list(explored["pages"])},
        "scenarios": len(explored["scenarios"]),
    }
    report.summary = f"e2e-fixtures: {len(explored['pages'])} pages, {len(explored['scenarios'])} scenarios"
    return report


def page_objects(root: Path, directory: str) -> Report:
    """A page object for each page, and the base of all."""
    report, home = Report("page-objects"), root / directory
    explored = _explored(home)
    _add(home / "pages/base_page.py", _template("base_page"), report)
    names, controls = write.page_names(explored["pages"]), write.control_names(explored["pages"])
    for path, page in explored["pages"].items():
        text = write.page_object(path, page, names[path], controls[path])
        _extend_class(home / f"pages/{write.snake_file(names[path])}.py", text, report)
    report.data |= {"pages": list(names.values()), "controls": sum(map(len, controls.values()))}
    report.summary = f"page-objects: {len(names)} pages, {report.data['controls']} controls"
    return report


def specs(root: Path, directory: str, base_url: str | None = None) -> Report:
    """Specs by category. A test whose name is there already is left as it is.

    With `base_url` all tests are run on that application, and new ones that fail are taken out.
    """
    report, home = Report("e2e-specs"), root / directory
    explored = _explored(home)
    unsteady = proof.unsteady(home)
    added, written = 0, {}
    for file, tests in write.specs(explored).items():
        name = f"test_{file}.py"
        steady = [(test, text) for test, text in tests if f"{name}::{test}" not in unsteady]
        written[name] = {test for test, _ in steady}
        added += _extend_spec(home / "specs" / name, file, steady, report)
    _formatted(home)
    left_out = proof.prove(home, base_url, written, report) if base_url else 0
    files = sorted((home / "specs").glob("test_*.py"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    counts = {
        path.name: len(re.findall(r"(?m)^ *(?:async )?def test", text)) for path, text in zip(files, texts, strict=True)
    }
    routes = {scenario["page"] for scenario in explored["scenarios"]}
    report.data |= {
        "tests": sum(counts.values()),
        "added": added - left_out,
        "left_out": len(proof.unsteady(home)),
        "files": counts,
        "routes": {"all": len(explored["pages"]), "covered": len(routes & set(explored["pages"]))},
    }
    report.data["route_coverage"] = 100 * report.data["routes"]["covered"] / report.data["routes"]["all"]
    report.summary = (
        f"e2e-specs: {sum(counts.values())} tests in {len(files)} files, {added - left_out} of them new, {left_out} left out, "
        f"{report.data['routes']['covered']} of {report.data['routes']['all']} routes"
    )
    return report


def _share(home: Path, report: Report) -> None:
    """Tests that lie beside conftest.py go to specs/, and helpers that were copied among them to fixtures/."""
    paths = {path.name: path for path in sorted(home.glob("test_*.py"))}
    if not paths:
        return
    sources = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    helpers = []
    for name in shared.duplicated(sources):
        found = shared.copies(sources, name)
        one = shared.merged(found)
        if one is None:
            report.add(
                Level.NOT_CARRIED, name, f"its copies in {', '.join(c.file for c in found)} differ in more than values"
            )
            continue
        helpers.append(one[0])
        for copy in found:
            sources[copy.file] = shared.without(sources[copy.file], name, "fixtures.shared", one[1][copy.file])
    if helpers:
        text = '"""Helpers that every spec file had a copy of."""\n\nimport json\n\n\n' + "\n\n".join(
            dict.fromkeys(helpers)
        )
        _add(home / "fixtures/shared.py", shared.unused_dropped(text), report)
    for name, path in paths.items():
        sources[name], sleeps = re.subn(r"\bpage\.wait_for_timeout\((\d+)\)", r"later(page, \1)", sources[name])
        if sleeps:
            sources[name] = shared.with_imports(sources[name], ["from fixtures.standstill import later"])
            report.add(Level.NOTE, name, f"{sleeps} sleeps became waits for a page that stands still")
        target = home / "specs" / name
        if target.exists():
            raise StepError(f"{name} is beside conftest.py and in specs/", hint="move its tests into one of them")
        target.write_text(shared.unused_dropped(sources[name]), encoding="utf-8")
        path.unlink()
        report.add(Level.NOTE, name, "moved to specs/")
    _formatted(home)


def _extend_class(path: Path, text: str, report: Report) -> None:
    """The file, or the properties of it that an existing one lacks, at its end."""
    if not path.exists():
        return _add(path, text, report)
    was = path.read_text(encoding="utf-8")
    there = {n.name for n in ast.walk(ast.parse(was)) if isinstance(n, ast.FunctionDef)}
    parts = re.split(r"(?m)^(?=    @property\n)", text)[1:]
    missing = [part.rstrip() for part in parts if re.search(r"def (\w+)", part)[1] not in there]  # type: ignore[index]
    if missing:
        path.write_text(was.rstrip() + "\n\n" + "\n\n".join(missing) + "\n", encoding="utf-8")
        report.add(Level.NOTE, path.name, f"{len(missing)} controls added")


def _extend_spec(path: Path, file: str, tests: list[tuple[str, str]], report: Report) -> int:
    was = path.read_text(encoding="utf-8") if path.exists() else None
    there = set() if was is None else {n.name for n in ast.walk(ast.parse(was)) if isinstance(n, ast.FunctionDef)}
    missing = [text for name, text in tests if name not in there]
    if not missing:
        return 0
    head = write.header(file, missing)
    if was is None:
        text = head
    else:
        text = (
            shared.with_imports(was, [line for line in head.splitlines() if line.startswith("from ")]).rstrip() + "\n"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n\n" + "\n\n".join(missing), encoding="utf-8")
    report.add(Level.NOTE, path.name, f"{len(missing)} tests added")
    return len(missing)


def _explored(home: Path) -> dict[str, Any]:
    try:
        return json.loads((home / _EXPLORED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StepError(f"there is no {_EXPLORED}", hint="run e2e-fixtures on the running application first") from None


def _add(path: Path, text: str, report: Report) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    report.add(Level.NOTE, path.name, "added")


def _template(name: str) -> str:
    """Its lines are as long as ours may be; the project's linter may want shorter ones."""
    first, rest = (TEMPLATES / f"{name}.py").read_text(encoding="utf-8").split("\n", 1)
    return f"{first}\n# ruff: noqa: E501\n{rest}"


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _formatted(home: Path) -> None:
    """In the project's own style, where ruff can be had; the tests are the same without."""
    try:
        subprocess.run(
            [sys.executable, "-m", "ruff", "format", "--quiet", "--no-cache", str(home)],
            check=False,
            capture_output=True,
        )
    except OSError:
        return
