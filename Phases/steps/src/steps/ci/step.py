"""The ci-blocking step: every workflow edited in place, then held against GitHub's schema. Undoes itself on failure."""

import subprocess
import sys
from pathlib import Path

from steps.ci.workflow import edited
from steps.core import tree
from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.core.processes import environment


def block(root: Path, *, setup_uv: str) -> Report:
    """Edits and returns the report. On `StepError` the tree is as it was."""
    report = Report("ci-blocking")
    folder = root / ".github/workflows"
    files = sorted(path for path in folder.glob("*.y*ml") if path.suffix in (".yml", ".yaml"))
    names = [tree.relative(path, root) for path in files]
    invalid_before = set(_invalid(root, names))
    changed = []
    with tree.undone_on_failure(root, names):
        for path, name in zip(files, names, strict=True):
            text = path.read_bytes().decode("utf-8")
            newline = "\r\n" if "\r\n" in text else "\n"
            new = edited(text.replace("\r\n", "\n"), name, setup_uv, report).replace("\n", newline)
            if new != text:
                path.write_bytes(new.encode("utf-8"))
                changed.append(name)
        for name, message in _invalid(root, names).items():
            if name not in invalid_before:
                raise StepError(f"{name} no longer fits GitHub's schema:\n{message}", hint="nothing was changed")
            report.add(Level.NOT_CARRIED, name, "did not fit GitHub's schema before, and does not now")
    left = len(report.of(Level.NOT_CARRIED))
    report.data |= {"files": names, "changed": changed, "valid": not invalid_before, "left": left}
    report.summary = (
        f"ci-blocking: {len(changed)} of {len(names)} workflows changed; {left} places left, each with its reason"
    )
    return report


def _invalid(root: Path, names: list[str]) -> dict[str, str]:
    """What check-jsonschema says about each workflow that it does not accept."""
    said = {}
    for name in names:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", name]
        done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            if "No module named" in done.stderr:
                raise StepError("check-jsonschema is not installed", hint="the task `tools` installs it")
            said[name] = (done.stdout + done.stderr).strip()
    return said
