"""Which conftest.py is the right one: the nearest that all test files see. Reads the tree; edits nothing."""

import os
import shlex
from pathlib import Path

from steps.core import ini, tree
from steps.core.toml import TomlFile


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
    places = [root / name for name in _testpaths(root) if (root / name).is_dir()] or [root]
    found = {path for place in places for path in tree.files(place) if _is_test(path.name)}
    return sorted(found)


def _is_test(name: str) -> bool:
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _testpaths(root: Path) -> list[str]:
    """`testpaths` of the first configuration that says it; patterns in it are not unfolded."""
    for file, section in (("pytest.ini", "pytest"), (".pytest.ini", "pytest")):
        if (root / file).is_file():
            return _from_ini(root / file, section)
    value = TomlFile(root / "pyproject.toml").get("tool", "pytest", "ini_options", "testpaths")
    if value is not None:
        return shlex.split(value) if isinstance(value, str) else list(value)
    for file, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        if (root / file).is_file() and (names := _from_ini(root / file, section)):
            return names
    return []


def _from_ini(path: Path, section: str) -> list[str]:
    sections = ini.parse(ini.read_text(path), path.name)
    option = sections[section].options.get("testpaths") if section in sections else None
    return shlex.split(option.value) if option else []
