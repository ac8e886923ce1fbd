"""Steps that must fail, say why, and leave the tree as it was; and the command line's exit codes."""

import json
import subprocess
from pathlib import Path

import pytest

from conftest import copy_project, run_steps
from steps.migrate.equivalence import Before, compare


def _contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".venv" not in path.parts
    }


def test_a_missing_package_breaks_the_equivalence():
    result = compare(Before({"a.txt": {"six": "1", "idna": "2"}, "b.txt": {"six": "3"}}), {"six": "3", "more": "1"})
    assert not result.holds
    assert (result.missing, result.same, result.differences, result.added) == (["idna"], 1, [], {"more": "1"})


def test_a_version_that_differs_is_listed_but_holds():
    result = compare(Before({"a.txt": {"six": "1"}}), {"six": "2"})
    assert result.holds
    assert result.differences == [{"name": "six", "pip": ["1"], "uv": "2"}]


@pytest.mark.tools
def test_what_uv_would_lack_fails_with_its_place_and_undoes_everything(tree):
    root = tree({
        "setup.py": "from setuptools import setup\nsetup(\n  name='computed', version='1', py_modules=[],\n  install_requires=['six'] + [])\n",
        "requirements.txt": "-e .\n",
    })  # fmt: skip
    before = _contents(root)
    done = run_steps("uv-migrate", root, cwd=root)
    assert done.returncode == 1
    assert done.stderr == (
        "steps uv-migrate: pip would install packages that uv.lock lacks: six (from requirements.txt)\n"
        "    setup.py:4: not carried: install_requires=['six'] + []: not literal in setup.py; write it into pyproject.toml\n"
        "  hint: add them to pyproject.toml by hand, then run again\n"
    )
    assert _contents(root) == before


@pytest.mark.tools
def test_tests_that_would_be_lost_fail_the_conversion(tree):
    root = tree({
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["pytest==8.4.2"]\n',
        "pytest.ini": "[pytest]\ntestpaths = tests\n",
        "tests/test_a.py": "def test_a(): pass\n",
        "tests/test_b.py": "def test_b(): pass\n",
        "conftest.py": (
            "def pytest_ignore_collect(collection_path, config):\n"
            "    return True if config.inipath.suffix == '.toml' and collection_path.name == 'test_b.py' else None\n"
        ),
    })  # fmt: skip
    assert run_steps("hypothesis", root, cwd=root).returncode == 1  # no lock yet
    subprocess.run(["uv", "sync", "--quiet"], cwd=root, check=True)
    before = _contents(root)
    done = run_steps("pytest-config", root, cwd=root)
    assert done.returncode == 1
    assert done.stderr == (
        "steps pytest-config: the converted configuration does not mean the same:\n"
        "    - tests/test_b.py::test_b\n"
        "  hint: nothing was changed; if the project's plugins depend on the place of the configuration, convert by hand\n"
    )
    assert _contents(root) == before


@pytest.mark.tools
def test_install_times_are_measured_with_their_conditions(tmp_path):
    root = copy_project("hashed", tmp_path)
    before = _contents(root)
    done = run_steps("install-times", root, "--report", tmp_path / "install.json", "--python", "3.11", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "install.json").read_text())
    assert [(m["tool"], m["cache"], m["bytecode"]) for m in report["measurements"]] == [
        ("pip", "cold", True), ("pip", "warm", True), ("uv", "cold", False), ("uv", "warm", False), ("uv", "warm", True),
    ]  # fmt: skip
    assert report["install"]["seconds"].keys() == {"pip", "uv"}
    assert all(m["seconds"] > 0 for m in report["measurements"])
    assert report["packages"] >= 7
    assert _contents(root) == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["uv-migrate", "gone"], 2, "steps uv-migrate: gone is not a directory\n"),
        (["uv-migrate", "."], 1, "steps uv-migrate: no requirement file, no setup metadata and no [project] in the tree\n"
         "  hint: point the step at the directory that holds requirements*.txt (in it or below)\n"),
        (["hypothesis", "."], 1, "steps hypothesis: pyproject.toml has no [project]\n  hint: run uv-migrate first\n"),
        (["install-times", "."], 1, "steps install-times: no requirement files in the tree\n  hint: measure before migrating, on the tree as it was\n"),
    ],
)  # fmt: skip
def test_exit_codes_and_messages(tmp_path, arguments, code, message):
    done = run_steps(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (code, message)


@pytest.mark.parametrize(
    "step",
    [[], ["uv-migrate"], ["install-times"], ["venv"], ["pytest-config"], ["hypothesis"], ["hypothesis-profiles"]],
)
def test_help(tmp_path, step):
    done = run_steps(*step, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: steps")


@pytest.mark.tools
def test_strict_says_that_something_was_not_carried(tree):
    root = tree({"requirements.txt": "six==1.16.0\n--prefer-binary\n"})
    assert run_steps("uv-migrate", root, "--strict", "--no-equivalence", cwd=root).returncode == 3
