"""Which conftest.py is the right one: the nearest that all test files see. Reads the tree; edits nothing."""

import os
import shlex
from fnmatch import fnmatch
from pathlib import Path

from steps.core import tree
from steps.core.toml import TomlFile
from steps.pytest_config import sources


def choose(root: Path) -> Path:
    """The deepest existing conftest.py above all tests, or the place where a new one has to stand."""
    tests = _test_files(root)
    if not tests:
        return root / "conftest.py"
    common = Path(os.path.commonpath([path.parent for path in tests]))
    folder = common
    while folder != root.parent:
        if (folder / "conftest.py").is_file():
            return folder / "conftest.py"
        folder = folder.parent
    return common / "conftest.py"


def _test_files(root: Path) -> list[Path]:
    places = [root / name for name in _setting(root, "testpaths") if (root / name).is_dir()] or [root]
    patterns = _setting(root, "python_files") or ["test_*.py", "*_test.py"]
    found = {
        path for place in places for path in tree.files(place)
        if path.suffix == ".py" and any(fnmatch(path.name, pattern) for pattern in patterns)
    }  # fmt: skip
    return sorted(found)


def _setting(root: Path, name: str) -> list[str]:
    """A list of words in the configuration that pytest reads here; empty when it does not say. Patterns are not unfolded."""
    source = next(iter(sources.find(root)), None)
    if source is None:
        return []
    if source.file == sources.PYPROJECT:
        value = TomlFile(root / source.file).get("tool", "pytest", "ini_options", name) or []
    else:
        option = source.section.options.get(name) if source.section else None
        value = option.value if option else []
    return shlex.split(value) if isinstance(value, str) else list(value)
