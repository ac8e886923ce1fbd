"""What a project says of itself today: pyproject.toml, setup.cfg, setup.py, README, git. Knows no requirement file."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from steps.core.findings import Finding, Location
from steps.core.processes import environment
from steps.core.toml import TomlFile
from steps.migrate import setup_cfg, setup_py


@dataclass
class Metadata:
    """`fields` are `[project]` keys with plain values; `places` say where each was written."""

    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    dynamic: list[str] = field(default_factory=list)  # left to the build backend, because not literal
    setup_cfg_options: list[tuple[str, str]] = field(default_factory=list)  # (section, option) carried over
    has_setup: bool = False  # setup.py or setup.cfg metadata: a setuptools project
    findings: list[Finding] = field(default_factory=list)


def read(root: Path) -> Metadata:
    """setup.cfg and setup.py together; setup.py's literals come second, as setuptools lets setup.cfg win."""
    result = Metadata()
    setup_py.read(root, result)
    setup_cfg.read(root, result)
    result.dynamic = [name for name in dict.fromkeys(result.dynamic) if name not in result.fields]
    return result


def project_name(root: Path, metadata: Metadata, given: str | None) -> tuple[str, str]:
    """The project's name and where it comes from. Never empty: the directory's name is the last resort."""
    pyproject = TomlFile(root / "pyproject.toml")
    candidates = [
        (given, "--name"),
        (pyproject.get("project", "name"), "pyproject.toml [project]"),
        (pyproject.get("tool", "poetry", "name"), "pyproject.toml [tool.poetry]"),
        (metadata.fields.get("name"), str(metadata.places.get("name", "setup"))),
        (_readme_title(root), "the README's title"),
        (_remote_name(root), "the git remote"),
        (root.resolve().name, "the directory's name"),
    ]
    for value, origin in candidates:
        if value and (name := normalized(str(value))):
            return name, origin
    return "project", "nothing in the tree that could be a name"


def normalized(text: str) -> str:
    """Words as a distribution name (PEP 503): `Home Security!` → `home-security`; empty when nothing is left."""
    return canonicalize_name(re.sub(r"[^A-Za-z0-9._-]+", "-", text)).strip("-")


def distribution_name(directory: Path) -> str | None:
    """The name of the project in a directory that a requirement points to, when it is written literally."""
    name = TomlFile(directory / "pyproject.toml").get("project", "name")
    return name or read(directory).fields.get("name")


def _readme_title(root: Path) -> str | None:
    for name in ("README.md", "README.rst", "README.txt", "README"):
        path = root / name
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            title = re.sub(r"[*_`]|!?\[[^\]]*\]\([^)]*\)|<[^>]*>", "", line.removeprefix("#").strip())
            # A title of many words is a sentence, not a name.
            if line.strip() and (line.startswith("# ") or not name.endswith(".md")) and 0 < len(title.split()) <= 4:
                return re.split(r"\s[-–—:|]\s|:\s", title)[0]
            if line.startswith("# "):
                return None
    return None


def _remote_name(root: Path) -> str | None:
    """The remote's last part, when the tree is the whole repository and not a folder in one."""
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "config", "--get", "remote.origin.url"],
            cwd=root,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].removesuffix(".git") or None
