"""pip as the steps use it: ask what it would install, and install. Each time in a fresh environment of its own."""

import json
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from steps.core.errors import StepError
from steps.core.processes import run


@dataclass(frozen=True)
class Installation:
    """What pip would install for some requirement files: version by canonical name."""

    versions: dict[str, str]
    pip_version: str


def make_environment(python: Path, at: Path, *, cwd: Path) -> Path:
    """A clean virtual environment with the pip that the interpreter bundles. Returns its interpreter."""
    run([python, "-m", "venv", at], cwd=cwd, what=f"making a virtual environment with {python}",
        hint="the venv module may be missing (Debian: python3-venv)")  # fmt: skip
    return at / "bin" / "python"


def would_install(interpreter: Path, files: list[str], *, tree: Path, scratch: Path) -> Installation:
    """`pip install --dry-run --ignore-installed --report` of the files together, run in the tree."""
    report = scratch / "pip-report.json"
    arguments = [word for file in files for word in ("-r", file)]
    run(
        [interpreter, "-m", "pip", "install", "--quiet", "--no-input", "--dry-run", "--ignore-installed", "--report", report, *arguments],
        cwd=tree, what=f"pip install --dry-run {' '.join(arguments)}",
        hint="pip cannot install the requirement files as they are; mend them before migrating",
    )  # fmt: skip
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StepError(f"pip wrote no readable report: {error}", hint="pip 22.2 or newer is needed") from error
    versions = {
        canonicalize_name(item["metadata"]["name"]): item["metadata"]["version"] for item in document["install"]
    }
    return Installation(versions, document["pip_version"])
