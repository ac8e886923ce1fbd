"""Values as Python source, as a person would write them, and the name of each import that the source needs."""

import datetime as dt
import decimal
import enum
import math
import sys
import uuid


class Unwritable(Exception):
    """A value that has no short literal."""


class Text:
    """Collects in `imports` where each name that it wrote comes from."""

    def __init__(self, home):
        """`home(class)` says which module a class of the project is imported from."""
        self._home = home
        self.imports = {}

    def of(self, value):
        kind = type(value)
        if isinstance(value, enum.Enum):
            return f"{self.name(kind)}.{value.name}"
        if kind is str and len(value) > 24 and len(set(value)) == 1:
            return f"{value[0]!r} * {len(value)}".replace("'", '"')
        if kind is str:
            return _quoted(value)
        if kind is float and not math.isfinite(value):
            return f'float("{value}")'
        if value is None or kind in (bool, int, float, bytes):
            return repr(value)
        if kind in (list, tuple, set, frozenset, dict):
            return self._collection(value, kind)
        if kind in (uuid.UUID, decimal.Decimal):
            return f'{self._from(kind.__module__, kind.__name__)}("{value}")'
        if kind in (dt.datetime, dt.date, dt.time, dt.timedelta):
            return self._time(value, kind)
        raise Unwritable(kind.__name__)

    def name(self, kind):
        """How a test calls a class; one that stands inside another is called by both names."""
        if "<locals>" in kind.__qualname__:
            raise Unwritable("a class that a function makes")
        self._from(self._home(kind), kind.__qualname__.split(".")[0])
        return kind.__qualname__

    def _from(self, module, name):
        self.imports[name] = module
        return name

    def _collection(self, value, kind):
        if kind is dict:
            return "{" + ", ".join(f"{self.of(k)}: {self.of(v)}" for k, v in value.items()) + "}"
        parts = [self.of(part) for part in (sorted(value, key=repr) if kind in (set, frozenset) else value)]
        inner = ", ".join(parts)
        if kind is list:
            return f"[{inner}]"
        if kind is tuple:
            return f"({inner},)" if len(parts) == 1 else f"({inner})"
        return f"{kind.__name__}([{inner}])"

    def _time(self, value, kind):
        name = self._from("datetime", kind.__name__)
        if kind is dt.timedelta:
            parts = {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
            return f"{name}({', '.join(f'{k}={v}' for k, v in parts.items() if v) or '0'})"
        if kind is dt.date:
            return f"{name}({value.year}, {value.month}, {value.day})"
        clock = [value.hour, value.minute, value.second, value.microsecond]
        while len(clock) > 2 and clock[-1] == 0:
            clock.pop()
        head = [value.year, value.month, value.day] if kind is dt.datetime else []
        text = ", ".join(map(str, head + clock))
        if value.tzinfo is not None:
            if value.utcoffset() != dt.timedelta(0):
                raise Unwritable("a time with an offset")
            utc = (
                self._from("datetime", "UTC")
                if sys.version_info >= (3, 11)
                else self._from("datetime", "timezone") + ".utc"
            )
            text += f", tzinfo={utc}"
        return f"{name}({text})"


def _quoted(text):
    plain = repr(text)
    return plain if '"' in text or plain[0] == '"' else '"' + plain[1:-1].replace("\\'", "'") + '"'
