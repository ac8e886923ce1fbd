"""A workflow's shell script, line by line: pip becomes uv, tests run in uv's environment and in parallel. Pure."""

import re
from dataclasses import dataclass, field

SYNC, SYNC_RUNTIME = "uv sync --dev --locked", "uv sync --no-dev --locked"
RUN = "uv run --locked --no-sync "

_PIP = r"(?:(?:python[\d.]*|py) -m )?pip[\d.]*"
_UPGRADE = re.compile(
    rf"^{_PIP} install (?:-q |--quiet )*(?:-U|--upgrade)(?: (?:pip|setuptools|wheel|uv))+$|^{_PIP} install uv$"
)
_VENV = re.compile(r"^(?:python[\d.]* -m venv|virtualenv) \S+$|^(?:source|\.) \S*/bin/activate$")
_INSTALL = re.compile(rf"^{_PIP} install (?P<what>.+)$")
_PROJECT = re.compile(
    r"""^(?:(?:-q|--quiet|-U|--upgrade|--no-cache-dir|--user|--disable-pip-version-check)
        |(?:-r|--requirement|-c|--constraint)[ =]?\S+|(?:-e[ ]|--editable[ =])?["']?\.(?:\[[\w,.-]+\])?["']?)$""",
    re.VERBOSE,
)
_SERIAL = re.compile(r"[ \t]+(?:-n[ =]?0|--numprocesses[ =]0)(?![\w.])")
_TOOLS = ("python", "python3", "pytest", "py.test", "ruff", "mypy", "pyright", "black", "isort", "flake8", "pylint", "bandit",
          "coverage", "alembic", "uvicorn", "gunicorn", "django-admin", "celery")  # fmt: skip
_START = re.compile(
    rf"(?P<before>(?:^|&&|\|\||;|\||\bthen\b|\bdo\b)[ \t]*(?:time[ \t]+|!(?:[ \t]+))*(?:\w+=(?:\"[^\"]*\"|'[^']*'|\S*)[ \t]+)*)"
    rf"(?P<tool>{'|'.join(re.escape(t) for t in _TOOLS)})(?=[\s;|&)]|$)"
)


@dataclass
class Edited:
    """The new lines, and what was done and what could not be decided, each with its line counted from 0."""

    lines: list[str] = field(default_factory=list)
    done: list[tuple[int, str]] = field(default_factory=list)
    undecided: list[tuple[int, str]] = field(default_factory=list)
    installs: bool = False


def parallel(line: str) -> str:
    """The line without `-n0` and its spellings; its indentation stays."""
    indent = line[: len(line) - len(line.lstrip())]
    body = line[len(indent) :]
    return indent + _SERIAL.sub("", f" {body}").removeprefix(" ") if body else line


def parallel_lines(lines: list[str]) -> list[str]:
    """Lines of one command: what held nothing but `-n0` goes, with the backslash that led to it."""
    result: list[str] = []
    for line in lines:
        new = parallel(line)
        if new != line and not new.strip(" \\"):
            if not line.rstrip().endswith("\\") and result and result[-1].rstrip().endswith("\\"):
                result[-1] = result[-1].rstrip().removesuffix("\\").rstrip()
            continue
        result.append(new)
    return result


def installs_project(lines: list[str]) -> bool:
    return any(installed(line.strip()) for line in lines)


def edit(lines: list[str], *, environment: bool) -> Edited:
    """`environment`: the job's dependencies are uv's, so that its tools are started through `uv run`."""
    result = Edited()
    continued, heredoc = False, None
    for number, line in enumerate(lines):
        new: str | None = line
        if heredoc is not None:
            heredoc = None if line.strip() == heredoc else heredoc
        elif continued:
            joined = parallel_lines([*result.lines[-1:], line])
            result.lines[-1:], new = joined[:1], joined[1] if len(joined) > 1 else None
        else:
            new = _line(number, line, environment, result)
            if match := re.search(r"<<-?\s*[\"']?(\w+)", line):
                heredoc = match[1]
        if new is not None and new != line:
            result.done.append((number, line.strip()))
        if new is not None and not (
            new.strip().startswith("uv sync") and any(new.strip() == n.strip() for n in result.lines)
        ):
            result.lines.append(new)
        continued = line.rstrip().endswith("\\")
    return result


def _line(number: int, line: str, environment: bool, result: Edited) -> str | None:
    indent, command = line[: len(line) - len(line.lstrip())], line.strip()
    if not environment or not command or command.startswith("#"):
        return parallel(line)
    parts = re.split(r"\s*&&\s*", command)
    if any(installed(part) or _UPGRADE.match(part) or _VENV.match(part) for part in parts):
        return _chain(number, line, indent, parts, result)
    if _INSTALL.match(command):
        result.undecided.append(
            (number, f"{command}: installs what is not the project's; add it to a dependency group")
        )
        return line
    return indent + _START.sub(lambda match: f"{match['before']}{RUN}{match['tool']}", parallel(command))


def _chain(number: int, line: str, indent: str, parts: list[str], result: Edited) -> str | None:
    kept: list[str] = []
    for part in parts:
        if _UPGRADE.match(part) or _VENV.match(part):
            continue
        sync = installed(part)
        result.installs = result.installs or sync is not None
        kept.append(sync or _START.sub(lambda match: f"{match['before']}{RUN}{match['tool']}", parallel(part)))
    if not kept:
        result.done.append((number, line.strip()))
        return None
    return indent + " && ".join(kept)


def installed(command: str) -> str | None:
    """The `uv sync` that does what a `pip install` of the project's own requirements does; None for another command."""
    match = _INSTALL.match(command)
    if match is None:
        return None
    words = re.sub(r"(-r|--requirement|-c|--constraint|-e|--editable) ", r"\1=", match["what"]).split()
    words = [word.replace("-e=", "-e ").replace("--editable=", "--editable ") for word in words]
    if not all(_PROJECT.match(word) for word in words):
        return None
    files = [word for word in words if re.match(r"^(-r|--requirement)", word)]
    if not files and not any("." in word.strip("\"'") for word in words):
        return None
    runtime = bool(files) and all(re.search(r"(?i)prod|base|runtime", word.rsplit("/")[-1]) for word in files)
    return SYNC_RUNTIME if runtime else SYNC
