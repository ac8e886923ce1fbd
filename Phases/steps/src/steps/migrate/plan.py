"""What the new pyproject.toml shall say: requirement files and metadata, sorted into places. Pure; writes nothing."""

from dataclasses import dataclass, field, replace
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from steps.core.errors import StepError
from steps.core.findings import Finding, Level
from steps.migrate.known_tools import is_test_tool
from steps.requirements.closure import RUNTIME, Closure
from steps.requirements.model import Entry


@dataclass
class Plan:
    """Entries by role (`""` is the program itself), constraints and uv's settings, with every decision as a finding."""

    groups: dict[str, list[Entry]] = field(default_factory=dict)
    constraints: list[Entry] = field(default_factory=list)
    lock_pins: list[Entry] = field(default_factory=list)  # for the first lock only, so that it upgrades nothing
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    uses_itself: bool = False  # `-e .` or `.`: the project is installed too
    findings: list[Finding] = field(default_factory=list)

    def group(self, role: str) -> list[Entry]:
        return self.groups.setdefault(role, [])


def plan(closure: Closure, declared: list[str], extras: dict[str, list[str]], names_of_paths: dict[str, str]) -> Plan:
    """`declared` and `extras` are the project's own dependencies; `names_of_paths` the projects that paths lead to."""
    result = Plan()
    own = _declared_names(declared)
    sources_of = set(closure.sources)
    for path in sorted(closure.files, key=lambda p: (closure.roles[p] != RUNTIME, closure.roles[p] != "dev")):
        file = closure.files[path]
        if path in sources_of:
            result.lock_pins += [entry for entry in file.entries if entry.pin]
            result.findings.append(
                Finding(
                    Level.DECISION,
                    path,
                    f"compiled from {closure.sources[path]}: its pins go into uv.lock, not into pyproject.toml",
                )
            )
            # A place (a path, a URL) cannot be a pin; its source names it too.
            continue
        for entry in file.entries:
            _place(entry, closure.roles[path], own, extras, names_of_paths, result)
    for role in result.groups:
        result.groups[role] = _merged(result.groups[role])
    _drop_repeated(result)
    for file in closure.constraints.values():
        result.constraints += [_as_constraint(entry, result) for entry in file.entries]
    result.constraints = _merged(result.constraints)
    result.lock_pins = _first_pins(result.lock_pins, result)
    return result


def _place(
    entry: Entry, role: str, own: set[str], extras: dict[str, list[str]], names_of_paths: dict[str, str], result: Plan
) -> None:
    if entry.path == ".":
        result.uses_itself = True
        for extra in sorted(entry.extras):
            _unfold_extra(extra, entry, role, extras, result)
        return
    if entry.path is not None:
        name = entry.name or names_of_paths.get(entry.path, "")
        if not name:
            result.findings.append(
                Finding(
                    Level.NOT_CARRIED, entry.path, "no name is written literally in the project there", entry.location
                )
            )
            return
        entry = replace(entry, name=name)
        source: dict[str, Any] = {"path": entry.path}
        if entry.editable:
            source["editable"] = True
        result.sources[canonicalize_name(name)] = source
    if role == RUNTIME and entry.path is None and is_test_tool(entry.name):
        result.findings.append(
            Finding(
                Level.DECISION,
                entry.name,
                "to the dev group: a known test tool in a file of run-time requirements",
                entry.location,
            )
        )
        role = "dev"
    if entry.key in own and role == RUNTIME and not entry.url and entry.path is None:
        if entry.specifier:
            result.constraints.append(replace(entry, extras=frozenset()))
            result.findings.append(Finding(
                Level.DECISION, entry.text(),
                "the project's metadata declares it already; this bound becomes a `constraint-dependencies` entry", entry.location,
            ))  # fmt: skip
        return
    result.group(role).append(entry)


def _unfold_extra(extra: str, entry: Entry, role: str, extras: dict[str, list[str]], result: Plan) -> None:
    """`-e .[dev]`: what the extra asks for joins the role of the file that asked."""
    found = next(
        (values for name, values in extras.items() if canonicalize_name(name) == canonicalize_name(extra)), None
    )
    if found is None:
        result.findings.append(
            Finding(Level.NOT_CARRIED, f".[{extra}]", "the project declares no such extra", entry.location)
        )
        return
    target = role if role != RUNTIME else "dev"
    for text in found:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            result.findings.append(
                Finding(Level.NOT_CARRIED, text, f"not a requirement, in extra {extra}", entry.location)
            )
            continue
        result.group(target).append(Entry(
            location=entry.location, name=requirement.name, extras=frozenset(requirement.extras),
            specifier=requirement.specifier, marker=requirement.marker, url=requirement.url,
        ))  # fmt: skip
    result.findings.append(
        Finding(
            Level.DECISION,
            f".[{extra}]",
            f"what the extra asks for joins the dependency group {target}",
            entry.location,
        )
    )


def _merged(entries: list[Entry]) -> list[Entry]:
    """One entry for each name and marker. Two different exact versions are an error that names both places."""
    merged: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.key, str(entry.marker or ""))
        other = merged.get(key)
        if other is None:
            merged[key] = entry
            continue
        specifier = _both(other, entry)
        if specifier is None or (other.url and entry.url and other.url != entry.url):
            raise StepError(
                f"{entry.location}: {entry.text()} contradicts {other.text()} at {other.location}",
                hint="one environment can hold only one of them: make the two lines agree",
            )
        merged[key] = replace(
            other, extras=other.extras | entry.extras, specifier=specifier,
            above=other.above or entry.above, beside=other.beside or entry.beside, hashes=other.hashes + entry.hashes,
            url=other.url or entry.url, path=other.path or entry.path,
        )  # fmt: skip
    return list(merged.values())


def _both(left: Entry, right: Entry) -> SpecifierSet | None:
    """What both allow: of a pin and bounds that admit it, the pin. None when a pin is excluded by the other."""
    for one, other in ((left, right), (right, left)):
        if one.pin:
            return one.specifier if other.specifier.contains(one.pin, prereleases=True) else None
    return left.specifier & right.specifier


def _drop_repeated(result: Plan) -> None:
    """What the program needs anyway is not said again in a group, where it is said the same way."""
    runtime = {entry.text() for entry in result.groups.get(RUNTIME, ())}
    for role, entries in result.groups.items():
        if role != RUNTIME:
            result.groups[role] = [entry for entry in entries if entry.text() not in runtime]


def _as_constraint(entry: Entry, result: Plan) -> Entry:
    if entry.extras:
        result.findings.append(Finding(
            Level.DECISION, entry.text(), "extras have no meaning in a constraint (pip refuses them): the version bound is kept",
            entry.location,
        ))  # fmt: skip
    return replace(entry, extras=frozenset())


def _first_pins(pins: list[Entry], result: Plan) -> list[Entry]:
    """One version a package for the first lock; a second, different one is told."""
    kept: dict[tuple[str, str], Entry] = {}
    for pin in pins:
        key = (pin.key, str(pin.marker or ""))
        if key in kept and kept[key].pin != pin.pin:
            result.findings.append(
                Finding(
                    Level.NOT_CARRIED,
                    pin.text(),
                    f"{kept[key].location} pins {kept[key].pin}, and one lock holds one version",
                    pin.location,
                )
            )
        kept.setdefault(key, replace(pin, extras=frozenset()))
    return list(kept.values())


def _declared_names(declared: list[str]) -> set[str]:
    names = set()
    for text in declared:
        try:
            names.add(canonicalize_name(Requirement(text).name))
        except InvalidRequirement:
            continue
    return names
