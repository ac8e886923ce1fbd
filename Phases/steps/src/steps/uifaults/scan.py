"""Where comments, brackets and arrow functions of JavaScript, CSS and HTML end. No parser: brackets and quotes only."""

import re

_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|(?m:^\s*//[^\n]*)", re.DOTALL)
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def code_only(text: str) -> str:
    """The text with comments blanked; offsets stay."""
    return _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def block_end(text: str, start: int) -> int:
    """The offset of the bracket that closes the one at `start`."""
    depth, at = 0, start
    while at < len(text):
        character = text[at]
        if character in "\"'`":
            at = _string_end(text, at)
        elif character in _PAIRS:
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return len(text)


def arrow_end(text: str, start: int) -> int:
    """The offset after the body of an arrow function whose body begins at `start`."""
    at = start
    if text[at] == "{":
        return block_end(text, at) + 1
    while at < len(text):
        character = text[at]
        if character in "\"'`":
            at = _string_end(text, at)
        elif character in _PAIRS:
            at = block_end(text, at)
        elif character in ",;)]}":
            return at
        at += 1
    return at


def _string_end(text: str, start: int) -> int:
    """The offset of the quote that ends the string at `start`; expressions in templates are skipped as text."""
    at = start + 1
    while at < len(text) and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    return at
