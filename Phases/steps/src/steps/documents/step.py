"""The steps docs and cleanup: which files are documents, each edited in place; and whether anything still refers to what is gone."""

from collections.abc import Callable
from pathlib import Path

from steps.core import tree
from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.documents import builds, commands, facts, markdown, remarks, stale
from steps.documents.facts import Facts
from steps.documents.sentences import Told
from steps.migrate import references

# What tells of the past stays as it was written.
_HISTORY = ("CHANGELOG", "CHANGES", "HISTORY", "NEWS")
_Lines = Callable[[list[str], Facts], list[str]]


def update(root: Path, before: Path) -> Report:
    """Edits the documents of `root`, which was `before` when the plan began. A second run changes nothing."""
    if not before.is_dir():
        raise StepError(f"{before} is not a directory", hint="--before names the tree as it was before the plan")
    known = facts.of(root, before)
    report = Report("docs")
    changed = []
    for path in tree.files(root):
        name = tree.relative(path, root)
        edit = _editor(name)
        if edit is None:
            continue
        try:
            old = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            report.add(Level.NOT_CARRIED, name, f"not read: not UTF-8 (byte {error.start})")
            continue
        newline = "\r\n" if "\r\n" in old else "\n"
        told = Told(known)
        new = edit(old.replace("\r\n", "\n"), told).replace("\n", newline)
        for line, text, reason in told.removed:
            report.add(Level.NOTE, text, f"removed: {reason}", Location(name, line))
        if new != old:
            path.write_bytes(new.encode("utf-8"))
            changed.append(name)
    _name_what_is_left(root, known, report)
    left = len(report.of(Level.NOT_CARRIED))
    report.data |= {
        "changed": changed,
        "removed": len(report.of(Level.NOTE)),
        "left": left,
        "gone": sorted(known.gone_files),
    }
    report.summary = (
        f"docs: {len(changed)} files changed, {len(report.of(Level.NOTE))} statements removed, {left} places left"
    )
    return report


def clean(root: Path, before: Path) -> Report:
    """Holds the tree against what is gone: no such file, no folder left empty by it, no line that names one."""
    known = facts.of(root, before)
    report = Report("cleanup")
    removed = []
    for folder in sorted({(root / name).parent for name in known.gone_files}, key=lambda path: -len(path.parts)):
        if folder != root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            removed.append(tree.relative(folder, root))
    found = [
        finding
        for finding in references.find(root, sorted(known.gone_files))
        if finding.location and not Path(finding.location.file).name.upper().startswith(_HISTORY)
    ]
    for finding in found:
        report.add(Level.NOT_CARRIED, finding.text, finding.reason, finding.location)
    report.data |= {"gone": sorted(known.gone_files), "removed": removed, "referenced": len(found)}
    report.summary = f"cleanup: {len(known.gone_files)} files are gone, {len(found)} lines refer to them"
    return report


def _editor(name: str) -> Callable[[str, Told], str] | None:
    """What edits a file of that name; None for one that is not a document."""
    file = name.rsplit("/")[-1]
    if file.upper().startswith(_HISTORY):
        return None
    if file.endswith((".md", ".markdown")):
        return markdown.edited
    if file in ("Makefile", "GNUmakefile", "makefile") or file.endswith(".mk"):
        return _with_remarks(builds.makefile)
    if file.startswith(("Dockerfile", "Containerfile")) or file.endswith(".Dockerfile"):
        return _with_remarks(builds.dockerfile)
    if file == ".pre-commit-config.yaml":
        return _with_remarks(builds.pre_commit)
    if file.endswith((".sh", ".bash")):
        return _with_remarks(commands.block)
    if file == "pyproject.toml":
        return _with_remarks(lambda lines, known: [stale.corrected(line, known) for line in lines])
    if name.startswith(".github/workflows/") and file.endswith((".yml", ".yaml")):
        return _with_remarks(lambda lines, _: lines)
    return None


def _with_remarks(edit: _Lines) -> Callable[[str, Told], str]:
    return lambda text, told: "\n".join(edit(remarks.edited(text.split("\n"), told), told.facts))


def _name_what_is_left(root: Path, known: Facts, report: Report) -> None:
    """A finding for each line that still names a gone file."""
    for finding in references.find(root, sorted(known.gone_files)):
        if finding.location and _editor(finding.location.file):
            report.add(Level.NOT_CARRIED, finding.text, finding.reason, finding.location)
        else:
            report.extend([finding])
