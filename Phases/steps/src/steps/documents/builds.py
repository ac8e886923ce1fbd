"""Makefiles, Dockerfiles, scripts and pre-commit's configuration: what they install with, and the files that they name. Pure."""

import re
from fnmatch import fnmatch

from steps.documents import commands, stale
from steps.documents.facts import Facts

_DECLARED = "pyproject.toml uv.lock"
_ASSIGNED = re.compile(r"^(\w+)\s*[?:]?=\s*(.*)$")


def makefile(lines: list[str], facts: Facts) -> list[str]:
    """Recipes with uv's commands; rules that depend on what declares dependencies now; no variable that nothing uses."""
    variables = {match[1]: match[2] for line in lines if (match := _ASSIGNED.match(line))}
    result: list[str] = []
    recipe: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("\t"):
            recipe.append(line)
            continue
        result += commands.block(recipe, facts, variables)
        recipe = []
        result.append(_rule(line, facts))
    result = result[:-1]
    text = "\n".join(result)
    unused = {name for name in variables if f"$({name})" in "\n".join(lines) and f"$({name})" not in text}
    return [line for line in result if not ((match := _ASSIGNED.match(line)) and match[1] in unused)]


def _rule(line: str, facts: Facts) -> str:
    match = re.match(r"^([^\s#=][^=#]*?):(?!=)([^#]*)(#.*)?$", line)
    if match is None:
        return line
    needs = re.findall(r"\$\([^()]*\)|\S+", match[2])
    kept = [word for word in needs if not _is_gone(word, facts)]
    if kept == needs:
        return line
    return f"{match[1]}: {' '.join([*kept, _DECLARED])}" + (f"  {match[3]}" if match[3] else "")


def _is_gone(word: str, facts: Facts) -> bool:
    wildcard = re.fullmatch(r"\$\(wildcard (\S+)\)", word)
    pattern = wildcard[1] if wildcard else word
    return any(fnmatch(path, pattern) for path in facts.gone_files)


def dockerfile(lines: list[str], facts: Facts) -> list[str]:
    """COPY of what declares dependencies, RUN of `uv sync`, of run time unless a file for developers was installed.

    An image that installs for one user is left as it is: uv has no such place.
    """
    instructions = [(lines, _joined(lines)) for lines in _instructions(lines)]
    if any(re.search(r"\bpip\d* install .*--user\b", text) for _, text in instructions):
        return lines
    result: list[str] = []
    for instruction, text in instructions:
        if text.startswith("COPY ") and stale.gone_files(text, facts):
            sources = [word for word in text.split()[1:-1] if not _is_gone(word, facts)]
            result.append(f"COPY {_DECLARED} ./")
            result += [f"COPY {folder}/ {folder}/" for folder in facts.vendored]
            result += [f"COPY {' '.join(sources)} {text.split()[-1]}"] if sources else []
        elif text.startswith("RUN ") and (new := commands.translated(text[4:], facts)) != text[4:]:
            parts = [_in_image(part, text) for part in (new or "true").split(" && ")]
            result += " \\\n    && ".join(["RUN pip install uv", *parts]).split("\n")
        else:
            result += instruction
    return result


def _joined(instruction: list[str]) -> str:
    return " ".join(line.rstrip("\\").strip() for line in instruction)


def _in_image(command: str, before: str) -> str:
    """`uv sync` as an image wants it: into the interpreter's own place when no environment was made, without the sources."""
    if "uv sync" not in command:
        return command
    command = command if re.search(r"dev|test", before) else command.replace("--dev", "--no-dev")
    if "UV_PROJECT_ENVIRONMENT" not in command:
        command = "UV_PROJECT_ENVIRONMENT=/usr/local " + command.replace("uv sync", "uv sync --inexact")
    return command + " --no-install-project"


def _instructions(lines: list[str]) -> list[list[str]]:
    result: list[list[str]] = []
    continued = False
    for line in lines:
        if continued:
            result[-1].append(line)
        else:
            result.append([line])
        continued = line.rstrip().endswith("\\") and not line.lstrip().startswith("#")
    return result


def pre_commit(lines: list[str], facts: Facts) -> list[str]:
    """Entries that run uv, for the files that declare dependencies now."""
    result = []
    for line in lines:
        if match := re.match(r"^(\s*(?:- )?entry: )(\S.*)$", line):
            line = match[1] + (commands.translated(match[2], facts) or "true")
        elif (match := re.match(r"^(\s*(?:- )?files: )(\S+)$", line)) and _matches_only_gone(match[2], facts):
            line = match[1] + r"^(pyproject\.toml|uv\.lock)$"
        elif (match := re.match(r"^(\s*(?:- )?name: )(\S.*)$", line)) and (gone := stale.gone_files(match[2], facts)):
            for path in gone:
                line = line.replace(path, "uv.lock").replace(path.rsplit("/")[-1], "uv.lock")
        result.append(line)
    return result


def _matches_only_gone(pattern: str, facts: Facts) -> bool:
    try:
        return any(re.search(pattern, path) for path in facts.gone_files)
    except re.error:
        return False
