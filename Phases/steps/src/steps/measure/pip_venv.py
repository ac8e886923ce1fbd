"""The environment of the state before: `.venv` by pip from the requirement files, as its contributors made it."""

import shutil
from pathlib import Path

from steps.core import pip, tree, uv
from steps.core.errors import StepError
from steps.core.findings import Report
from steps.core.processes import run
from steps.requirements import closure as requirement_closure


def make(root: Path, python: str) -> Report:
    """Installs file after file, as a person would. Raises `StepError` when there is nothing to install from."""
    files = requirement_closure.read(root).roots
    if not files:
        raise StepError("no requirement files in the tree", hint="this is for the tree as it was before the migration")
    environment = root / ".venv"
    if environment.exists():
        shutil.rmtree(environment)
    with tree.no_litter(root):
        interpreter = pip.make_environment(uv.find_python(python, cwd=root), environment, cwd=root)
        for file in files:
            run(
                [interpreter, "-m", "pip", "install", "--quiet", "--no-input", "--no-compile", "-r", file],
                cwd=root, what=f"pip install -r {file}",
            )  # fmt: skip
        # By the hash of the source: a layer keeps no times, and bytecode that does not fit is made again by every process.
        run(
            [interpreter, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", environment / "lib"],
            cwd=root, what="compiling the environment", accept=(0, 1),
        )  # fmt: skip
    report = Report("pip-venv")
    report.data = {"files": files, "python": python}
    report.summary = f"pip-venv: .venv from {', '.join(files)}"
    return report
