"""The wheel: built, installed without an index beside pytest alone, loaded. Two builds have the same bytes."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
NEEDED = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")


def build(to: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return next(to.glob("*.whl"))


def copy_installed(name: str, to: Path) -> None:
    """As an offline index would: from where it is installed here."""
    for file in distribution(name).files or []:
        if ".." not in file.parts and "__pycache__" not in file.parts:
            (to / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), to / file)


def test_wheel(tmp_path: Path) -> None:
    wheel, again = build(tmp_path / "one"), build(tmp_path / "two")
    assert wheel.name == "pytest_taskgraph-0.1.0-py3-none-any.whl"
    assert hashlib.sha256(wheel.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()
    with zipfile.ZipFile(wheel) as content:
        assert "pytest_taskgraph/py.typed" in content.namelist()
        assert {name.split("/")[0] for name in content.namelist()} == {
            "pytest_taskgraph",
            "pytest_taskgraph-0.1.0.dist-info",
        }

    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    site = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    for name in NEEDED:
        copy_installed(name, site)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    subprocess.run(
        [python, "-m", "pip", "install", "--no-index", "-q", wheel], env=environment, check=True, capture_output=True
    )

    (tmp_path / "suite").mkdir()
    (tmp_path / "suite/test_it.py").write_text(
        "import sys, pytest\n@pytest.mark.serial\ndef test(taskgraph_serial):\n    assert 'sqlalchemy' not in sys.modules\n"
    )
    done = subprocess.run(
        [python, "-m", "pytest", "--strict-markers", "-p", "no:cacheprovider"],
        cwd=tmp_path / "suite", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    assert "plugins: taskgraph-0.1.0" in done.stdout
