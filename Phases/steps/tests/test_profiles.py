"""The profiles written into a conftest.py, and which conftest.py that is."""

import subprocess
import sys

import pytest

from steps.core.errors import StepError
from steps.hypothesis_setup.conftests import choose
from steps.hypothesis_setup.profiles import with_profiles

BLOCK = """
# Hypothesis: CI must not depend on luck, a developer wants an answer soon.
hypothesis.settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.register_profile("dev", max_examples=25, deadline=None)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '"""What all tests share."""\n\nimport os\n\nimport hypothesis\n' + BLOCK),
        ("import pytest\n\nX = 1\n", "import os\n\nimport hypothesis\nimport pytest\n" + BLOCK + "\nX = 1\n"),
        (
            '"""D."""\nfrom __future__ import annotations\n\nimport sys\nfrom abc import ABC\n\n# third\nimport httpx\nfrom x import settings\n',
            '"""D."""\nfrom __future__ import annotations\n\nimport os\nimport sys\nfrom abc import ABC\n\n# third\nimport httpx\nimport hypothesis\nfrom x import settings\n' + BLOCK,
        ),
        (
            "import os\nos.environ['A'] = 'b'  # first\nimport app\n@fixture\ndef f(): pass\n",
            "import os\n\nimport hypothesis\n\nos.environ['A'] = 'b'  # first\nimport app\n" + BLOCK + "\n@fixture\ndef f(): pass\n",
        ),
    ],
)  # fmt: skip
def test_edit(before, after):
    edited = with_profiles(before, "conftest.py")
    assert edited.source == after
    assert edited.registered == ("ci", "dev")
    assert edited.loads
    assert with_profiles(after, "conftest.py").source == after


def test_what_is_there_stays():
    source = "from hypothesis import settings\nsettings.register_profile('ci', max_examples=1)\nsettings.load_profile('ci')\n"
    edited = with_profiles(source, "conftest.py")
    assert edited.registered == ("dev",)
    assert not edited.loads
    assert "max_examples=1" in edited.source
    assert "import os" not in edited.source


def test_result_is_accepted_by_python():
    subprocess.run([sys.executable, "-c", f"compile({with_profiles('', 'c').source!r}, 'c', 'exec')"], check=True)


def test_a_broken_conftest_is_located():
    with pytest.raises(StepError, match=r"^t/conftest.py:2: not Python: "):
        with_profiles("x = 1\ndef (\n", "t/conftest.py")


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["t/unit/test_a.py", "t/test_b.py", "t/conftest.py", "conftest.py"], "t/conftest.py"),
        (["t/unit/test_a.py", "t/conftest.py", "t/unit/conftest.py"], "t/unit/conftest.py"),
        (["t/unit/test_a.py", "t/e2e/b_test.py", "t/unit/conftest.py"], "t/conftest.py"),
        (["a/test_a.py", "b/test_b.py", "a/conftest.py"], "conftest.py"),
        ([], "conftest.py"),
    ],
)
def test_choice(tree, files, chosen):
    root = tree(dict.fromkeys(files, ""))
    assert choose(root) == root / chosen


def test_testpaths_narrow_the_choice(tree):
    root = tree({"a/test_a.py": "", "b/test_b.py": "", "tox.ini": "[pytest]\ntestpaths = b\n"})
    assert choose(root) == root / "b/conftest.py"


def test_python_files_say_what_a_test_is(tree):
    root = tree({"a/check_a.py": "", "b/test_b.py": "", "pytest.ini": "[pytest]\npython_files = check_*.py\n"})
    assert choose(root) == root / "a/conftest.py"
