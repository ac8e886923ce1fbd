"""The functions of a class that the project wrote, the constants that they name, the lines that they reach."""

import inspect as look

from sqlalchemy import inspect


def members(kind):
    """Functions and properties that the project wrote, the nearest definition of each."""
    seen = set()
    for one in kind.__mro__:
        if one.__module__.split(".")[0] in ("sqlalchemy", "builtins", "enum"):
            continue
        for name, value in vars(one).items():
            if (
                name in seen
                or (name.startswith("_") and name not in ("__repr__", "__str__"))
                or name in ("registry", "metadata")
            ):
                continue
            if isinstance(value, property) and value.fget:
                yield name, "property", value.fget
            elif isinstance(value, (classmethod, staticmethod)) and look.isfunction(value.__func__):
                if isinstance(value, classmethod):
                    yield name, "class", value.__func__
            elif look.isfunction(value):
                yield name, "method", value
            elif type(value).__name__ == "hybrid_property":
                yield name, "hybrid", value.fget
            else:
                continue
            seen.add(name)


def constants(function):
    code = function.__code__
    found = [c for c in code.co_consts if isinstance(c, (int, float, str)) and not isinstance(c, bool)]
    found += [
        v
        for v in (function.__globals__.get(n) for n in code.co_names)
        if isinstance(v, (int, float)) and not isinstance(v, bool)
    ]
    found += [d for d in (function.__defaults__ or ()) if isinstance(d, (int, float)) and not isinstance(d, bool)]
    return [c for c in found if c != function.__doc__]


def state(row):
    return {a.key: row.__dict__.get(a.key) for a in inspect(type(row)).column_attrs}


def tracer(code, lines):
    last = [0]

    def local(frame, event, argument):
        if event == "line":
            lines.add((last[0], frame.f_lineno))
            last[0] = frame.f_lineno
        return local

    return lambda frame, event, argument: local if frame.f_code is code else None
