"""The uv-migrate step from beginning to end: read, ask pip, write, lock, compare, remove. Undoes itself when it fails."""

from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from steps.core import ini, tree, uv
from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.core.toml import TomlFile
from steps.migrate import equivalence, metadata, references
from steps.migrate.metadata import Metadata
from steps.migrate.plan import Plan, plan
from steps.migrate.settings import settings
from steps.migrate.write import set_constraints, write
from steps.requirements import closure as requirement_closure
from steps.requirements.closure import Closure

_TOUCHED = ("pyproject.toml", "setup.cfg", "uv.lock", ".python-version")


@dataclass(frozen=True)
class Options:
    python: str  # "3.11"
    name: str | None = None
    ask_pip: bool = True


def migrate(root: Path, options: Options) -> Report:
    """Migrates the tree and returns the report. On `StepError` the tree is as it was."""
    report = Report("uv-migrate")
    closure = requirement_closure.read(root)
    pyproject = TomlFile(root / "pyproject.toml")
    known = metadata.read(root)
    if not closure.files and (pyproject.get("project") is not None or not known.has_setup):
        return _nothing_to_do(root, pyproject, report)
    python = uv.find_python(options.python, cwd=root)
    before = equivalence.ask_pip(root, closure, python) if options.ask_pip else None
    with tree.undone_on_failure(root, _TOUCHED), tree.no_litter(root, keep=_TOUCHED):
        made = _write(root, closure, known, pyproject, options, report)
        _lock(root, pyproject, made, known, options, report)
        _check_pins(root, made, report)
        _check_hashes(root, closure, report)
        if before is not None:
            after = equivalence.ask_uv(root, python)
            result = equivalence.compare(before, after)
            report.data["equivalence"] = result.as_data(before, after)
            _judge(result, before, report)
    _remove(root, closure, report)
    report.extend(references.find(root, closure.paths))
    report.summary = _summary(root, closure, report)
    return report


def _nothing_to_do(root: Path, pyproject: TomlFile, report: Report) -> Report:
    if pyproject.get("project") is None:
        raise StepError(
            "no requirement file, no setup metadata and no [project] in the tree",
            hint="point the step at the directory that holds requirements*.txt (in it or below)",
        )
    report.summary = "nothing to migrate: no requirement files, and pyproject.toml has [project]"
    return report


def _write(
    root: Path, closure: Closure, known: Metadata, pyproject: TomlFile, options: Options, report: Report
) -> Plan:
    name, origin = metadata.project_name(root, known, options.name)
    report.add(Level.DECISION, f'name = "{name}"', f"from {origin}")
    declared = list(pyproject.get("project", "dependencies") or known.fields.get("dependencies") or [])
    extras = pyproject.get("project", "optional-dependencies") or known.fields.get("optional-dependencies") or {}
    made = plan(closure, declared, extras, _names_of_paths(root, closure))
    chosen = settings(closure, lambda path: (root / path).exists())
    if pyproject.get("tool", "poetry", "dependencies"):
        report.add(
            Level.NOT_CARRIED, "[tool.poetry.dependencies]", "a Poetry project's own table is not a requirement file"
        )
    report.extend([*closure.findings, *known.findings, *made.findings, *chosen.findings])
    fresh_project = pyproject.get("project") is None
    report.extend(write(pyproject, made, known, chosen, name=name, requires_python=f">={options.python}"))
    pyproject.save()
    if fresh_project:
        _shrink_setup_cfg(root, known, report)
    _write_python_version(root, options.python, report)
    return made


def _names_of_paths(root: Path, closure: Closure) -> dict[str, str]:
    names: dict[str, str] = {}
    for file in closure.files.values():
        for entry in file.entries:
            if entry.path is None or entry.name or entry.path == ".":
                continue
            place = root / entry.path
            if place.suffix == ".whl":
                try:
                    names[entry.path] = parse_wheel_filename(place.name)[0]
                except InvalidWheelFilename as error:
                    raise StepError(f"{entry.location}: {error}") from error
            elif place.is_dir():
                names[entry.path] = metadata.distribution_name(place) or ""
            elif not place.exists():
                raise StepError(f"{entry.location}: {entry.path} does not exist", hint="pip would fail on it too")
    return names


def _lock(root: Path, pyproject: TomlFile, made: Plan, known: Metadata, options: Options, report: Report) -> None:
    """Locks with the compiled pins as constraints first, then without: uv keeps what is locked."""
    if made.lock_pins:
        named = {(entry.key, str(entry.marker or "")) for entry in made.lock_pins}
        others = [entry for entry in made.constraints if (entry.key, str(entry.marker or "")) not in named]
        final = pyproject.text
        set_constraints(pyproject, others + [replace(pin, above=(), beside="") for pin in made.lock_pins])
        pyproject.save()
        _lock_or_narrow(root, pyproject, known, options, report)
        narrowed = pyproject.get("project", "requires-python")
        pyproject.text = final
        _set_requires_python(pyproject, narrowed)
        pyproject.save()
    _lock_or_narrow(root, pyproject, known, options, report)


def _lock_or_narrow(root: Path, pyproject: TomlFile, known: Metadata, options: Options, report: Report) -> None:
    try:
        uv.lock(root)
    except StepError:
        declared = known.fields.get("requires-python")
        wanted = f">={options.python}"
        if not declared or pyproject.get("project", "requires-python") != declared:
            raise
        # uv resolves for every Python that is declared; pip only ever did for the one it ran on.
        _set_requires_python(pyproject, wanted)
        pyproject.save()
        uv.lock(root)
        report.add(
            Level.DECISION, f'requires-python = "{wanted}"', f"the pins do not resolve for all of {declared}, which was declared",
            known.places.get("requires-python"),
        )  # fmt: skip


def _set_requires_python(pyproject: TomlFile, value: str) -> None:
    if pyproject.get("project", "requires-python") != value:
        document = pyproject.document()
        document["project"]["requires-python"] = value  # type: ignore[index]
        pyproject.put(document)


def _check_pins(root: Path, made: Plan, report: Report) -> None:
    locked = uv.locked(root)
    for pin in made.lock_pins:
        versions = [package.version for package in locked.get(pin.key, [])]
        if not versions:
            report.add(Level.NOTE, pin.text(), "pinned, but nothing needs it: not in uv.lock", pin.location)
        elif pin.pin not in versions:
            raise StepError(f"{pin.location}: {pin.text()} became {', '.join(str(v) for v in versions)} in uv.lock")


def _check_hashes(root: Path, closure: Closure, report: Report) -> None:
    """pip's `--hash` asked for certain files; uv.lock must know the same ones."""
    locked = uv.locked(root)
    for file in closure.files.values():
        for entry in file.entries:
            known = {digest for package in locked.get(entry.key, []) for digest in package.hashes}
            lost = [digest for digest in entry.hashes if digest not in known]
            if entry.hashes and entry.key in locked and not lost:
                report.add(Level.NOTE, entry.name, f"all {len(entry.hashes)} hashes are in uv.lock", entry.location)
            elif lost and entry.key in locked:
                report.add(
                    Level.NOT_CARRIED,
                    f"{entry.name} --hash={lost[0]}",
                    f"{len(lost)} hashes that uv.lock does not list",
                    entry.location,
                )


def _judge(result: equivalence.Equivalence, before: equivalence.Before, report: Report) -> None:
    for difference in result.differences:
        report.add(
            Level.DECISION,
            difference["name"],
            f"pip would install {' or '.join(difference['pip'])}, uv.lock has {difference['uv']}",
        )
    if not result.holds:
        wanted = ", ".join(
            f"{name} (from {', '.join(f for f, got in before.by_file.items() if name in got)})"
            for name in result.missing
        )
        details = "".join(f"\n    {finding}" for finding in report.of(Level.NOT_CARRIED))
        raise StepError(
            f"pip would install packages that uv.lock lacks: {wanted}{details}",
            hint="add them to pyproject.toml by hand, then run again",
        )


def _shrink_setup_cfg(root: Path, known: Metadata, report: Report) -> None:
    """Removes from setup.cfg what pyproject.toml now says; the file goes when nothing else is in it."""
    path = root / "setup.cfg"
    if not known.setup_cfg_options:
        return
    text = ini.read_text(path)
    for section_name, option_name in known.setup_cfg_options:
        section = ini.parse(text, "setup.cfg")[section_name]
        whole = len(section.options) == 1 and not section.trailing_comments
        text = ini.without_section(text, section) if whole else ini.without_option(text, section.options[option_name])
    report.add(Level.NOTE, "setup.cfg", f"{len(known.setup_cfg_options)} options moved to [project]")
    if ini.has_content(text):
        path.write_bytes(text.encode("utf-8"))
    else:
        path.unlink()


def _write_python_version(root: Path, python: str, report: Report) -> None:
    path = root / ".python-version"
    present = path.read_text(encoding="utf-8").split() if path.is_file() else []
    if present and (present[0] == python or present[0].startswith(python + ".")):
        return
    if present:
        report.add(Level.DECISION, ".python-version", f"said {present[0]}, now says {python} as asked for")
    path.write_text(python + "\n", encoding="utf-8")


def _remove(root: Path, closure: Closure, report: Report) -> None:
    for name in closure.paths:
        path = root / name
        path.unlink()
        folder = path.parent
        while folder != root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
    report.data["removed"] = closure.paths


def _summary(root: Path, closure: Closure, report: Report) -> str:
    counts = {level: len(report.of(level)) for level in Level}
    locked = sum(len(packages) for packages in uv.locked(root).values())
    same = report.data.get("equivalence")
    verdict = (
        f"pip's {same['same'] + len(same['version_differences'])} packages are all there, {len(same['version_differences'])} in another version"
        if same else "pip was not asked"
    )  # fmt: skip
    return (
        f"uv-migrate: {len(closure.paths)} requirement files became [project] and uv.lock ({locked} packages); {verdict}; "
        f"{counts[Level.NOT_CARRIED]} not carried, {counts[Level.DECISION]} decisions, {counts[Level.REFERENCE]} references to removed files"
    )
