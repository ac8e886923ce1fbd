"""An ini section as `[tool.pytest.ini_options]` text, type by type."""

import pytest

from steps.core import ini
from steps.core.errors import StepError
from steps.pytest_config.render import table


def _table(options: str, types: dict[str, str] | None = None) -> str:
    section = ini.parse(f"[pytest]\n{options}", "pytest.ini")["pytest"]
    return table(section, types or {}, "pytest.ini").removeprefix("[tool.pytest.ini_options]\n")


@pytest.mark.parametrize(
    ("options", "types", "expected"),
    [
        ("addopts = -n auto -k 'a b'", {}, "addopts = \"-n auto -k 'a b'\"\n"),
        (
            "addopts =\n  -n auto\n  # quiet\n  -q",
            {},
            'addopts = [\n    "-n",\n    "auto",\n    # quiet\n    "-q",\n]\n',
        ),
        ("testpaths = a b", {}, 'testpaths = ["a", "b"]\n'),
        ("markers =\n  a: one # two\n  b", {}, 'markers = [\n    "a: one # two",\n    "b",\n]\n'),
        ("filterwarnings = ignore:\\(x\\)", {}, "filterwarnings = [\n    'ignore:\\(x\\)',\n]\n"),
        ("log_cli = Yes\nxfail_strict=off", {}, "log_cli = true\nxfail_strict = false\n"),
        ("log_cli = perhaps", {}, 'log_cli = "perhaps"\n'),
        ("timeout = 30\nversion = 007", {}, 'timeout = 30\nversion = "007"\n'),
        ("log_format = 100%% %(x)s", {}, 'log_format = "100%% %(x)s"\n'),
        ("theirs =\n  a\n  b", {}, 'theirs = "a\\nb"\n'),
        ("theirs =\n  a\n  b", {"theirs": "linelist"}, 'theirs = [\n    "a",\n    "b",\n]\n'),
        ("# why\n; and how\nasyncio_mode = auto\n# end", {}, '# why\n# and how\nasyncio_mode = "auto"\n# end\n'),
        ("addopts = 'a\n  # x\n  b'", {}, 'addopts = [\n    "a\\nb",\n]\n'),
        ("markers =", {}, "markers = []\n"),
    ],
)
def test_values(options, types, expected):
    assert _table(options, types) == expected


def test_an_open_quotation_is_located():
    with pytest.raises(StepError, match=r"^pytest.ini:2: testpaths cannot be split into words: No closing quotation$"):
        _table("testpaths = 'a")
