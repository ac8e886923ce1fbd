"""Child processes of a step: one way to run a tool and to say how it failed. Knows no tool."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from steps.core.errors import StepError

# Set by whoever runs this program for *its* interpreter; in a child they would point at the wrong environment.
_OURS = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PROJECT", "__PYVENV_LAUNCHER__")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment without what concerns only this interpreter. Children write no bytecode into the tree."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    kept.setdefault("UV_PYTHON_DOWNLOADS", "never")
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    kept["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    kept.update(extra or {})
    return kept


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    extra: Mapping[str, str] | None = None,
    accept: Sequence[int] = (0,),
    what: str | None = None,
    hint: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs `command` and returns what it printed. Raises `StepError` with its output when the exit code is not accepted."""
    arguments = [str(part) for part in command]
    try:
        done = subprocess.run(
            arguments,
            cwd=cwd,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise StepError(f"{arguments[0]}: not found", hint="install it or put it on PATH") from error
    if done.returncode not in accept:
        output = (done.stderr.strip() + "\n" + done.stdout.strip()).strip() or "(it printed nothing)"
        headline = what or shlex.join(arguments)
        raise StepError(f"{headline} failed with exit code {done.returncode}:\n{_indented(output)}", hint=hint)
    return done


def _indented(text: str) -> str:
    """The output's lines; of one that lists everything there is (pip, of versions), the ends."""
    lines = (line if len(line) <= 600 else f"{line[:300]} … {line[-250:]}" for line in text.splitlines())
    return "\n".join("    " + line for line in lines)
