"""Messages that a page might hear: types that its scripts name, with data as the API has it. Knows no browser."""

import re
from typing import Any

_TYPE = re.compile(r"[\"'`]([a-z_]+\.[a-z_]+)[\"'`]")
_PREFIX = re.compile(r"startsWith\([\"'`]([a-z_]+\.)[\"'`]\)")
_FILES = (".js", ".mjs", ".css", ".json", ".html")


def messages(scripts: str, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """One for every type, `{"type": …, "data": …}`; a prefix `x.` stands for `x.changed`."""
    types = {t for t in _TYPE.findall(scripts) if not t.endswith(_FILES)}
    types |= {f"{prefix}changed" for prefix in _PREFIX.findall(scripts)}
    data = _fields(answers)
    return [{"type": kind, "data": data.get(kind.split(".")[0], {}) | data[""]} for kind in sorted(types)]


def _fields(answers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Plain values by name, of the first rows of all answers; under "" of all, else by the singular of the address's end."""
    found: dict[str, dict[str, Any]] = {"": {}}
    for call, answer in sorted(answers.items()):
        if answer is None or not call.startswith("GET "):
            continue
        for row in _rows(answer["body"]):
            plain = {name: value for name, value in row.items() if isinstance(value, (str, int, float, bool))}
            for name, value in plain.items():
                found[""].setdefault(name, value)
            found.setdefault(call.split("?")[0].rsplit("/", 1)[-1].removesuffix("s"), plain)
    return found


def _rows(body: Any) -> list[dict[str, Any]]:
    if isinstance(body, dict):
        rows = [body]
        for value in body.values():
            rows += _rows(value) if isinstance(value, list) else []
        return rows
    return [row for row in body[:1] if isinstance(row, dict)] if isinstance(body, list) else []
