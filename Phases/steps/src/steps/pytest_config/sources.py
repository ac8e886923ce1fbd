"""Where a tree configures pytest, in the order in which pytest looks. Reads; changes nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from steps.core import ini, tree
from steps.core.errors import StepError
from steps.core.toml import TomlFile

PYPROJECT = "pyproject.toml"
# File, section, and whether the file counts without the section. pytest takes the first that counts and no other.
_PLACES = (
    ("pytest.ini", "pytest", True),
    (".pytest.ini", "pytest", True),
    (PYPROJECT, "tool.pytest.ini_options", False),
    ("tox.ini", "pytest", False),
    ("setup.cfg", "tool:pytest", False),
)


@dataclass(frozen=True)
class Source:
    file: str
    section: ini.Section | None  # None: pyproject.toml, or a pytest.ini without the section
    other_sections: list[str] = field(default_factory=list)


def find(root: Path) -> list[Source]:
    """All that exist, the effective one first. Raises `StepError` for the TOML files of pytest 9, which need no conversion."""
    for name in ("pytest.toml", ".pytest.toml"):
        if (root / name).is_file():
            raise StepError(f"{name}: pytest's own TOML file takes precedence over everything this step writes",
                            hint="move its table to [tool.pytest] in pyproject.toml by hand")  # fmt: skip
    found = []
    for file, section_name, always in _PLACES:
        path = root / file
        if not path.is_file():
            continue
        if file == PYPROJECT:
            if TomlFile(path).get("tool", "pytest", "ini_options") is not None:
                found.append(Source(file, None))
            continue
        sections = ini.parse(ini.read_text(path), file)
        if section_name in sections or always:
            others = [name for name in sections if name != section_name]
            found.append(Source(file, sections.get(section_name), others))
    return found


def nested(root: Path) -> list[str]:
    """Configurations below the root, which hold only for runs that begin there."""
    return [
        tree.relative(path, root)
        for path in tree.files(root)
        if path.parent != root and path.name in ("pytest.ini", ".pytest.ini")
    ]
