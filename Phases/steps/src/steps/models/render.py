"""From what the probe saw to the files: which there are, what they import. The tests themselves are in `tests_of`."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from steps.models import properties_of, tests_of
from steps.models.names import MARKER, Models

_TEMPLATES = Path(__file__).parent / "templates"

_ASYNC = """    loop = asyncio.new_event_loop()
    engine = taskgraph_async_engine.sync_engine
    connection = loop.run_until_complete(greenlet_spawn(engine.connect))
    database = Database(connection, loop)
    transaction = database.run(connection.begin)
    yield database
    database.run(transaction.rollback)
    database.run(connection.close)
    loop.close()"""
_SYNC = """    with taskgraph_engine.connect() as connection:
        transaction = connection.begin()
        yield Database(connection)
        transaction.rollback()"""
_SQLALCHEMY = """from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
"""


def groups(models: Models) -> dict[str, list[dict[str, Any]]]:
    """Models by test file: `alert_rule` stands with `alert`."""
    names = {m["factory"] for m in models.all}
    found: dict[str, list[dict[str, Any]]] = {}
    for model in models.all:
        above = [n for n in names if model["factory"].startswith(n + "_")]
        found.setdefault(min(above, key=len) if above else model["factory"], []).append(model)
    return {name: sorted(some, key=lambda m: m["factory"]) for name, some in found.items()}


def conftest(seen: dict[str, Any]) -> str:
    text = (_TEMPLATES / "conftest.py.in").read_text(encoding="utf-8").replace("MARKER", MARKER)
    metadata = seen["metadata"]
    names = sorted({one.split(".")[0] for one in metadata})
    asynchronous = seen["driver"] == "asyncpg"
    imports = _SQLALCHEMY + ("from sqlalchemy.util import greenlet_spawn\n" if asynchronous else "")
    imports += "\n" + "\n".join(f"from {seen['imports'][name]} import {name}" for name in names)
    schema = f"{metadata[0]}.create_all"
    if len(metadata) > 1:
        schema = "lambda connection: [" + ", ".join(f"{one}.create_all(connection)" for one in metadata) + "]"
    text = text.replace("IMPORTS", imports).replace("SCHEMA", schema).replace("OPEN", _ASYNC if asynchronous else _SYNC)
    text = text.replace("ENGINE", "taskgraph_async_engine" if asynchronous else "taskgraph_engine")
    if asynchronous:
        return text.replace("from contextlib", "import asyncio\nfrom contextlib", 1)
    text = text.replace("self._loop.run_until_complete(greenlet_spawn(function, *arguments))", "function(*arguments)")
    return text.replace("(self, connection, loop)", "(self, connection)").replace(
        "self._connection, self._loop = connection, loop", "self._connection = connection"
    )


def factories(models: Models) -> str:
    parts = [f'"""A valid row of each model, made by its class; what a test says stands instead.\n\n{MARKER}\n"""\n']
    body = []
    for model in models.all:
        if model["row"]:
            values = ", ".join(f'"{k}": {v}' for k, v in model["row"]["values"])
            body.append(f"def {model['factory']}(**values):\n    return {model['name']}(**{{{values}}} | values)\n")
    body.append('''def relationship_of(model, name):
    """What the mapper knows of a relationship."""
    one = inspect(model).relationships[name]
    return {
        "target": one.mapper.class_.__name__,
        "direction": one.direction.name,
        "back_populates": one.back_populates,
        "cascade": sorted(one.cascade),
        "lazy": one.lazy,
        "passive_deletes": str(one.passive_deletes),
        "order_by": [str(column) for column in one.order_by] if one.order_by else [],
    }
''')
    text = "\n\n".join(body)
    return parts[0] + "\n" + imports_for(text, models) + "\n\n\n" + text


def module(name: str, some: list[dict[str, Any]], models: Models, package: str, without: set[str]) -> str | None:
    """A test file; None when nothing is left of it."""
    chunks = []
    for model in some:
        parents = models.parents(model)
        # Where a file holds two models, one may be what the other names: then each test says what it needs.
        fixture = "parents" if len(some) == 1 else f"parents_of_{model['factory']}"
        uses = f'@pytest.mark.usefixtures("{fixture}")\n' if parents and len(some) > 1 else ""
        tests = [*tests_of.model(model, models, parents), *properties_of.model(model, models, parents)]
        kept = [(uses if "(db" in text else "") + text for test, text in tests if test not in without]
        if parents and kept:
            lines = "\n".join(f"        {row}," for row in parents)
            automatic = "(autouse=True)" if len(some) == 1 else ""
            chunks.append(
                f'@pytest.fixture{automatic}\ndef {fixture}(db):\n    """The rows that {model["name"]} may name."""\n    db.store(\n{lines}\n    )\n'
            )
        chunks += kept
    if not chunks:
        return None
    return _file("Tests of " + " and ".join(m["name"] for m in some) + ": what PostgreSQL stores and refuses, and what its methods answer.",
                 "\n\n".join(chunks), models, package)  # fmt: skip


def enums(seen: dict[str, Any], models: Models, package: str, without: set[str]) -> str | None:
    tests = [test for one in seen["enums"] for test in tests_of.enumeration(one)]
    chunks = [text for test, text in tests if test not in without]
    return (
        _file("Tests of the enums: members, values, how PostgreSQL stores them.", "\n\n".join(chunks), models, package)
        if chunks
        else None
    )


def _file(says: str, body: str, models: Models, package: str) -> str:
    made = [m["factory"] for m in models.all if m["row"]] + ["relationship_of"]
    used = sorted(n for n in made if re.search(rf"(?<![\w.\"'=]){n}\(", body))
    extra = [f"from {package} import {', '.join(used)}"] if used else []
    return f'"""{says}\n\n{MARKER}\n"""\n\n{imports_for(body, models, extra)}\n\n\n{body}'


def imports_for(body: str, models: Models, extra: Sequence[str] = ()) -> str:
    """Import statements for the names that the body uses and does not bind."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    by_module: dict[str, list[str]] = {}
    known = {"select": "sqlalchemy", "delete": "sqlalchemy", "inspect": "sqlalchemy", "func": "sqlalchemy",
             "selectinload": "sqlalchemy.orm", "given": "hypothesis", "settings": "hypothesis", "HealthCheck": "hypothesis",
             "Decimal": "decimal", "UUID": "uuid", **models.imports}  # fmt: skip
    for name in sorted(used & set(known)):
        by_module.setdefault(known[name], []).append(name)
    plain = [f"import {name}" for name in ("re",) if name in used]
    if "st" in used:
        by_module.setdefault("hypothesis", []).append("strategies as st")
    lines = [f"from {where} import {', '.join(names)}" for where, names in sorted(by_module.items())]
    standard = [line for line in lines if line.split()[1] in ("datetime", "decimal", "uuid")]
    outside = [line for line in lines if line.split()[1].split(".")[0] in ("sqlalchemy", "hypothesis")] + (
        ["import pytest"] if "pytest" in used else []
    )
    own = [line for line in lines if line not in standard and line not in outside]
    return "\n\n".join(
        "\n".join(block)
        for block in (plain + standard, sorted(outside, key=lambda x: x.split()[1]), own + list(extra))
        if block
    )
