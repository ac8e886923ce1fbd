"""setup.py's literal keywords as `[project]` fields, read without running it. What is computed is a finding."""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steps.core.errors import StepError
from steps.core.findings import Finding, Level, Location
from steps.migrate import setup_cfg

if TYPE_CHECKING:
    from steps.migrate.metadata import Metadata

_PLAIN = {
    "name": "name", "version": "version", "description": "description", "classifiers": "classifiers",
    "install_requires": "dependencies", "extras_require": "optional-dependencies", "python_requires": "requires-python",
}  # fmt: skip
# Keywords that setuptools takes from setup.py alone, whatever pyproject.toml says.
_STAY = frozenset({
    "packages", "package_dir", "py_modules", "package_data", "include_package_data", "exclude_package_data", "ext_modules",
    "cmdclass", "scripts", "data_files", "zip_safe", "distclass", "options", "libraries", "headers", "ext_package",
    "long_description_content_type", "license_files", "platforms", "cffi_modules", "rust_extensions", "use_scm_version",
})  # fmt: skip


def read(root: Path, into: Metadata) -> None:
    path = root / "setup.py"
    if not path.is_file():
        return
    try:
        module = ast.parse(path.read_bytes(), "setup.py")
    except SyntaxError as error:
        raise StepError(f"setup.py:{error.lineno}: not Python: {error.msg}") from error
    call = next((node for node in ast.walk(module) if isinstance(node, ast.Call) and _is_setup(node.func)), None)
    into.has_setup = True
    if call is None:
        into.findings.append(
            Finding(Level.NOT_CARRIED, "setup.py", "no call of setup() found in it", Location("setup.py", 1))
        )
        return
    constants = _constants(module)
    for keyword in call.keywords:
        _read_keyword(keyword, constants, into)


def _read_keyword(keyword: ast.keyword, constants: dict[str, Any], into: Metadata) -> None:
    place = Location("setup.py", keyword.value.lineno)
    if keyword.arg is None:
        into.findings.append(Finding(Level.NOT_CARRIED, "setup(**…)", "keywords that are computed", place))
        return
    name, written = keyword.arg, ast.unparse(keyword.value)
    if name in _STAY:
        return
    try:
        value = constants[written] if written in constants else ast.literal_eval(keyword.value)
    except ValueError:
        _computed(name, written, place, into)
        return
    if name in _PLAIN:
        key = _PLAIN[name]
        if key in ("dependencies", "classifiers") and isinstance(value, str):
            value = [value]
        into.fields[key] = list(value) if isinstance(value, tuple) else value
        into.places[key] = place
    elif name == "entry_points" and isinstance(value, dict):
        for group, lines in value.items():
            setup_cfg.entry_points(group, [lines] if isinstance(lines, str) else list(lines), place, into)
    elif name == "keywords":
        into.fields["keywords"] = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    elif name == "license":
        into.fields["license"] = {"text": value}
    elif name == "url":
        into.fields.setdefault("urls", {})["Homepage"] = value
    elif name == "project_urls":
        into.fields.setdefault("urls", {}).update(value)
    elif name in ("author", "author_email", "maintainer", "maintainer_email"):
        people = into.fields.setdefault("authors" if name.startswith("author") else "maintainers", [{}])
        people[0]["email" if name.endswith("_email") else "name"] = value
    elif name == "long_description":
        into.dynamic.append("readme")
    else:
        into.findings.append(Finding(Level.NOT_CARRIED, f"{name}={written[:60]}", "no `[project]` field", place))


def _computed(name: str, written: str, place: Location, into: Metadata) -> None:
    """What setup.py computes: left to setuptools as `dynamic` where that is possible, else reported."""
    dynamic = {
        "version": "version",
        "long_description": "readme",
        "description": "description",
        "entry_points": "entry-points",
    }
    text = f"{name}={written[:60]}"
    if name in dynamic:
        into.dynamic.append(dynamic[name])
        if name == "entry_points":
            into.dynamic += ["scripts", "gui-scripts"]
        into.findings.append(
            Finding(Level.NOTE, text, f"not literal: stays with setup.py, `{dynamic[name]}` is dynamic", place)
        )
    else:
        into.findings.append(
            Finding(Level.NOT_CARRIED, text, "not literal in setup.py; write it into pyproject.toml", place)
        )


def _is_setup(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "setup") or (
        isinstance(function, ast.Attribute) and function.attr == "setup"
    )


def _constants(module: ast.Module) -> dict[str, Any]:
    """Module-level names bound once, to a literal: `VERSION = "1.2"` is as good as the literal itself."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            found.pop(name, None)
            if name not in seen:
                with contextlib.suppress(ValueError):
                    found[name] = ast.literal_eval(node.value)
            seen.add(name)
    return found
