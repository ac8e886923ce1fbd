"""The files of a tree as a step sees them, and a guard against litter that tools leave in it. Knows no step."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

# Never part of a project's own sources: version control, environments, caches, other ecosystems' packages.
SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__", ".pytest_cache",
    ".mypy_cache", ".ruff_cache", ".hypothesis", ".eggs", "site-packages", ".taskgraph",
})  # fmt: skip


def files(root: Path) -> Iterator[Path]:
    """Every regular file of the tree in sorted order, as absolute paths; links are not followed."""
    for directory, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not _is_environment(directory, name))
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


def relative(path: Path, root: Path) -> str:
    """`path` as a report shows it: relative to the tree, with `/`, with `..` where it lies outside."""
    return Path(os.path.relpath(path, root)).as_posix()


def copy(root: Path, to: Path) -> Path:
    """Copies the tree's own sources, so that a tool may build in them. Returns `to`."""
    shutil.copytree(root, to, symlinks=True, ignore=shutil.ignore_patterns(*SKIPPED))
    return to


@contextmanager
def no_litter(root: Path, keep: Collection[str] = ()) -> Iterator[None]:
    """Removes what appears in the tree while the block runs: egg-info of a metadata build, coverage files, caches.

    The environment and version control are left alone. `keep` names what the block is meant to create.
    """
    before = set(_everything(root)) | {root / name for name in keep}
    try:
        yield
    finally:
        for path in sorted(set(_everything(root)) - before, key=lambda p: len(p.parts)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.is_symlink() or path.exists():
                path.unlink()


@contextmanager
def undone_on_failure(root: Path, names: Collection[str]) -> Iterator[None]:
    """Gives the named files of the tree their content back, absence included, when the block raises."""
    kept = {name: (root / name).read_bytes() if (root / name).is_file() else None for name in names}
    try:
        yield
    except BaseException:
        for name, data in kept.items():
            if data is not None:
                (root / name).write_bytes(data)
            else:
                (root / name).unlink(missing_ok=True)
        raise


def _everything(root: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", ".venv", "node_modules")]
        for name in folders + names:
            yield Path(directory, name)


def _is_environment(directory: str, name: str) -> bool:
    return Path(directory, name, "pyvenv.cfg").is_file()
