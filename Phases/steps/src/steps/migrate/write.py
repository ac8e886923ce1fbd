"""A plan as pyproject.toml text: new tables where there are none, added keys and elements where there are. Runs nothing."""

from typing import Any

import tomlkit

from steps.core.findings import Finding, Level
from steps.core.toml import Element, TomlFile, array, extend, string
from steps.migrate.metadata import Metadata
from steps.migrate.plan import Plan
from steps.migrate.settings import Settings
from steps.requirements.closure import RUNTIME
from steps.requirements.model import Entry

_PLACEHOLDER_VERSION = "0.0.0"
_BUILD_SYSTEM = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
# The order in which `[project]` keys are usually written.
_ORDER = (
    "name", "version", "description", "readme", "requires-python", "license", "authors", "maintainers", "keywords",
    "classifiers", "dynamic", "dependencies",
)  # fmt: skip


def write(
    file: TomlFile, plan: Plan, metadata: Metadata, settings: Settings, *, name: str, requires_python: str
) -> list[Finding]:
    """Edits `file` in memory. Returns what it decided about `[project]`'s own fields."""
    findings: list[Finding] = []
    fields = _fields(metadata, name, requires_python, file.get("project") or {}, findings)
    runtime = [_element(entry) for entry in plan.groups.get(RUNTIME, ())]
    fresh: list[str] = []
    if file.get("project") is None:
        own = [Element(text) for text in fields.pop("dependencies", [])]
        fresh += _project_tables(fields, own + runtime)
    else:
        _complete_project(file, fields, runtime)
    _write_groups(file, plan, fresh)
    _write_uv(file, plan, settings, fresh)
    if (plan.uses_itself or fields.get("dynamic")) and file.get("build-system") is None and metadata.has_setup:
        fresh.append(_BUILD_SYSTEM)
    if fresh:
        block = "\n".join(part.rstrip("\n") + "\n" for part in fresh)
        file.prepend(block) if block.startswith("[project]") else file.append(block)
    return findings


def set_constraints(file: TomlFile, entries: list[Entry]) -> None:
    """Replaces `[tool.uv] constraint-dependencies`; no entries remove the key, and the table if that was all."""
    document = file.document()
    uv: Any = document.setdefault("tool", tomlkit.table(is_super_table=True)).setdefault("uv", tomlkit.table())
    if entries:
        uv["constraint-dependencies"] = _item(array([_element(entry) for entry in entries]))
    else:
        uv.pop("constraint-dependencies", None)
        if not uv:
            document["tool"].pop("uv")  # type: ignore[union-attr]
    file.put(document)


def _element(entry: Entry) -> Element:
    return Element(entry.text(), entry.above, entry.beside)


def _fields(
    metadata: Metadata, name: str, requires_python: str, existing: dict[str, Any], findings: list[Finding]
) -> dict[str, Any]:
    """The `[project]` keys to write: what the metadata says, completed, less what stands there already."""
    fields = {**metadata.fields, "name": name}
    fields.setdefault("requires-python", requires_python)
    dynamic = [key for key in metadata.dynamic if key not in fields]
    if (
        "version" not in fields
        and "version" not in dynamic
        and "version" not in existing
        and "version" not in existing.get("dynamic", ())
    ):
        fields["version"] = _PLACEHOLDER_VERSION
        findings.append(
            Finding(Level.DECISION, f'version = "{_PLACEHOLDER_VERSION}"', "nothing in the tree says a version")
        )
    if dynamic and not existing:
        fields["dynamic"] = dynamic
    already = {*existing, *existing.get("dynamic", ())}
    return {key: value for key, value in fields.items() if key not in already}


def _project_tables(fields: dict[str, Any], dependencies: list[Element]) -> list[str]:
    lines = ["[project]"]
    tables: list[str] = []
    rank = {key: index for index, key in enumerate(_ORDER)}
    for key in sorted(fields, key=lambda k: rank.get(k, len(_ORDER))):
        value = fields[key]
        if key in ("urls", "scripts", "gui-scripts"):
            tables.append(_table(f"project.{key}", value))
        elif key == "entry-points":
            tables += [_table(f"project.entry-points.{_key(group)}", points) for group, points in value.items()]
        elif key == "optional-dependencies":
            tables.append(
                _arrays_table("project.optional-dependencies", {k: [Element(v) for v in vs] for k, vs in value.items()})
            )
        elif isinstance(value, list) and key in ("classifiers", "keywords"):
            lines.append(f"{key} = {array([Element(text) for text in value])}")
        else:
            lines.append(f"{key} = {_inline(value)}")
    lines.append(f"dependencies = {array(dependencies)}")
    return ["\n".join(lines) + "\n", *tables]


def _complete_project(file: TomlFile, fields: dict[str, Any], runtime: list[Element]) -> None:
    document = file.document()
    project: Any = document["project"]
    own = [Element(text) for text in fields.pop("dependencies", [])]
    for key, value in fields.items():
        project[key] = value
    _grow(project, "dependencies", own + runtime)
    file.put(document)


def _write_groups(file: TomlFile, plan: Plan, fresh: list[str]) -> None:
    groups = {
        role: [_element(e) for e in entries] for role, entries in plan.groups.items() if role != RUNTIME and entries
    }
    if not groups:
        return
    if file.get("dependency-groups") is None:
        fresh.append(_arrays_table("dependency-groups", groups))
        return
    document = file.document()
    table: Any = document["dependency-groups"]
    for role, elements in groups.items():
        _grow(table, role, elements)
    file.put(document)


def _write_uv(file: TomlFile, plan: Plan, settings: Settings, fresh: list[str]) -> None:
    values: dict[str, Any] = dict(settings.values)
    constraints = [_element(entry) for entry in plan.constraints]
    used = {entry.key for entries in plan.groups.values() for entry in entries}
    sources = {key: value for key, value in plan.sources.items() if key in used}
    if file.get("tool", "uv") is None:
        lines = [f"{key} = {_inline(value)}" for key, value in values.items()]
        if constraints:
            lines.append(f"constraint-dependencies = {array(constraints)}")
        parts = ["[tool.uv]\n" + "\n".join(lines) + "\n"] if lines else []
        if sources:
            parts.append(_table("tool.uv.sources", sources))
        parts += [f"[[tool.uv.index]]\n{_body(index)}\n" for index in settings.indexes]
        fresh += parts
        return
    document = file.document()
    uv: Any = document["tool"]["uv"]  # type: ignore[index]
    for key, value in values.items():
        if isinstance(value, list):
            _grow(uv, key, [Element(text) for text in value])
        else:
            uv[key] = value
    _grow(uv, "constraint-dependencies", constraints)
    if sources:
        table = uv.setdefault("sources", tomlkit.table())
        for key, source in sources.items():
            table[key] = _item(_inline(source))
    if settings.indexes:
        tables = uv.setdefault("index", tomlkit.aot())
        for index in settings.indexes:
            tables.append(tomlkit.item(index))
    file.put(document)


def _grow(table: Any, key: str, elements: list[Element]) -> None:
    if not elements:
        return
    if key not in table or not table[key]:
        table[key] = _item(array(elements))
    else:
        present = {str(value) for value in table[key]}
        extend(table[key], [element for element in elements if element.value not in present])


def _arrays_table(name: str, arrays: dict[str, list[Element]]) -> str:
    return f"[{name}]\n" + "".join(f"{_key(key)} = {array(elements)}\n" for key, elements in arrays.items())


def _table(name: str, values: dict[str, Any]) -> str:
    return f"[{name}]\n{_body(values)}\n"


def _body(values: dict[str, Any]) -> str:
    return "\n".join(f"{_key(key)} = {_inline(value)}" for key, value in values.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(inner) for inner in value) + "]"
    return string(value) if isinstance(value, str) else tomlkit.item(value).as_string()


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else string(key)


def _item(text: str) -> Any:
    return tomlkit.parse(f"x = {text}\n")["x"]
