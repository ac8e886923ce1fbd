"""An ini section as the text of `[tool.pytest.ini_options]`, type by type. Pure; asks nobody for the types.

pytest reads `ini_options` as ini text: lists stay lists, every other value is turned into a string and read as in an ini file.
Neither iniconfig nor TOML interpolates, so `%` is copied as it stands.
"""

import re
import shlex
from collections.abc import Mapping

from steps.core import ini
from steps.core.errors import StepError
from steps.core.toml import Element, array, string

# pytest's own options, for when pytest cannot be asked. What is not here is text.
_KNOWN_TYPES = {
    **dict.fromkeys(("addopts", "norecursedirs", "python_files", "python_classes", "python_functions", "testpaths", "usefixtures",
                     "required_plugins", "doctest_optionflags"), "args"),
    **dict.fromkeys(("markers", "filterwarnings"), "linelist"),
    **dict.fromkeys(("pythonpath",), "paths"),
    **dict.fromkeys(("log_cli", "xfail_strict", "junit_log_passing_tests", "enable_assertion_pass_hook",
                     "consider_namespace_packages", "faulthandler_exit_on_timeout"), "bool"),
}  # fmt: skip
_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})
_INTEGER = re.compile(r"^(0|-?[1-9][0-9]*)$")


def table(section: ini.Section | None, types: Mapping[str, str], file: str) -> str:
    """The whole table as TOML text, comments above what they stood above."""
    lines = ["[tool.pytest.ini_options]"]
    if section is None:
        return lines[0] + "\n"
    lines += _comments(section.leading_comments)
    for option in section.options.values():
        lines += _comments(option.comments_above)
        kind = types.get(option.name) or _KNOWN_TYPES.get(option.name, "string")
        lines.append(f"{_key(option.name)} = {_value(option, kind, file)}")
    lines += _comments(section.trailing_comments)
    return "\n".join(lines) + "\n"


def _value(option: ini.Option, kind: str, file: str) -> str:
    value = option.value
    if kind == "bool" and value.strip().lower() in _TRUE | _FALSE:
        return "true" if value.strip().lower() in _TRUE else "false"
    if kind == "linelist":
        return array(_elements(option, lambda text: [text]))
    if kind in ("args", "paths", "pathlist"):
        if option.name == "addopts" and "\n" not in value and not _inner_comments(option):
            return string(value)  # one line of arguments is easier to read as one
        return _arguments(option, file)
    if kind in ("string", "int", "float") and _INTEGER.match(value):
        return value
    return string(value)


def _arguments(option: ini.Option, file: str) -> str:
    """Words as the shell parts them. A quotation over several lines has no place for comments between."""
    try:
        whole = shlex.split(option.value)
    except ValueError as error:
        raise StepError(f"{file}:{option.line}: {option.name} cannot be split into words: {error}") from error
    try:
        elements = _elements(option, shlex.split)
    except ValueError:
        elements = []
    if [element.value for element in elements] != whole:
        elements = [Element(word) for word in whole]
    if len(elements) <= 3 and "\n" not in option.value and not any(element.above for element in elements):
        return "[" + ", ".join(string(element.value) for element in elements) + "]"
    return array(elements)


def _elements(option: ini.Option, split) -> list[Element]:
    elements: list[Element] = []
    above: list[str] = []
    for line in option.value_lines:
        if line.is_comment:
            above.append(_text(line))
            continue
        for word in split(line.text) if line.text else []:
            elements.append(Element(word, tuple(above)))
            above = []
    return elements


def _inner_comments(option: ini.Option) -> bool:
    return any(line.is_comment for line in option.value_lines)


def _comments(lines: list[ini.Line]) -> list[str]:
    return [f"# {text}" if (text := _text(line)) else "#" for line in lines]


def _text(comment: ini.Line) -> str:
    return comment.text.lstrip("#;").strip()


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else string(name)
