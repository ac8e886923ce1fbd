"""One requirement file to values: every line becomes an entry, an option, an include or a finding."""

import pytest

from steps.core.findings import Level
from steps.requirements.parse import parse


@pytest.mark.parametrize(
    ("line", "text", "path", "editable"),
    [
        ("Six == 1.16.0", "Six==1.16.0", None, False),
        ("a[y,x]<3,>=1,!=2", "a[x,y]>=1,<3,!=2", None, False),
        ('a>1 ; sys_platform == "win32"', "a>1 ; sys_platform == 'win32'", None, False),
        ("a @ https://h.example/a-1.0-py3-none-any.whl", "a @ https://h.example/a-1.0-py3-none-any.whl", None, False),
        ("https://h.example/a_b-1.0-py3-none-any.whl", "a-b @ https://h.example/a_b-1.0-py3-none-any.whl", None, False),
        ("https://h.example/a-1.0.tar.gz", "a @ https://h.example/a-1.0.tar.gz", None, False),
        (
            "git+https://h.example/a.git@v1#egg=a&subdirectory=s",
            "a @ git+https://h.example/a.git@v1#subdirectory=s",
            None,
            False,
        ),
        ("-e git+ssh://git@h.example/a.git#egg=a[x]", "a[x] @ git+ssh://git@h.example/a.git", None, False),
        ("-e .", "", ".", True),
        ("--editable=./libs/a[x]", "[x]", "libs/a", True),
        ("./libs/a ; python_version < '4'", " ; python_version < '4'", "libs/a", False),
        ("a @ file:libs/a", "a", "libs/a", False),
        ("wheels/a-1.0-py3-none-any.whl", "", "wheels/a-1.0-py3-none-any.whl", False),
        ("six==1 --hash=sha256:00 --hash sha256:11", "six==1", None, False),
    ],
)
def test_entries(line, text, path, editable):
    file = parse(line.encode(), "d/r.txt")
    assert [(e.text(), e.path, e.editable) for e in file.entries] == [(text, path, editable)]
    assert [f for f in file.findings if f.level is Level.NOT_CARRIED] == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("six =< 1", "r.txt:1: not carried: six =< 1: not a requirement (PEP 508): Expected end or semicolon (after name and no valid version specifier)"),
        ("--prefer-binary", "r.txt:1: not carried: --prefer-binary: uv has no such preference; list the packages in `[tool.uv] no-build-package`"),
        ("six --global-option=x", "r.txt:1: not carried: --global-option x: uv passes no options to setup.py"),
        (
            "six --config-settings=x=y",
            "r.txt:1: not carried: --config-settings x=y: "
            "belongs in `[tool.uv.config-settings-package]`, whose syntax differs",
        ),
        ("-r https://h.example/r.txt", "r.txt:1: not carried: --requirement https://h.example/r.txt: lies on another host; copy its lines into the tree"),
        ("https://h.example/archive", "r.txt:1: not carried: https://h.example/archive: a URL without a name; write it as `name @ URL`"),
        ("a @ https://${TOKEN}@h.example/a.whl", "r.txt:1: not carried: a @ https://${TOKEN}@h.example/a.whl: holds an environment variable, which pyproject.toml cannot"),
        ("--require-hashes", "r.txt:1: note: --require-hashes: uv.lock always has hashes"),
        ("-e git+https://h.example/a#egg=a", "r.txt:1: decision: git+https://h.example/a#egg=a: uv installs version control sources, not as editable"),
        ("--made-up", "r.txt:1: not carried: --made-up: no option that uv knows"),
        ('six "', "r.txt:1: not carried: six \": not a requirement (PEP 508): Expected end or semicolon (after name and no valid version specifier)"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_is_found_with_its_place(line, finding):
    assert [str(f) for f in parse(line.encode(), "r.txt").findings] == [finding]


def test_includes_are_relative_to_their_file():
    file = parse(b"-r base.txt\n-c../c.txt\n--requirement=more/x.txt", "reqs/dev.txt")
    assert [(i.path, i.is_constraint) for i in file.includes] == [
        ("reqs/base.txt", False),
        ("c.txt", True),
        ("reqs/more/x.txt", False),
    ]


def test_hashes_and_options():
    file = parse(b"-i https://h.example/simple --pre\nsix==1 --hash=sha256:00", "r.txt")
    assert [(o.kind.value, o.value) for o in file.options] == [("index-url", "https://h.example/simple"), ("pre", "")]
    assert file.entries[0].hashes == ("sha256:00",)


def test_every_line_says_something():
    """No line of a file full of everything disappears."""
    lines = [
        "six",
        "-e .",
        "-r a.txt",
        "-c b.txt",
        "-i https://h.example",
        "--pre",
        "--use-feature=x",
        "???",
        "./x",
        "--require-hashes",
    ]
    file = parse("\n".join(lines).encode(), "r.txt")
    told = {v.location.line for v in [*file.entries, *file.options, *file.includes, *file.findings]}
    assert told == set(range(1, len(lines) + 1))
