"""pyproject.toml edited as a person would: comments, order and line ends stay. Knows no table's meaning."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from steps.core.errors import StepError


@dataclass(frozen=True)
class Element:
    """One string of a multi-line array, with the comments that stand above and beside it."""

    value: str
    above: tuple[str, ...] = ()
    beside: str = ""


class TomlFile:
    """A TOML file's text and its line ends. An absent file is an empty one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = path.read_bytes() if path.is_file() else b""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise StepError(f"{path.name}: not UTF-8 (byte {error.start})") from error
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self.text = text.replace("\r\n", "\n")
        self.check()

    def check(self) -> None:
        """Raises `StepError` with the parser's line and column when the text is not TOML."""
        try:
            tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise StepError(f"{self.path.name}: not TOML: {error}") from error

    @property
    def data(self) -> dict[str, Any]:
        return tomllib.loads(self.text)

    def get(self, *keys: str) -> Any:
        """The value at a path of keys, or None."""
        value: Any = self.data
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                return None
            value = value[key]
        return value

    def document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self.text)
        except TOMLKitError as error:
            raise StepError(f"{self.path.name}: cannot be edited: {error}") from error

    def put(self, document: tomlkit.TOMLDocument) -> None:
        self.text = tomlkit.dumps(document)
        self.check()

    def prepend(self, block: str) -> None:
        """Puts whole tables before the file's own, or after them when the file begins with keys of no table."""
        if any(not isinstance(value, (dict, list)) for value in self.data.values()):
            self.append(block)
            return
        self.text = block.rstrip("\n") + "\n" + ("\n" + self.text if self.text else "")
        self.check()

    def append(self, block: str) -> None:
        self.text = (self.text.rstrip("\n") + "\n\n" if self.text.strip() else "") + block.rstrip("\n") + "\n"
        self.check()

    def save(self) -> None:
        self.path.write_bytes(self.text.replace("\n", self._newline).encode("utf-8"))


def string(value: str) -> str:
    """A TOML string: literal where backslashes would have to be doubled, basic otherwise."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return tomlkit.string(value).as_string()


def array(elements: Sequence[Element]) -> str:
    """An array with an element a line, its comments kept."""
    if not elements:
        return "[]"
    lines = ["["]
    for element in elements:
        lines += [f"    # {comment}" if comment else "    #" for comment in element.above]
        beside = f"  # {element.beside}" if element.beside else ""
        lines.append(f"    {string(element.value)},{beside}")
    return "\n".join([*lines, "]"])


def extend(existing: Any, elements: Sequence[Element]) -> None:
    """Adds strings, a line each, to an array of a document that is there already; its own lines stay as they are."""
    for element in elements:
        for comment in element.above:
            existing.add_line(comment=comment, add_comma=False)
        existing.add_line(element.value, comment=element.beside or None)
    if elements:
        existing.add_line(indent="", add_comma=False)
