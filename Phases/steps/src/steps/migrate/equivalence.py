"""Whether uv installs what pip would have: pip's own answer before, uv.lock's export after. Changes nothing."""

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.markers import UndefinedEnvironmentName
from packaging.utils import canonicalize_name

from steps.core import pip, tree, uv
from steps.core.processes import run
from steps.requirements.closure import Closure
from steps.requirements.parse import parse


@dataclass
class Before:
    """pip's answers: for each file that a person would install, what it would bring."""

    by_file: dict[str, dict[str, str]] = field(default_factory=dict)
    pip_version: str = ""

    @property
    def versions(self) -> dict[str, set[str]]:
        result: dict[str, set[str]] = {}
        for installed in self.by_file.values():
            for name, version in installed.items():
                result.setdefault(name, set()).add(version)
        return result


@dataclass
class Equivalence:
    missing: list[str] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)  # name, pip, uv
    same: int = 0

    @property
    def holds(self) -> bool:
        return not self.missing

    def as_data(self, before: Before, after: dict[str, str]) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "pip": {"version": before.pip_version, "files": before.by_file},
            "uv": after,
            "same": self.same,
            "missing": self.missing,
            "added": self.added,
            "version_differences": self.differences,
        }


def ask_pip(root: Path, closure: Closure, python: Path) -> Before:
    """Each root file by itself, as people install them: two files may rightly contradict each other."""
    result = Before()
    with tempfile.TemporaryDirectory(prefix="steps-pip-") as scratch, tree.no_litter(root):
        interpreter = pip.make_environment(python, Path(scratch, "venv"), cwd=root)
        for file in closure.roots:
            answer = pip.would_install(interpreter, [file], tree=root, scratch=Path(scratch))
            result.by_file[file] = answer.versions
            result.pip_version = answer.pip_version
    return result


def ask_uv(root: Path, python: Path) -> dict[str, str]:
    """uv.lock's export for this platform, every group included. A place without a version counts with its locked one."""
    with tree.no_litter(root):
        exported = run(
            ["uv", "export", "--locked", "--all-groups", "--no-hashes", "--no-header", "--no-annotate", "--quiet"],
            cwd=root,
            what="uv export",
        ).stdout
    environment = _marker_environment(python, root)
    locked = uv.locked(root)
    by_path = {
        _place(package.source): package.name
        for packages in locked.values()
        for package in packages
        if _place(package.source)
    }
    result: dict[str, str] = {}
    for entry in parse(exported.encode(), "uv export").entries:
        if entry.marker is not None and not _holds(entry, environment):
            continue
        name = canonicalize_name(entry.name or by_path.get(entry.path or "", entry.path or ""))
        known = [package.version for package in locked.get(name, []) if package.version]
        result[name] = entry.pin or (known[0] if known else "")
    return result


def compare(before: Before, after: dict[str, str]) -> Equivalence:
    result = Equivalence()
    for name, versions in sorted(before.versions.items()):
        if name not in after:
            result.missing.append(name)
        elif after[name] in versions or not after[name]:
            result.same += 1
        else:
            result.differences.append({"name": name, "pip": sorted(versions), "uv": after[name]})
    result.added = {name: version for name, version in sorted(after.items()) if name not in before.versions}
    return result


def _place(source: dict[str, Any]) -> str | None:
    for kind in ("editable", "virtual", "directory", "path"):
        if kind in source:
            return source[kind]
    return None


def _holds(entry: Any, environment: dict[str, str]) -> bool:
    try:
        return bool(entry.marker.evaluate(environment))
    except UndefinedEnvironmentName:
        return True


def _marker_environment(python: Path, root: Path) -> dict[str, str]:
    """The marker values of the target interpreter, which need not be the one that runs this."""
    program = (
        "import json, os, platform, sys;"
        "print(json.dumps({'implementation_name': sys.implementation.name, 'os_name': os.name, 'sys_platform': sys.platform,"
        "'platform_machine': platform.machine(), 'platform_python_implementation': platform.python_implementation(),"
        "'platform_release': platform.release(), 'platform_system': platform.system(), 'platform_version': platform.version(),"
        "'python_full_version': platform.python_version(), 'python_version': '.'.join(platform.python_version_tuple()[:2]),"
        "'implementation_version': platform.python_version()}))"
    )
    return json.loads(run([python, "-c", program], cwd=root).stdout)
