"""Where a tree still speaks of files that are gone: Dockerfiles, workflows, scripts, docs. Changes none of them."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from steps.core import tree
from steps.core.findings import Finding, Level, Location

_LARGEST = 1_000_000  # bytes; a larger file is data
_SKIPPED = frozenset({"uv.lock", "poetry.lock", "package-lock.json"})


def find(root: Path, gone: list[str]) -> Iterator[Finding]:
    """A finding for each line that names one of the files, by path or by name, or all of them by a pattern."""
    if not gone:
        return
    names = sorted({posixpath.basename(path) for path in gone} | set(gone), key=len, reverse=True)
    stems = sorted({re.split(r"[-_.]", posixpath.basename(path))[0] for path in gone})
    patterns = [re.escape(name) for name in names] + [
        re.escape(stem) + r"[-\w]*\*[-\w*]*\.(?:txt|in)" for stem in stems
    ]
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(patterns) + r")(?![\w-])")
    for path in tree.files(root):
        name = tree.relative(path, root)
        if path.name in _SKIPPED or name in gone or path.stat().st_size > _LARGEST:
            continue
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), start=1):
            if found := pattern.search(line):
                yield Finding(
                    Level.REFERENCE, line.strip()[:160], f"names {found.group()}, which is gone", Location(name, number)
                )
