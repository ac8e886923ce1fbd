"""The pytest-config step: convert the effective section, remove the others, and let pytest compare. Undoes itself on failure."""

from collections import Counter
from pathlib import Path

from steps.core import ini, tree
from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.core.pytest_probe import Seen, ask
from steps.core.toml import TomlFile
from steps.pytest_config import sources
from steps.pytest_config.render import table
from steps.pytest_config.sources import PYPROJECT, Source

_TOUCHED = ("pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", PYPROJECT)
_SHOWN = 20  # test ids shown in an error; the report has all


def convert(root: Path, *, collect: bool) -> Report:
    """Converts and returns the report. On `StepError` the tree is as it was."""
    report = Report("pytest-config")
    found = sources.find(root)
    for name in sources.nested(root):
        report.add(Level.NOT_CARRIED, name, "holds only for runs that begin in its directory; left as it is")
    if not found or (len(found) == 1 and found[0].file == PYPROJECT):
        where = "[tool.pytest.ini_options] is the only configuration" if found else "pytest is not configured anywhere"
        report.summary = f"pytest-config: nothing to convert: {where}"
        return report
    effective = found[0]
    keys = sorted({*_keys(effective), *_keys_of_table(root)})
    before = ask(root, keys=keys) if collect else None
    with tree.undone_on_failure(root, _TOUCHED):
        _edit(root, found, before.types if before else {}, report)
        if before is not None:
            _compare(before, ask(root, keys=keys), root, report)
    verdict = f"pytest collects the same {report.data['tests']} tests" if collect else "pytest was not asked"
    report.summary = (
        f"pytest-config: {effective.file} became [tool.pytest.ini_options] ({len(_keys(effective))} options); {verdict}"
    )
    return report


def _keys(source: Source) -> list[str]:
    return list(source.section.options) if source.section else []


def _keys_of_table(root: Path) -> list[str]:
    return list(TomlFile(root / PYPROJECT).get("tool", "pytest", "ini_options") or {})


def _edit(root: Path, found: list[Source], types: dict[str, str], report: Report) -> None:
    effective, *idle = found
    pyproject = TomlFile(root / PYPROJECT)
    if effective.file != PYPROJECT:
        if any(source.file == PYPROJECT for source in idle):
            _drop_table(pyproject)
            report.add(
                Level.DECISION, "[tool.pytest.ini_options]", f"pytest never read it beside {effective.file}; replaced"
            )
        pyproject.append(table(effective.section, types, effective.file))
        pyproject.save()
    for source in found:
        if source.file == PYPROJECT:
            continue
        if source is not effective:
            place = Location(source.file, source.section.line if source.section else 1)
            report.add(
                Level.DECISION, source.file, f"pytest never read its section beside {effective.file}; removed", place
            )
        _remove(root, source, report)


def _drop_table(pyproject: TomlFile) -> None:
    document = pyproject.document()
    tool = document["tool"]
    tool["pytest"].pop("ini_options")  # type: ignore[index,union-attr]
    if not tool["pytest"]:  # type: ignore[index]
        tool.pop("pytest")  # type: ignore[union-attr]
    pyproject.put(document)


def _remove(root: Path, source: Source, report: Report) -> None:
    path = root / source.file
    if source.file.endswith("pytest.ini"):
        for name in source.other_sections:
            report.add(
                Level.NOT_CARRIED,
                f"[{name}]",
                f"stood in {source.file}, where pytest does not read it",
                Location(source.file, 1),
            )
        path.unlink()
        return
    assert source.section is not None
    text = ini.without_section(ini.read_text(path), source.section)
    if ini.has_content(text):
        path.write_bytes(text.encode("utf-8"))
    else:
        path.unlink()
        report.add(Level.NOTE, source.file, "held nothing else; removed")


def _compare(before: Seen, after: Seen, root: Path, report: Report) -> None:
    lost = sorted((Counter(before.ids) - Counter(after.ids)).elements())
    gained = sorted((Counter(after.ids) - Counter(before.ids)).elements())
    options = {
        key: {"before": before.ini.get(key), "after": after.ini.get(key)}
        for key in sorted(before.ini)
        if before.ini.get(key) != after.ini.get(key)
    }
    errors = sorted(set(before.errors) ^ set(after.errors))
    report.data |= {
        "tests": len(after.ids), "ids": after.ids, "lost": lost, "gained": gained, "options": after.ini,
        "options_differing": options, "collection_errors": after.errors,
    }  # fmt: skip
    for node in before.errors:
        report.add(Level.NOTE, node, "cannot be collected, before as after")
    if not before.ids:
        report.add(Level.DECISION, "no test was collected", "the comparison of test ids proves nothing")
    differences = (
        [f"- {node}" for node in lost] + [f"+ {node}" for node in gained] + [f"! {node}: an error on one side only" for node in errors]
        + [f"~ {key}: {values['before']!r} before, {values['after']!r} after" for key, values in options.items()]
    )  # fmt: skip
    if differences:
        more = f"\n    … and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        raise StepError(
            "the converted configuration does not mean the same:\n    " + "\n    ".join(differences[:_SHOWN]) + more,
            hint="nothing was changed; if the project's plugins depend on the place of the configuration, convert by hand",
        )
