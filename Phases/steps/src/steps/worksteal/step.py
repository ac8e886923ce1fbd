"""The xdist-worksteal step: the scheduler in addopts, `serial` for xdist_group. Undoes itself on failure."""

import re
from pathlib import Path

from steps.core import tree, uv
from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.core.toml import TomlFile
from steps.isolation.model import is_test_file, read
from steps.pytest_config import sources
from steps.worksteal.addopts import set_worksteal
from steps.worksteal.markers import groups, with_serial

_PYPROJECT = "pyproject.toml"
_NAMED = re.compile(r"[\"']xdist_group[\"':]")


def switch(root: Path) -> Report:
    """Edits and returns the report. On `StepError` the tree is as it was."""
    report = Report("xdist-worksteal")
    effective = next(iter(sources.find(root)), None)
    if effective is not None and effective.file != _PYPROJECT:
        raise StepError(f"pytest reads {effective.file}, not pyproject.toml", hint="run pytest-config first")
    if "pytest-xdist" not in uv.locked(root):
        raise StepError("uv.lock has no pytest-xdist", hint="`uv add --dev pytest-xdist`")
    pyproject = TomlFile(root / _PYPROJECT)
    removed = set_worksteal(pyproject)
    paths = [p for p in tree.files(root) if p.name == "conftest.py" or is_test_file(p)]
    names = [tree.relative(path, root) for path in paths]
    changed: list[str] = []
    with tree.undone_on_failure(root, (_PYPROJECT, *names)):
        pyproject.save()
        for path, name in zip(paths, names, strict=True):
            if _rewrite(path, name, root, report):
                changed.append(name)
    for option in removed:
        report.add(Level.NOTE, option, "replaced in addopts")
    report.data |= {
        "addopts": pyproject.get("tool", "pytest", "ini_options", "addopts"),
        "removed": removed,
        "files": changed,
    }
    report.summary = f"xdist-worksteal: addopts says -n auto --dist=worksteal; {len(changed)} files take serial leases"
    return report


def _rewrite(path: Path, name: str, root: Path, report: Report) -> bool:
    source = read(path, root)
    for number, line in enumerate(source.module.code.splitlines(), 1):
        if _NAMED.search(line):
            report.add(Level.NOT_CARRIED, line.strip(), "left: the marker is named in a string", Location(name, number))
    found = groups(source.module)
    for node in found:
        report.add(Level.DECISION, "xdist_group", "a serial lease now; without a shared service behind these tests the marker may go",
                   Location(name, source.lines.get(node, 1)))  # fmt: skip
    if found:
        path.write_bytes(with_serial(source.module).code.replace("\n", source.newline).encode("utf-8"))
    return bool(found)
