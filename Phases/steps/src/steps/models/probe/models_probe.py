"""Looks at the mapped classes of a project in its own environment and on a real PostgreSQL; writes what it saw as JSON.

    python models_probe.py SETTINGS.json      {"modules": […], "url": "postgresql://…", "out": FILE, "root": DIR}

Imports nothing but the standard library, SQLAlchemy and the project. The database decides what a row may hold.
"""

import enum
import importlib
import json
import os
import re
import sys
import traceback


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    root = settings["root"]
    sys.path[:0] = settings["paths"]
    left = []
    for name in settings["modules"]:
        try:
            importlib.import_module(name)
        except Exception as error:
            left.append([name, f"cannot be imported: {type(error).__name__}: {error}"])
    from probe_database import Database
    from probe_look import Looker
    from probe_text import Text
    from sqlalchemy.orm import configure_mappers
    from sqlalchemy.orm.mapper import _all_registries

    configure_mappers()
    mappers = [m for registry in _all_registries() for m in registry.mappers if _inside(m.class_, root)]
    if not mappers:
        _write(settings, {"models": [], "enums": [], "imports": {}, "left": left})
        return
    bases = {id(m.registry.metadata): m for m in mappers}
    database = Database(settings["url"])
    text = Text(_home)
    made = []
    for one in bases.values():
        try:
            database.make(one.registry.metadata)
            made.append(_metadata(one, text))
        except Exception as error:
            raise SystemExit(f"PostgreSQL refuses the schema: {type(error).__name__}: {error}") from error
    looker = Looker(mappers, database, text, left)
    models = []
    for mapper in looker.order:
        try:
            models.append(looker.model(mapper))
        except Exception:
            left.append([mapper.class_.__name__, "could not be looked at: " + traceback.format_exc(limit=-2)])
    enums = [looker.enumeration(kind) for kind in _enums(mappers, root)]
    for one in [*models, *enums]:
        one["file"] = os.path.relpath(one["file"], root)
    _write(
        settings,
        {
            "models": models,
            "enums": enums,
            "imports": text.imports,
            "left": left,
            "metadata": made,
            "driver": database.driver,
        },
    )


def _inside(kind, root):
    file = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""
    return os.path.realpath(file).startswith(os.path.realpath(root) + os.sep) and "site-packages" not in file


def _home(kind):
    """The package nearest to the top that gives the same object under its name; else where it is defined."""
    parts = kind.__module__.split(".")
    for end in range(1, len(parts)):
        name = ".".join(parts[:end])
        outer = kind.__qualname__.split(".")[0]
        there = getattr(sys.modules.get(name), outer, None)
        if there is not None and there is getattr(sys.modules[kind.__module__], outer, None):
            return name
    return kind.__module__


def _metadata(mapper, text):
    """An expression for the metadata that all models of a registry share: that of their base class."""
    for kind in reversed(mapper.class_.__mro__[:-1]):
        if getattr(kind, "metadata", None) is mapper.registry.metadata and not kind.__module__.startswith("sqlalchemy"):
            return f"{text.name(kind)}.metadata"
    return f"{text.name(mapper.class_)}.metadata"


def _enums(mappers, root):
    """The project's enums: of columns, and those that stand in the same modules."""
    found = {}
    for mapper in mappers:
        for column in mapper.columns:
            kind = getattr(column.type, "enum_class", None)
            if kind is not None:
                found[kind] = True
    for module in {kind.__module__ for kind in found} | {m.class_.__module__ for m in mappers}:
        for value in vars(sys.modules[module]).values():
            if isinstance(value, type) and issubclass(value, enum.Enum) and _inside(value, root):
                found[value] = True
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _write(settings, document):
    with open(settings["out"], "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)


if __name__ == "__main__":
    main()
