"""pyproject.toml edited as a person would."""

import pytest

from steps.core.errors import StepError
from steps.core.findings import Location
from steps.core.toml import TomlFile
from steps.migrate.metadata import Metadata
from steps.migrate.plan import Plan
from steps.migrate.settings import Settings
from steps.migrate.write import set_constraints, write
from steps.requirements.parse import parse


def _entries(*lines: str):
    return parse("\n".join(lines).encode(), "r.txt").entries


def test_existing_tables_grow(tree):
    before = "\n".join([
        "# top", "[project]", 'name = "x"  # the name', 'dependencies = [', '    "six",  # old', "]", "",
        "[dependency-groups]", 'dev = ["pytest"]', "", "[tool.uv]", "# mine", "managed = true", "", "[tool.ruff]  # last", "",
    ])  # fmt: skip
    file = TomlFile(tree({"pyproject.toml": before.replace("\n", "\r\n")}) / "pyproject.toml")
    made = Plan(
        groups={"": _entries("six", "# why", "idna<4  # so"), "dev": _entries("black")}, constraints=_entries("a<2")
    )
    write(file, made, Metadata(), Settings(values={"prerelease": "allow"}), name="x", requires_python=">=3.11")
    file.save()
    text = file.path.read_bytes().decode()
    assert "\n" not in text.replace("\r\n", "")
    for kept in ("# top", 'name = "x"  # the name', '"six",  # old', "# mine", "[tool.ruff]  # last", "# why", "# so"):
        assert kept in text
    assert file.get("project", "dependencies") == ["six", "idna<4"]
    assert file.get("project", "requires-python") == ">=3.11"
    assert file.get("dependency-groups", "dev") == ["pytest", "black"]
    assert file.get("tool", "uv") == {"managed": True, "prerelease": "allow", "constraint-dependencies": ["a<2"]}


def test_constraints_come_and_go(tree):
    file = TomlFile(tree({"pyproject.toml": '[project]\nname = "x"\n'}) / "pyproject.toml")
    before = file.data
    set_constraints(file, _entries("a<2"))
    assert file.get("tool", "uv", "constraint-dependencies") == ["a<2"]
    set_constraints(file, [])
    assert file.get("tool", "uv") is None
    assert file.get("project") == before["project"]


def test_bad_toml_is_located(tree):
    with pytest.raises(StepError, match=r"^pyproject.toml: not TOML: .*line 1"):
        TomlFile(tree({"pyproject.toml": "[project\n"}) / "pyproject.toml")


def test_location_reads_as_editors_do():
    assert str(Location("a/b.txt", 3)) == "a/b.txt:3"
