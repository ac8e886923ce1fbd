"""xdist-worksteal: addopts in each of its spellings, markers; worksteal-lint: every rule, and trees that are content."""

import libcst as cst
import pytest

from conftest import run_steps
from steps.core.toml import TomlFile
from steps.worksteal.addopts import set_worksteal
from steps.worksteal.markers import with_serial

LOCK = 'version = 1\n[[package]]\nname = "pytest-xdist"\nversion = "3.8.0"\n'


@pytest.mark.parametrize(
    ("before", "after", "removed"),
    [
        ('addopts = "-ra"', 'addopts = "-n auto --dist=worksteal -ra"', []),
        ('addopts = "-ra -n 4 --dist loadgroup -q"', 'addopts = "-ra -n auto --dist=worksteal -q"', ["-n 4", "--dist loadgroup"]),
        ('addopts = "-n0 -p no:xdist"', 'addopts = "-n auto --dist=worksteal"', ["-n0", "-p no:xdist"]),
        ('addopts = ""', 'addopts = "-n auto --dist=worksteal"', []),
        ('addopts = ["-ra"]', 'addopts = ["-n", "auto", "--dist=worksteal", "-ra"]', []),
        (
            'addopts = [\n    "-n", # workers\n    "auto",\n    "--dist=loadgroup", # grouped\n    "-ra",\n]',
            'addopts = [\n    "-n", # workers\n    "auto",\n    "--dist=worksteal", # grouped\n    "-ra",\n]',
            ["-n auto", "--dist=loadgroup"],
        ),
        ('addopts = ["-p", "no:cacheprovider", "--dist", "load", "-n", "2"]',
         'addopts = ["-p", "no:cacheprovider", "-n", "auto", "--dist=worksteal"]', ["--dist load", "-n 2"]),
        ("timeout = 3", 'timeout = 3\naddopts = "-n auto --dist=worksteal"', []),
    ],
)  # fmt: skip
def test_addopts(tmp_path, before: str, after: str, removed: list[str]) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.pytest.ini_options]\n{before}\n")
    pyproject = TomlFile(path)
    assert [option for option in set_worksteal(pyproject)] == [o for o in removed if o != "-n auto"]
    assert pyproject.text == f"[tool.pytest.ini_options]\n{after}\n"
    set_worksteal(pyproject)
    assert pyproject.text == f"[tool.pytest.ini_options]\n{after}\n"


def test_markers() -> None:
    before = (
        "pytestmark = [pytest.mark.a, pytest.mark.xdist_group('cache')]\n\n"
        "@pytest.mark.xdist_group(name=\"x\")\n@mark.xdist_group\ndef test_a(): pass\n"
    )  # fmt: skip
    assert with_serial(cst.parse_module(before)).code == (
        "pytestmark = [pytest.mark.a, pytest.mark.serial('cache')]\n\n"
        "@pytest.mark.serial(\"x\")\n@mark.serial\ndef test_a(): pass\n"
    )  # fmt: skip


def test_the_step_needs_the_one_configuration(tree) -> None:
    root = tree({"pytest.ini": "[pytest]\naddopts = -n0\n", "uv.lock": LOCK})
    done = run_steps("xdist-worksteal", root, cwd=root)
    assert done.returncode == 1
    assert done.stderr == (
        "steps xdist-worksteal: pytest reads pytest.ini, not pyproject.toml\n  hint: run pytest-config first\n"
    )


def test_the_step(tree) -> None:
    root = tree({
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--dist=loadgroup"\n',
        "uv.lock": LOCK,
        "tests/test_a.py": "import pytest\n\n\n@pytest.mark.xdist_group('a')\ndef test_a(): pass\n",
        "tests/conftest.py": "def pytest_collection_modifyitems(items):\n    items[0].add_marker('xdist_group')\n",
    })  # fmt: skip
    done = run_steps("xdist-worksteal", root, cwd=root)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "tests/conftest.py:2: not carried: items[0].add_marker('xdist_group'): left: the marker is named in a string",
        "tests/test_a.py:4: decision: xdist_group: a serial lease now; without a shared service behind these tests the marker may go",
    ]
    assert "@pytest.mark.serial('a')" in (root / "tests/test_a.py").read_text()


LINTED = {
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-n0"\n',
    "tests/conftest.py": (
        "import os\nimport pytest\nfrom sqlalchemy import create_engine\n\n\n"
        "@pytest.fixture(scope='session')\ndef engine():\n    return create_engine(os.environ['DATABASE_URL'])\n\n\n"
        "@pytest.fixture(scope='module')\ndef seen():\n    return []\n\n\n"
        "@pytest.fixture(scope='session')\ndef late(taskgraph_redis):\n    return taskgraph_redis.url\n"
    ),
    "tests/test_a.py": (
        "import pytest\n\nCACHE = {}\nCOUNT = 0\nNAMES = ['a']\n\n\n"
        "class TestSteps:\n"
        "    @pytest.mark.xdist_group('a')\n    def test_1_create(self, seen):\n        self.__class__.made = 1\n        seen.append(1)\n\n"
        "    @pytest.mark.order(2)\n    def test_use(self):\n        global COUNT\n        COUNT += 1\n        CACHE['x'] = 1\n\n"
        "    def test_clean(self, tmp_path):\n        local = []\n        local.append(NAMES[0])\n        open('/tmp/report.txt')\n"
    ),
}  # fmt: skip


def test_lint(tree) -> None:
    root = tree(LINTED)
    done = run_steps("worksteal-lint", root, "--strict", cwd=root)
    assert done.returncode == 3
    assert sorted(
        line.split(": disagreement: ")[0] + " " + line.split(": ")[2] for line in done.stderr.splitlines()
    ) == [
        "pyproject.toml:2 addopts",
        "tests/conftest.py:17 late (scope session)",
        "tests/conftest.py:7 engine (scope session)",
        "tests/test_a.py:10 test_1_create",
        "tests/test_a.py:11 self.__class__.made",
        "tests/test_a.py:12 seen",
        "tests/test_a.py:14 mark.order",
        "tests/test_a.py:16 COUNT",
        "tests/test_a.py:18 CACHE",
        "tests/test_a.py:23 '/tmp/report.txt'",
        "tests/test_a.py:9 xdist_group",
    ]


def test_lint_is_content_with_what_it_should_be(tree) -> None:
    root = tree({
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["-n", "auto", "--dist", "worksteal"]\n',
        "tests/conftest.py": "import pytest\n\n\n@pytest.fixture(scope='module')\ndef url(taskgraph_postgres):\n    return taskgraph_postgres.url\n",
        "tests/test_a.py": "import pytest\n\nNAMES = ['a']\n\n\n@pytest.mark.serial('x')\ndef test_10_names(url):\n    names = list(NAMES)\n    names.append('b')\n".replace("test_10_names", "test_names"),
    })  # fmt: skip
    done = run_steps("worksteal-lint", root, "--strict", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
