"""The hypothesis step: the package joins the dev group, bounded as its neighbours are, and no locked version moves."""

from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from steps.core import tree, uv
from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.core.processes import run
from steps.core.toml import TomlFile

_NAME = "hypothesis"


def add(root: Path) -> Report:
    """Adds and locks. On `StepError` the tree is as it was."""
    report = Report(_NAME)
    pyproject = TomlFile(root / "pyproject.toml")
    if pyproject.get("project") is None:
        raise StepError("pyproject.toml has no [project]", hint="run uv-migrate first")
    where = _present(pyproject)
    if where:
        version = _version(root)
        report.summary = f"hypothesis: {version} is there already, in {where}"
        report.data = {"version": version, "added": {}}
        return report
    bounds = _bounds(pyproject)
    with tree.undone_on_failure(root, ("pyproject.toml", "uv.lock")), tree.no_litter(root, keep=("uv.lock",)):
        before = {name: _versions(packages) for name, packages in uv.locked(root).items()}
        run(
            ["uv", "add", "--dev", "--no-sync", "--bounds", bounds, _NAME], cwd=root, what="uv add --dev hypothesis",
            hint="a bound in pyproject.toml may exclude every version of hypothesis",
        )  # fmt: skip
        after = {name: _versions(packages) for name, packages in uv.locked(root).items()}
        moved = [
            f"{name} {'/'.join(before[name])} → {'/'.join(after.get(name, []))}"
            for name in before
            if after.get(name) != before[name]
        ]
        if moved:
            raise StepError(
                f"adding hypothesis moved other versions: {', '.join(moved)}", hint="pin them, or lock them first"
            )
    added = {name: "/".join(versions) for name, versions in after.items() if name not in before}
    how = (
        "exactly, as most of the dev group is"
        if bounds == "exact"
        else "from below, as most of the dev group is not pinned"
    )
    report.add(Level.DECISION, f"hypothesis {added[_NAME]}", f"bounded {how}")
    report.data = {"version": added[_NAME], "added": added}
    report.summary = f"hypothesis: {added[_NAME]} joined the dev group; {len(before)} locked packages kept their versions, {len(added)} are new"
    return report


def _present(pyproject: TomlFile) -> str | None:
    places = {"[project] dependencies": pyproject.get("project", "dependencies") or []}
    places |= {f"the group {name}": entries for name, entries in (pyproject.get("dependency-groups") or {}).items()}
    for place, entries in places.items():
        if any(_name(entry) == _NAME for entry in entries):
            return place
    return None


def _bounds(pyproject: TomlFile) -> str:
    """`exact` when most of what the dev group (or else the project) asks for is pinned."""
    texts = pyproject.get("dependency-groups", "dev") or pyproject.get("project", "dependencies") or []
    requirements = [text for text in texts if _name(text)]
    pinned = [text for text in requirements if "==" in text]
    return "exact" if 2 * len(pinned) >= len(requirements) and requirements else "lower"


def _name(entry: object) -> str | None:
    """The canonical name of an entry; None for `{include-group = …}`."""
    if not isinstance(entry, str):
        return None
    try:
        return canonicalize_name(Requirement(entry).name)
    except InvalidRequirement:
        return None


def _versions(packages: list[uv.LockedPackage]) -> list[str]:
    return sorted(package.version or "dynamic" for package in packages)


def _version(root: Path) -> str:
    return "/".join(_versions(uv.locked(root).get(_NAME, [])))
