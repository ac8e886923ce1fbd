"""setup.cfg's declarative metadata as `[project]` fields. Knows setuptools' names for them; edits nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steps.core import ini
from steps.core.findings import Finding, Level, Location

if TYPE_CHECKING:
    from steps.migrate.metadata import Metadata

_METADATA = {
    "name": "name", "version": "version", "description": "description", "summary": "description",
    "long_description": "readme", "keywords": "keywords", "classifiers": "classifiers", "classifier": "classifiers",
    "license": "license", "url": "urls", "home_page": "urls", "project_urls": "urls", "author": "authors",
    "author_email": "authors", "maintainer": "maintainers", "maintainer_email": "maintainers",
}  # fmt: skip
_SILENT = frozenset({"long_description_content_type", "license_files", "license_file", "platforms"})


def read(root: Path, into: Metadata) -> None:
    path = root / "setup.cfg"
    if not path.is_file():
        return
    sections = ini.parse(ini.read_text(path), "setup.cfg")
    people: dict[str, dict[str, str]] = {}
    for section in sections.values():
        for option in section.options.values():
            _read_option(section.name, option, into, people)
    for key, person in people.items():
        into.fields[key] = [person]
    into.has_setup = into.has_setup or "options" in sections or "metadata" in sections


def _read_option(section: str, option: ini.Option, into: Metadata, people: dict[str, dict[str, str]]) -> None:
    place = Location("setup.cfg", option.line)
    name = option.name.replace("-", "_")
    if section == "metadata" and name in ("author", "author_email", "maintainer", "maintainer_email"):
        people.setdefault(_METADATA[name], {})["email" if name.endswith("_email") else "name"] = option.value
    elif section == "metadata" and name in _METADATA:
        _metadata(name, option.value, place, into)
    elif section == "metadata" and name not in _SILENT:
        into.findings.append(
            Finding(Level.NOT_CARRIED, f"{name} = {_short(option.value)}", "no `[project]` field", place)
        )
        return
    elif section == "options" and name == "install_requires":
        _field(into, "dependencies", _requirements(option), place)
    elif section == "options" and name == "python_requires":
        _field(into, "requires-python", option.value.strip(), place)
    elif section == "options.extras_require":
        into.fields.setdefault("optional-dependencies", {})[option.name] = _requirements(option)
        into.places.setdefault("optional-dependencies", place)
    elif section == "options.entry_points":
        entry_points(option.name, _list(option.value), place, into)
    elif section == "options" and name in ("tests_require", "setup_requires"):
        into.findings.append(
            Finding(Level.NOT_CARRIED, f"{name} = {_short(option.value)}", "setuptools no longer reads it", place)
        )
        return
    else:
        return  # packages, package_data, tools' sections: still read from setup.cfg
    if _carried(section, name, into):
        into.setup_cfg_options.append((section, option.name))


def _carried(section: str, name: str, into: Metadata) -> bool:
    if section == "metadata":
        return name in _METADATA and _METADATA[name] not in into.dynamic
    return True


def _metadata(name: str, value: str, place: Location, into: Metadata) -> None:
    key = _METADATA[name]
    if key in ("name", "version", "description") and re.match(r"(attr|file):", value):
        into.dynamic.append(key)
        into.fields.pop(key, None)
        into.findings.append(
            Finding(Level.NOTE, f"{name} = {value}", f"stays with setuptools: `{key}` is dynamic", place)
        )
    elif key == "readme":
        if value.startswith("file:") and "," not in value:
            _field(into, "readme", value.removeprefix("file:").strip(), place)
        else:
            into.dynamic.append("readme")
    elif key == "urls":
        urls = into.fields.setdefault("urls", {})
        pairs = (
            [line.partition("=") for line in _list(value)]
            if name == "project_urls"
            else [("Homepage", "=", value.strip())]
        )
        urls.update({label.strip(): url.strip() for label, _, url in pairs})
    elif key == "keywords":
        _field(into, key, [w.strip() for w in re.split(r"[,\n]", value) if w.strip()], place)
    elif key == "classifiers":
        _field(into, key, _list(value), place)
    elif key == "license":
        _field(into, key, {"text": value.strip()}, place)
    else:
        _field(into, key, value.strip(), place)


def entry_points(group: str, lines: list[str], place: Location, into: Metadata) -> None:
    """Entry points of one group as `[project.scripts]`, `[project.gui-scripts]` or `[project.entry-points.GROUP]`."""
    values = {name.strip(): target.strip() for name, _, target in (line.partition("=") for line in lines)}
    if group in ("console_scripts", "gui_scripts"):
        key = "scripts" if group == "console_scripts" else "gui-scripts"
        into.fields.setdefault(key, {}).update(values)
    else:
        into.fields.setdefault("entry-points", {}).setdefault(group, {}).update(values)
        key = "entry-points"
    into.places.setdefault(key, place)


def _field(into: Metadata, key: str, value: Any, place: Location) -> None:
    into.fields[key] = value
    into.places[key] = place


def _list(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()]


def _requirements(option: ini.Option) -> list[str]:
    """As setuptools parts them: an element a line, or, all on the option's own line, by `;`."""
    if len(option.value_lines) == 1:
        return [part.strip() for part in option.value.split(";") if part.strip()]
    return _list(option.value)


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:57] + "…"
