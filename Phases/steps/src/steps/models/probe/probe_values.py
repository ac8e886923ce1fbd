"""Values that a column might hold: its kind's usual ones, and what stands at the edges of what constraints and code name."""

import datetime as dt
import decimal
import enum
import re
import typing
import uuid

from sqlalchemy import types

MORNING = dt.datetime(2024, 1, 2, 3, 4, 5)
_INTEGER = ((types.SmallInteger, 2**15), (types.BigInteger, 2**63), (types.Integer, 2**31))
_TEXTS = [
    "a",
    "b",
    "A",
    "",
    "-a",
    "a_b",
    "a!",
    "#0a1b2c",
    "a@example.org",
    "https://example.org/a",
    "10.0.0.1",
    "00000000-0000-0000-0000-000000000001",
]
_JSON = [
    {},
    [],
    {"a": 1},
    ["a"],
    ["a", "b", "c"],
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
]


def kind(column):
    """One word for what the column holds; `other` where nothing is known about it."""
    type_ = column.type
    if isinstance(type_, types.TypeDecorator):
        type_ = type_.impl_instance if hasattr(type_, "impl_instance") else type_.impl
    if isinstance(type_, types.Enum):
        return "enum"
    if isinstance(type_, types.ARRAY):
        return "array"
    if isinstance(type_, types.JSON):
        return "json"
    if isinstance(type_, types.Uuid):
        return "uuid"
    try:
        python = type_.python_type
    except NotImplementedError:
        return "text" if type(type_).__name__ in ("INET", "CIDR", "MACADDR") else "other"
    names = {str: "text", int: "integer", float: "float", decimal.Decimal: "decimal", bool: "boolean", dt.datetime: "datetime",
             dt.date: "date", dt.time: "time", dt.timedelta: "interval", bytes: "bytes", uuid.UUID: "uuid", dict: "json", list: "array"}  # fmt: skip
    return names.get(python, "other")


def literals(text):
    """Numbers and quoted texts of an SQL expression."""
    texts = re.findall(r"'((?:[^']|'')*)'", text)
    bare = re.sub(r"'(?:[^']|'')*'", "''", text)
    return [decimal.Decimal(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", bare)], texts


def integer_limit(column):
    return next((limit for kind_, limit in _INTEGER if isinstance(column.type, kind_)), 2**31)


def candidates(column, checks, more=(), annotation=""):
    """Distinct values, the most usual first. `checks` are the texts of the constraints that mention the column."""
    numbers, texts = [], []
    for check in checks:
        some, others = literals(check)
        numbers += some
        texts += others
    default = column.default.arg if column.default is not None and column.default.is_scalar else None
    found = _of_kind(column, kind(column), numbers, texts)
    if kind(column) == "json":
        found.sort(key=lambda value: not _fits(value, annotation))
    values = found[:1] + ([] if default is None else [default]) + found[1:] + list(more)
    return distinct(values)


def distinct(values):
    seen, result = set(), []
    for value in values:
        if (type(value), repr(value)) not in seen:
            seen.add((type(value), repr(value)))
            result.append(value)
    return result


def _fits(value, annotation):
    """Whether a JSON value is what the class says that the column holds, so far as it says so."""
    if "list[list" in annotation.lower():
        return bool(value) and isinstance(value, list) and isinstance(value[0], list)
    if "list" in annotation.lower():
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return isinstance(value, dict)


def _of_kind(column, kind_, numbers, texts):
    edges = [n + step for n in numbers for step in (0, 1, -1)]
    if kind_ == "enum":
        return list(column.type.enum_class or column.type.enums)
    if kind_ == "integer":
        return distinct([1, 2, 0] + [int(n) for n in edges] + [-1])
    if kind_ == "float":
        return distinct([0.5, 1.0, 0.0, *(float(n) + s for n in numbers for s in (0, 0.25, -0.25)), 2.5, -0.5])
    if kind_ == "decimal":
        step = decimal.Decimal(1).scaleb(-(column.type.scale or 0))
        return distinct(
            [step, 2 * step, decimal.Decimal(0), *(n + s for n in numbers for s in (0, step, -step)), -step]
        )
    if kind_ == "boolean":
        return [True, False]
    if kind_ == "datetime":
        zone = dt.UTC if getattr(column.type, "timezone", False) else None
        start = MORNING.replace(tzinfo=zone)
        return [
            start,
            start + dt.timedelta(seconds=1),
            start - dt.timedelta(seconds=1),
            start + dt.timedelta(days=36500),
        ]
    if kind_ == "date":
        return [MORNING.date() + dt.timedelta(days=n) for n in (0, 1, -1)]
    if kind_ == "time":
        return [dt.time(3, 4, 5), dt.time(0, 0), dt.time(23, 59, 59)]
    if kind_ == "interval":
        return [dt.timedelta(seconds=n) for n in (1, 0, 3600, -1)]
    if kind_ == "uuid":
        some = [uuid.UUID(int=n) for n in (1, 2)]
        return some if getattr(column.type, "as_uuid", True) else [str(one) for one in some]
    if kind_ == "bytes":
        return [b"a", b"", b"\x00\xff"]
    if kind_ == "json":
        return list(_JSON)
    if kind_ == "array":
        item = column.type.item_type
        shell = type("Item", (), {"type": item, "default": None})()
        some = _of_kind(shell, kind(shell), [], [])
        return [some[:1], [], some[:2]]
    if kind_ == "text":
        long = getattr(column.type, "length", None)
        lengths = [int(n) for n in edges if 0 <= n <= 1000]
        made = [letter * n for n in lengths for letter in "ab"]
        shaped = [*(text for text in texts if not re.search(r"[\^$\[\]]", text)), *_TEXTS]
        return [t for t in distinct(["a", "b", *made, *shaped]) if long is None or len(t) <= long]
    return []


def of_annotation(annotation, texts, rows):
    """Values for a parameter; `rows(class)` makes rows of a mapped class. None when the annotation says nothing known."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        found = [of_annotation(part, texts, rows) for part in inner if part is not type(None)]
        return None if not found or any(one is None for one in found) else [v for one in found for v in one] + [None]
    if origin in (list, set, tuple, dict) or (origin and origin.__module__ == "collections.abc"):
        if len(inner) == 1 or (origin is tuple and inner[1:] == (...,)):
            some = of_annotation(inner[0], texts, rows)
            return None if some is None else [[], some[:1], some[1:2], some[:3]]
        if origin is tuple:
            parts = [of_annotation(part, texts, rows) for part in inner]
            return None if any(not part for part in parts) else [tuple(p[i % len(p)] for p in parts) for i in range(3)]
        return None
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return list(annotation)
    numbers = [v for v in texts if isinstance(v, (int, float)) and not isinstance(v, bool)]
    start = MORNING.replace(tzinfo=dt.UTC)
    simple = {
        bool: [True, False], int: [0, 1, -1, 100, *(int(n) + s for n in numbers for s in (0, 1, -1))],
        float: [0.5, 0.0, 1.0, -1.0, 5.0, *(float(n) + s for n in numbers for s in (0, 0.25, -0.25))],
        str: ["a", "", "b", *(v for v in texts if isinstance(v, str) and len(v) < 40)], bytes: [b"a", b""],
        dt.datetime: [start + dt.timedelta(seconds=n) for n in (0, 1, -1, 86400)], dt.date: [MORNING.date()],
        dt.timedelta: [dt.timedelta(seconds=n) for n in (1, 0, 60, 86400)],
    }  # fmt: skip
    if annotation in simple:
        return distinct(simple[annotation])
    return rows(annotation) if isinstance(annotation, type) else None
