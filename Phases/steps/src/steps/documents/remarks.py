"""Files in which `#` begins a remark (scripts, Makefiles, Dockerfiles, YAML, TOML): their remarks, brought up to date. Pure."""

import re

from steps.documents import commands, sentences, stale
from steps.documents.sentences import Told

_REMARK = re.compile(r"^(\s*#+ )(?! )(.*\S)$")
# An indented line of a remark is an example: a command, and after a gap what it does.
_EXAMPLE = re.compile(r"^(?P<command>\s*# {2,}\S.*?)(?:(?P<gap> {2,})(?P<text>\S.*))?$")
_AT_END = re.compile(r"^(?P<code>[^#]*\S)(?P<gap>\s+##? )(?P<text>\S.*)$")


def edited(lines: list[str], told: Told) -> list[str]:
    """The lines with remarks that hold. Code is left as it is."""
    result: list[str] = []
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and _REMARK.match(lines[end]) and not lines[end].startswith("#!"):
            end += 1
        if end > index:
            result += _paragraph(lines[index:end], index + 1, told)
            index = end
            continue
        result.append(_line(lines[index], index + 1, told))
        index += 1
    return result


def _paragraph(lines: list[str], number: int, told: Told) -> list[str]:
    matches = [match for line in lines if (match := _REMARK.match(line))]
    text = " ".join(match[2] for match in matches)
    head, colon, command = text.rpartition(": ")
    fixed = stale.corrected(text, told.facts)
    # Here the commands themselves are uv's now.
    fixed = re.sub(r"\bwith pip\b", "with uv", fixed) if told.facts.locked else fixed
    if colon and len(lines) == 1 and (new := commands.translated(command, told.facts)) not in (None, command):
        fixed = f"{head}: {new}"
    new = sentences.judged(
        fixed, "tests" if "test" in text.lower() else "", number, told, one_thought=False, tells=False
    )
    first = matches[0][1]
    return sentences.rewritten(lines, text, new, max(max(map(len, lines)), 72), first, first)


def _line(line: str, number: int, told: Told) -> str:
    match = _EXAMPLE.match(line) or _AT_END.match(line)
    if match is None or not match["text"]:
        return line
    code = match.groupdict().get("command") or match.groupdict().get("code") or ""
    # `make help` shows what follows `##`: never without words.
    is_help = match["gap"].strip() == "##"
    text = stale.corrected(match["text"], told.facts)
    text = re.sub(r"\bpip install\b", "uv sync", text) if told.facts.locked and is_help else text
    new = sentences.clauses(text, code, number, told)
    return code + (match["gap"] + new if new else "") if new or not is_help else line
