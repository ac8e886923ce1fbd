"""docs and cleanup: commands, prose, builds, one by one; a whole tree; the second run; what is left is named."""

import pytest

from conftest import run_steps
from steps.documents import builds, commands, facts, markdown, remarks
from steps.documents.facts import Facts
from steps.documents.sentences import Told, judged, split

FACTS = Facts(
    gone_files=frozenset({"backend/requirements.txt", "requirements-e2e.txt", "pytest.ini"}),
    gone_names=frozenset({"exclusive"}),
    groups=frozenset({"dev", "e2e"}),
    vendored=("vendor",),
    locked=True, parallel=True, private=True, blocking=True, more_tests=True,
)  # fmt: skip
NOTHING = Facts(frozenset(), frozenset(), frozenset(), (), False, False, False, False, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["python3.11 -m venv .venv", "source .venv/bin/activate", "pip install -r backend/requirements.txt"],
         ["source .venv/bin/activate", "uv sync --dev --locked"]),
        (["virtualenv venv2", "make"], ["uv venv venv2", "make"]),
        (["python -m venv .venv && .venv/bin/pip install -e '.[dev]'"], ["uv sync --dev --locked"]),
        (["/opt/venv/bin/pip install -r requirements-prod.txt"], ["UV_PROJECT_ENVIRONMENT=/opt/venv uv sync --no-dev --locked"]),
        (['  "$venv/bin/pip" install -q -r a.txt'], ['  UV_PROJECT_ENVIRONMENT="$venv" uv sync --quiet --dev --locked']),
        (["pip install -r frontend/requirements-e2e.txt"], ["uv sync --locked --group e2e"]),
        (["pip install --dry-run --quiet -r a.txt"], ["uv lock --check"]),
        (["pip freeze > pins.txt", "pip freeze > backend/requirements.txt"], ["uv export --quiet --locked --no-hashes > pins.txt", "uv lock"]),
        (["pip install pre-commit && pre-commit install"], ["uv tool install pre-commit && pre-commit install"]),
        (["python -m pytest a -n0 -q", "$(BIN)/python -m pytest -n 0"], ["uv run --locked pytest a -q", "$(BIN)/python -m pytest"]),
        (["echo", "", "echo", ""], ["echo", "", "echo", ""]),
        (["pip install -r a.txt", "pip install -r b.txt"], ["uv sync --dev --locked"]),
        (["pip install left-pad"], ["pip install left-pad"]),
    ],
)  # fmt: skip
def test_commands(before: list[str], after: list[str]) -> None:
    assert commands.block(before, FACTS) == after
    assert commands.block(after, FACTS) == after
    assert commands.block(before, NOTHING) == before


def test_sentences_end_outside_of_code() -> None:
    assert split("**Always so.** Say `a. B` twice. Then go! (Or not.)") == [
        "**Always so.**", "Say `a. B` twice.", "Then go!", "(Or not.)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "one_thought", "left"),
    [
        # An item of a list goes with its first sentence.
        ("Use `exclusive` here. It is slow. Rows are counted. Mind the order.", True, ""),
        ("Use `exclusive` here. It is slow. Rows are counted. Mind the order.", False, "Rows are counted. Mind the order."),
        # A paragraph goes with most of its sentences.
        ("Use `exclusive` here. Or `exclusive()`. Rows are counted.", False, ""),
        ("Rows are counted. Use `exclusive` here. They are many.", False, ""),
        ("Rows are counted. Use `exclusive` here. Mind the order.", False, "Rows are counted. Mind the order."),
    ],
)  # fmt: skip
def test_how_much_goes(text: str, one_thought: bool, left: str) -> None:
    assert judged(text, "", 1, Told(FACTS), one_thought=one_thought) == left


def test_lists_are_counted_anew() -> None:
    assert markdown.edited("1. Go.\n2. Use `exclusive`.\n3. Come.\n", Told(FACTS)) == "1. Go.\n2. Come.\n"


BEFORE = """# Working here

## Environment
Python 3.11, pip and venv.

- A new package goes into `backend/requirements.txt`. Then install again.
- `make` lists commands.
- Never `pip install` by hand.

## Files

| file | for |
|---|---|
| `backend/requirements.txt` | all |

## Tests

Tests use one PostgreSQL. They take the advisory lock. Use `exclusive` to count.

1. `pytest.ini` says `--dist=loadgroup`.
2. Run `pytest -n0`.
3. Read the output.

Fixtures that matter:

- `exclusive` keeps the others out.

```sh
make test-all   # everything with -n 4: red on most days
pytest -n0 a    # one; quickly
```

## Tables

Migrations run one after the other.
"""
AFTER = """# Working here

## Environment
Python 3.11, uv.

- Dependencies are declared in `pyproject.toml`, and `uv.lock` has the exact version of each: `uv sync
  --dev --locked` makes `.venv` from it, `uv add NAME` adds one, `uv add --dev NAME` a tool.
- `make` lists commands.

## Tests

Each module of the integration tests leases a PostgreSQL and a Redis of its own, so that no test
waits for another or sees its rows.

1. Tests run in parallel: pytest's options are in `pyproject.toml`, with `-n auto --dist=worksteal`.
2. Run `uv run --locked pytest`.
3. Read the output.

```sh
make test-all   # everything with -n 4
uv run --locked pytest a    # one; quickly
```

## Tables

Migrations run one after the other.
"""


def test_markdown() -> None:
    told = Told(FACTS)
    new = markdown.edited(BEFORE, told)
    assert " ".join(new.split()) == " ".join(AFTER.split())
    assert new.count("\n\n\n") == 0
    assert [line for line, _, _ in told.removed] == [6, 6, 8, 14, 18, 18, 18, 20, 26, 29]
    assert markdown.edited(new, Told(FACTS)) == new
    assert markdown.edited(BEFORE, Told(NOTHING)) == BEFORE


MAKEFILE = """PYTHON ?= python3
VENV ?= .env
BIN = $(VENV)/bin

$(BIN)/pytest: $(wildcard backend/*.txt)
\t$(PYTHON) -m venv $(VENV)
\t@$(BIN)/pip install -r backend/requirements.txt

test: $(BIN)/pytest  ## All tests, one after the other
\t$(BIN)/python -m pytest -n0
"""
MADE = """VENV ?= .env
BIN = $(VENV)/bin

$(BIN)/pytest: pyproject.toml uv.lock
\t@UV_PROJECT_ENVIRONMENT=$(VENV) uv sync --dev --locked

test: $(BIN)/pytest  ## All tests, in parallel
\t$(BIN)/python -m pytest
"""


@pytest.mark.parametrize(
    "text",
    ["Install it using pip:", "You can install `it` using `pip install it`.", "Install with pip:\n\n```sh\npip install it\n```", "1. [`pip install it`](a)"],
)  # fmt: skip
def test_how_users_install_stays(text: str) -> None:
    assert markdown.edited(text, Told(FACTS)) == text


def test_makefile() -> None:
    for text in (MAKEFILE, MADE):
        assert "\n".join(builds.makefile(remarks.edited(text.split("\n"), Told(FACTS)), FACTS)) == MADE


def test_dockerfile() -> None:
    before = ["COPY backend/requirements.txt app.cfg backend/", "# Slow.", "RUN python -m venv /opt/v \\", "    && /opt/v/bin/pip install \\",
              "       -r backend/requirements.txt", "RUN true"]  # fmt: skip
    after = ["COPY pyproject.toml uv.lock ./", "COPY vendor/ vendor/", "COPY app.cfg backend/", "# Slow.", "RUN pip install uv \\",
             "    && UV_PROJECT_ENVIRONMENT=/opt/v uv sync --no-dev --locked --no-install-project", "RUN true"]  # fmt: skip
    assert builds.dockerfile(before, FACTS) == after
    assert builds.dockerfile(after, FACTS) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN pip install -r a.txt", "UV_PROJECT_ENVIRONMENT=/usr/local uv sync --inexact --no-dev --locked --no-install-project"),
        ("RUN pip install -r a-dev.txt", "UV_PROJECT_ENVIRONMENT=/usr/local uv sync --inexact --dev --locked --no-install-project"),
    ],
)  # fmt: skip
def test_an_image_without_an_environment(before: str, after: str) -> None:
    assert builds.dockerfile([before], FACTS) == ["RUN pip install uv \\", f"    && {after}"]


def test_an_image_that_installs_for_a_user_is_left() -> None:
    lines = ["COPY backend/requirements.txt .", "RUN pip install --user -r requirements.txt"]
    assert builds.dockerfile(lines, FACTS) == lines


def test_pre_commit() -> None:
    before = ["  - id: a", "    name: requirements.txt resolves", "    entry: .venv/bin/pip install --dry-run -r backend/requirements.txt",
              r"    files: ^backend/requirements.*\.txt$", "  - entry: .venv/bin/python -m pytest x -n0", r"    files: \.py$"]  # fmt: skip
    after = ["  - id: a", "    name: uv.lock resolves", "    entry: uv lock --check",
             r"    files: ^(pyproject\.toml|uv\.lock)$", "  - entry: uv run --locked pytest x", r"    files: \.py$"]  # fmt: skip
    assert builds.pre_commit(before, FACTS) == after
    assert builds.pre_commit(after, FACTS) == after


def test_remarks() -> None:
    before = [
        "#!/bin/sh",
        "# Runs tests. They share one database:",
        "#   run -n 4    in parallel: they fail often",
        "#",
        "run # all",
    ]
    assert remarks.edited(before, Told(FACTS)) == [
        "#!/bin/sh",
        "# Runs tests.",
        "#   run -n 4    in parallel",
        "#",
        "run # all",
    ]


OLD = {"requirements.txt": "pytest\n", "pytest.ini": "[pytest]\n", "conftest.py": "def exclusive(): ...\n", "README.md": "Uses `requirements.txt`.\n",
       "CHANGELOG.md": "requirements.txt was added\n", "notes.txt": "see requirements.txt\n", "sub/requirements.txt": "a\n"}  # fmt: skip
NEW = {"uv.lock": 'name = "pytest-taskgraph"\n', "pyproject.toml": "[project]\nname = 'a'\n", "README.md": OLD["README.md"],
       "CHANGELOG.md": OLD["CHANGELOG.md"], "notes.txt": OLD["notes.txt"]}  # fmt: skip


def test_facts(tree) -> None:
    root = tree(
        {f"before/{name}": text for name, text in OLD.items()} | {f"now/{name}": text for name, text in NEW.items()}
    )
    (root / "before/data.txt").write_text("gone, and no configuration")
    known = facts.of(root / "now", root / "before")
    assert known.gone_files == {"requirements.txt", "sub/requirements.txt", "pytest.ini"}
    assert known.gone_names == {"exclusive"}
    assert (known.locked, known.private, known.parallel, known.blocking, known.more_tests) == (
        True,
        True,
        False,
        False,
        False,
    )


def test_a_tree_and_what_is_left_in_it(tree) -> None:
    root = tree(
        {f"before/{name}": text for name, text in OLD.items()} | {f"now/{name}": text for name, text in NEW.items()}
    )
    (root / "now/sub").mkdir()
    report = root / "report.json"
    done = run_steps("docs", root / "now", "--before", root / "before", "--report", report, cwd=root)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "docs: 1 files changed, 1 statements removed, 0 places left\n"
    assert "- `README.md:1` `Uses `requirements.txt`.`: removed: sub/requirements.txt is gone\n" in (
        report.with_suffix(".md").read_text()
    )
    assert (root / "now/README.md").read_text().startswith("Dependencies are declared in `pyproject.toml`")
    again = run_steps("docs", root / "now", "--before", root / "before", cwd=root)
    assert again.stdout == "docs: 0 files changed, 0 statements removed, 0 places left\n"

    cleaned = run_steps("cleanup", root / "now", "--before", root / "before", "--strict", cwd=root)
    assert cleaned.returncode == 3
    assert cleaned.stderr == "notes.txt:1: not carried: see requirements.txt: names requirements.txt, which is gone\n"
    assert cleaned.stdout == "cleanup: 3 files are gone, 1 lines refer to them\n"
    assert not (root / "now/sub").exists()
    (root / "now/notes.txt").unlink()
    assert run_steps("cleanup", root / "now", "--before", root / "before", "--strict", cwd=root).returncode == 0


def test_the_tree_before_must_be_there(tree) -> None:
    root = tree({"README.md": ""})
    done = run_steps("docs", root, "--before", root / "none", cwd=root)
    assert done.returncode == 1
    assert done.stderr == (
        f"steps docs: {root / 'none'} is not a directory\n  hint: --before names the tree as it was before the plan\n"
    )


def test_a_document_of_another_encoding_is_left_and_named(tree) -> None:
    root = tree({"before/requirements.txt": "a\n", "now/uv.lock": ""})
    (root / "now/README.md").write_bytes(b"Gr\xfc\xdfe: pip install -r requirements.txt\n")
    done = run_steps("docs", root / "now", "--before", root / "before", cwd=root)
    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == "not carried: README.md: not read: not UTF-8 (byte 2)"
    assert done.stdout.endswith("2 places left\n")
