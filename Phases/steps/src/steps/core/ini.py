"""INI text the way pytest reads it (no interpolation, no inline comments), with line numbers and located removal.

Knows neither pytest nor setuptools; keeps every line it is not asked to remove.
"""

from dataclasses import dataclass, field
from pathlib import Path

from steps.core.errors import StepError

_COMMENT = "#;"


@dataclass(frozen=True)
class Line:
    """One line of a value: its text without indentation, or a comment that stands between the lines."""

    number: int
    text: str
    is_comment: bool = False


@dataclass
class Option:
    name: str
    line: int
    value_lines: list[Line] = field(default_factory=list)
    comments_above: list[Line] = field(default_factory=list)
    end: int = 0  # last line that belongs to the option

    @property
    def value(self) -> str:
        """The value as the reader of the file sees it: the lines joined, comments left out."""
        return "\n".join(line.text for line in self.value_lines if not line.is_comment).lstrip("\n")


@dataclass
class Section:
    name: str
    line: int
    options: dict[str, Option] = field(default_factory=dict)
    end: int = 0
    leading_comments: list[Line] = field(default_factory=list)  # directly above its header
    trailing_comments: list[Line] = field(default_factory=list)  # after its last option


def read_text(path: Path) -> str:
    """The file as text with its line ends kept. Raises `StepError` when it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StepError(f"{path.name}: not UTF-8 (byte {error.start})", hint="convert the file to UTF-8") from error


def parse(text: str, file: str) -> dict[str, Section]:
    """Sections by name. Raises `StepError` with file and line for what is neither a section, an option nor a value."""
    sections: dict[str, Section] = {}
    section: Section | None = None
    option: Option | None = None
    pending: list[Line] = []  # comments seen since the last line that meant something

    for number, raw in enumerate(text.splitlines(), start=1):
        stripped = raw.strip()
        if not stripped:
            continue
        if stripped[0] in _COMMENT:
            pending.append(Line(number, stripped, is_comment=True))
        elif stripped[0] == "[" and not raw[0].isspace():
            head = stripped.split("#")[0].split(";")[0].rstrip()
            if not head.endswith("]"):
                raise StepError(f"{file}:{number}: a section header without `]`: {stripped}")
            above = _touching(pending, number)
            if section is not None:
                section.trailing_comments = pending[: len(pending) - len(above)]
            else:
                above = pending
            pending = []
            name = head[1:-1]
            if name in sections:
                raise StepError(f"{file}:{number}: section [{name}] again (first at line {sections[name].line})")
            section, option = Section(name, number, end=number, leading_comments=above), None
            sections[name] = section
        elif raw[0].isspace():
            if option is None or section is None:
                raise StepError(f"{file}:{number}: an indented line that continues nothing: {stripped}")
            option.value_lines += pending + [Line(number, stripped)]
            pending = []
            option.end = section.end = number
        else:
            if section is None:
                raise StepError(f"{file}:{number}: an option before the first section: {stripped}")
            name, value = _split(raw, file, number)
            if name in section.options:
                raise StepError(f"{file}:{number}: option {name} again (first at line {section.options[name].line})")
            option = Option(name, number, end=number, comments_above=pending)
            pending = []
            option.value_lines.append(Line(number, value))
            section.options[name] = option
            section.end = number
    if section is not None:
        section.trailing_comments = pending
    return sections


def without_section(text: str, section: Section) -> str:
    """The text less the section and the comments inside it; blank lines around it are not doubled."""
    first = min([section.line, *(line.number for line in section.leading_comments)])
    last = max([section.end, *(line.number for line in section.trailing_comments)])
    return _without_lines(text, first, last)


def without_option(text: str, option: Option) -> str:
    """The text less one option and the comments directly above it. Line numbers of other options are stale afterwards."""
    first = min([option.line, *(line.number for line in option.comments_above)])
    return _without_lines(text, first, option.end)


def has_content(text: str) -> bool:
    """Whether anything but blank lines and comments is left."""
    return any(line.strip() and line.strip()[0] not in _COMMENT for line in text.splitlines())


def _touching(comments: list[Line], number: int) -> list[Line]:
    """The comments that stand directly above a line, with no blank line between."""
    touching: list[Line] = []
    for comment in reversed(comments):
        if comment.number != number - 1 - len(touching):
            break
        touching.insert(0, comment)
    return touching


def _without_lines(text: str, first: int, last: int) -> str:
    lines = text.splitlines(keepends=True)
    head, tail = lines[: first - 1], lines[last:]
    while head and not head[-1].strip() and (not tail or not tail[0].strip()):
        head.pop()
    if not head:
        while tail and not tail[0].strip():
            tail.pop(0)
    return "".join(head + tail)


def _split(raw: str, file: str, number: int) -> tuple[str, str]:
    name, found, value = raw.partition("=")
    if not found or ":" in name:
        name, found, value = raw.partition(":")
    if not found:
        raise StepError(f"{file}:{number}: neither an option nor a section: {raw.strip()}")
    return name.strip(), value.strip()
