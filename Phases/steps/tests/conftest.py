"""What the tests share: copies of the fixture projects, and the program as a task runs it. Judges nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parent / "projects"
SOURCES = Path(__file__).parents[1] / "src"


# What a task of the graph passes on, and what says where packages come from on this machine.
_PASSED = ("HOME", "USER", "TERM", "TMPDIR", "PATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY",
           "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CACHE_DIR", "PIP_INDEX_URL", "PIP_CACHE_DIR", "XDG_CACHE_HOME")  # fmt: skip


def run_steps(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`steps ARGUMENTS` in the environment that a task sees."""
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ} | {"UV_PYTHON_DOWNLOADS": "never"}
    command = [sys.executable, str(SOURCES), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files by name into an empty directory and returns it."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        return tmp_path

    return write


def copy_project(name: str, to: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / name, to / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")))
