"""Bytes of a requirement file to logical lines, as pip makes them: BOM, CRLF, continuations, comments. Knows no option."""

import codecs
import re
from dataclasses import dataclass

from steps.core.errors import StepError
from steps.core.findings import Location

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_COMMENT = re.compile(r"(^|\s+)#(.*)$")


@dataclass(frozen=True)
class LogicalLine:
    """What pip sees as one line. `above` are the comment lines directly before it, `beside` the comment at its end."""

    location: Location
    text: str
    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Lines:
    logical: tuple[LogicalLine, ...]
    loose_comments: tuple[LogicalLine, ...]  # comments that stand by themselves


def decode(data: bytes, file: str) -> str:
    """The file's text: a byte order mark decides, then a coding comment in the first two lines, then UTF-8."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    encoding = "utf-8"
    for line in data.split(b"\n")[:2]:
        if line.startswith(b"#") and (found := _CODING.search(line)):
            encoding = found.group(1).decode("ascii")
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise StepError(f"{file}: cannot be read as {encoding}: {error}", hint="convert the file to UTF-8") from error


def split(data: bytes, file: str) -> Lines:
    """Logical lines with the line number on which each begins. Comments keep their text, without `#`."""
    logical: list[LogicalLine] = []
    loose: list[LogicalLine] = []
    above: list[LogicalLine] = []  # comment lines not yet known to belong to a requirement

    for number, text in _joined(decode(data, file).splitlines()):
        location = Location(file, number)
        found = _COMMENT.search(text)
        content = (text[: found.start()] if found else text).strip()
        comment = found.group(2).strip() if found else ""
        if content:
            logical.append(LogicalLine(location, content, tuple(c.text for c in above), comment))
            above = []
        elif comment:
            above.append(LogicalLine(location, comment))
        elif not text.strip():
            # A blank line parts a block of comments from what follows.
            loose += above
            above = []
    return Lines(tuple(logical), tuple(loose + above))


def _joined(lines: list[str]) -> list[tuple[int, str]]:
    """Lines ending in a backslash joined with the next; a comment line ends the joining, as in pip."""
    result: list[tuple[int, str]] = []
    begun: tuple[int, str] | None = None
    for number, line in enumerate(lines, start=1):
        is_comment = re.match(r"(^|\s+)#", line) is not None
        if begun is None:
            begun = (number, "")
        if line.endswith("\\") and not is_comment:
            begun = (begun[0], begun[1] + line.rstrip("\\"))
            continue
        joiner = " " if is_comment and begun[1] else ""
        result.append((begun[0], begun[1] + joiner + line))
        begun = None
    if begun is not None:
        result.append(begun)
    return result
