"""Commands that people type or scripts contain: pip and venv become uv, `-n0` goes. One line, or lines that belong together. Pure."""

import re

from steps.ci import script
from steps.documents import stale
from steps.documents.facts import Facts

_PROGRAM = r"""["']?(?P<bin>\S*?/bin/|\$\(\w+\)/)?"""
_PIP = re.compile(rf"""{_PROGRAM}(?:(?:python[\d.]*|py)["']?\ -m\ )?pip[\d.]*["']?\ """, re.VERBOSE)
_VENV = re.compile(r"""^\S+\ -m\ venv\ (?P<where>\S+)$|^virtualenv\ (?P<other>\S+)$""", re.VERBOSE)
_FREEZE = re.compile(r"^pip freeze(?: --\S+)*(?: > (?P<to>\S+))?$")
_DRY = re.compile(r"^pip install (?=.*--dry-run)(?=.*(?:-r|--requirement))")
_TOOL = re.compile(
    r"^pip install (?:-U |--upgrade |--user )*(?P<tool>pre-commit|tox|nox|ruff|black|build|twine|hatch)$"
)
_PYTEST = re.compile(r"^(?:\.venv/bin/)?(?:python[\d.]* -m )?(?:pytest|\.venv/bin/pytest)\b")


def translated(line: str, facts: Facts, variables: dict[str, str] | None = None) -> str | None:
    """The line with uv's commands; None when nothing of it is left to do. `variables`: a Makefile's."""
    if not facts.locked or not line.strip():
        return line
    indent = line[: len(line) - len(line.lstrip())]
    parts = re.split(r"\s*&&\s*", line.strip())
    new = [_command(part, facts, variables or {}) for part in parts]
    if any(_is_sync(part) for part in new):
        # `uv sync` makes the environment that it installs into.
        new = [part for part in new if not part.startswith("uv venv")]
    kept = [part for part in new if part]
    return indent + " && ".join(kept) if kept else None


def block(lines: list[str], facts: Facts, variables: dict[str, str] | None = None) -> list[str]:
    """Lines of one script or recipe: an environment is not made apart from what is installed into it, nothing is installed twice."""
    new = [translated(line, facts, variables) for line in lines]
    syncs = any(line is not None and _is_sync(line.strip()) for line in new)
    result: list[str] = []
    for old, line in zip(lines, new, strict=True):
        if line is None or (syncs and line != old and line.strip().lstrip("@-").startswith("uv venv")):
            continue
        if line == old or not _is_sync(line) or line not in result:
            result.append(line)
    return result


def _is_sync(command: str) -> bool:
    return re.search(r"\buv sync\b", command) is not None


def _command(command: str, facts: Facts, variables: dict[str, str]) -> str:
    prefix = command[: len(command) - len(command.lstrip("@-"))]
    command = command[len(prefix) :]
    if match := _VENV.match(command):
        where = match["where"] or match["other"]
        return f"{prefix}uv venv" + ("" if where.rstrip("/") == ".venv" else f" {where}")
    if match := _PIP.match(command):
        plain = "pip " + command[match.end() :]
        environment = _environment(match["bin"], command, variables)
        if new := _of_pip(plain, facts):
            return prefix + (environment + new if _is_sync(new) else new)
        return prefix + command
    if _PYTEST.match(command) and script.parallel(command) != command:
        return prefix + "uv run --locked pytest" + _PYTEST.sub("", script.parallel(command), count=1)
    return prefix + (script.parallel(command) if facts.parallel and "pytest" in command else command)


def _of_pip(command: str, facts: Facts) -> str | None:
    """uv's command for one of pip's; None when there is none."""
    if match := _FREEZE.match(command):
        if match["to"] is None:
            return "uv export --locked --no-hashes"
        return (
            "uv lock"
            if stale.gone_files(match["to"], facts)
            else f"uv export --quiet --locked --no-hashes > {match['to']}"
        )
    if _DRY.match(command):
        return "uv lock --check"
    if match := _TOOL.match(command):
        return f"uv tool install {match['tool']}"
    group = re.search(r"-r [\w./-]*requirements-(\w+)\.(?:txt|in)$", command)
    if group and group[1] in facts.groups - {"dev"}:
        return f"uv sync --locked --group {group[1]}"
    quiet = "uv sync --quiet" if re.search(r" (?:-q|--quiet)\b", command) else "uv sync"
    return new.replace("uv sync", quiet, 1) if (new := script.installed(command)) else None


def _environment(program: str | None, command: str, variables: dict[str, str]) -> str:
    """`UV_PROJECT_ENVIRONMENT=… ` where pip was that of another environment than `.venv`."""
    if not program:
        return ""
    where = (
        re.sub(r"\$\((\w+)\)", lambda match: variables.get(match[1], match[0]), program)
        .rstrip("/")
        .removesuffix("/bin")
    )
    if where in (".venv", "venv"):
        return ""
    quote = '"' if command.startswith('"') else ""
    return f"UV_PROJECT_ENVIRONMENT={quote}{where}{quote} "
