"""The venv step: `.venv` from uv.lock, the same bytes for the same lock, place and tools. Knows no requirement file."""

import csv
import hashlib
import io
import os
import shutil
from pathlib import Path

from steps.core import tree, uv
from steps.core.findings import Report
from steps.core.processes import run

# Copies, because a link's target may change; bytecode by source hash, because a source's time is not reproducible.
SETTINGS = {"UV_LINK_MODE": "copy", "UV_COMPILE_BYTECODE": "1", "PYC_INVALIDATION_MODE": "CHECKED_HASH"}


def make(root: Path) -> Report:
    """`uv sync --locked --dev` into a fresh `.venv`. Raises `StepError` when the lock is missing or out of date."""
    environment = root / ".venv"
    if environment.exists():
        shutil.rmtree(environment)
    with tree.no_litter(root):
        run(
            ["uv", "sync", "--locked", "--dev"], cwd=root, extra=SETTINGS, what="uv sync --locked --dev",
            hint="`uv lock --check` says whether uv.lock fits pyproject.toml",
        )  # fmt: skip
    forgotten = _forget_times(environment)
    count, size, digest = _digest(environment)
    report = Report("venv")
    report.data = {"files": count, "bytes": size, "digest": digest, "uv": uv.version(), "times_forgotten": forgotten}
    report.summary = f"venv: {count} files, {size / 1e6:.0f} MB, sha256 {digest[:16]}"
    return report


def _forget_times(environment: Path) -> list[str]:
    """Removes the file times that uv notes for projects of the tree (`uv_cache.json`), and their line in RECORD."""
    forgotten = []
    for note in sorted(environment.glob("lib/python*/site-packages/*.dist-info/uv_cache.json")):
        name = f"{note.parent.name}/{note.name}"
        note.unlink()
        record = note.parent / "RECORD"
        rows = [row for row in csv.reader(record.read_text(encoding="utf-8").splitlines()) if row and row[0] != name]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        record.write_text(text.getvalue(), encoding="utf-8")
        forgotten.append(name)
    return forgotten


def _digest(environment: Path) -> tuple[int, int, str]:
    """Files, bytes, and one digest over every path, kind, permission and content, but not over times."""
    total = hashlib.sha256()
    count = size = 0
    for directory, folders, names in os.walk(environment):
        folders.sort()
        for name in sorted([*names, *(f for f in folders if Path(directory, f).is_symlink())]):
            path = Path(directory, name)
            if path.name == ".lock":
                continue
            content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
            kind = "link" if path.is_symlink() else oct(path.stat().st_mode & 0o777)
            total.update(f"{path.relative_to(environment)}\0{kind}\0".encode() + hashlib.sha256(content).digest())
            count, size = count + 1, size + len(content)
    return count, size, total.hexdigest()
