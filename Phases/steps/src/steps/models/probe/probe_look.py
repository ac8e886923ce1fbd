"""What there is to say of each mapped class: columns, constraints, relationships, a valid row, what is refused and by whom."""

import itertools
import re
import sys

from models_probe import snake
from probe_facts import annotation, column_text, name_of, remote
from probe_methods import Recorder
from probe_rows import Rows
from probe_text import Unwritable
from probe_values import candidates, distinct, integer_limit, kind
from sqlalchemy import CheckConstraint, UniqueConstraint, inspect
from sqlalchemy.dialects import postgresql

_TRIES = 400


class Looker:
    def __init__(self, mappers, database, text, left):
        self.database, self.text, self.left = database, text, left
        self.by_table = {}
        for mapper in mappers:
            if mapper.local_table is not None:
                self.by_table.setdefault(mapper.local_table, mapper if mapper.inherits is None else mapper.base_mapper)
        self.order = self._order(mappers)
        self.rows = Rows(self)
        self.recorder = Recorder(self)

    def _order(self, mappers):
        tables = {
            table: number for number, table in enumerate(t for m in mappers for t in m.registry.metadata.sorted_tables)
        }
        return sorted(mappers, key=lambda m: (tables.get(m.local_table, 0), m.class_.__name__))

    def columns(self, mapper):
        """Attributes by name with their column; what polymorphism sets by itself is left out."""
        found = {}
        for attribute in mapper.column_attrs:
            column = attribute.columns[0]
            if column is not mapper.polymorphic_on and hasattr(column, "table") and column.computed is None:
                found[attribute.key] = column
        return found

    def checks(self, mapper):
        """Constraint by name, with its text and the attributes that it mentions."""
        found = {}
        columns = self.columns(mapper)
        for table in mapper.tables:
            for one in table.constraints:
                if isinstance(one, CheckConstraint) and not getattr(one, "_type_bound", False):
                    sql = str(one.sqltext.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
                    bare = re.sub(r"'(?:[^']|'')*'", "''", sql)
                    names = [
                        key
                        for key, c in columns.items()
                        if c.table is table and re.search(rf"\b{re.escape(c.name)}\b", bare)
                    ]
                    found[name_of(one)] = (sql, names)
        return found

    def candidates(self, mapper, key):
        column = self.columns(mapper)[key]
        return candidates(
            column,
            [sql for sql, names in self.checks(mapper).values() if key in names],
            self.rows.more(mapper, key),
            annotation(mapper, key),
        )

    def model(self, mapper):
        kind_ = mapper.class_
        self.text.name(kind_)
        result = {
            "name": kind_.__name__, "factory": snake(kind_.__name__), "module": kind_.__module__,
            "file": sys.modules[kind_.__module__].__file__,
            "tables": [self._table(table) for table in mapper.tables], "columns": [], "checks": [], "uniques": [],
            "foreign_keys": [], "relationships": [], "methods": [], "dict": None, "row": None,
            "inherits": mapper.inherits.class_.__name__ if mapper.inherits else None,
        }  # fmt: skip
        row = self.rows.of(mapper)
        result["columns"] = [self._column(mapper, key, column, row) for key, column in self.columns(mapper).items()]
        result["relationships"] = [self._relationship(one) for one in mapper.relationships]
        if row is None:
            self.left.append([kind_.__name__, f"no valid row was found: {self.rows.why.get(mapper)}"])
            return result
        result["row"] = {
            "values": self._pairs(row.values), "full": self._pairs(row.full), "key": self._pairs(row.key),
            "other": None if row.other is None else self._pairs(row.other), "other_key": self._pairs(row.other_key or {}),
            "parents": [[parent.class_.__name__, second] for parent, second in self.rows.parents(mapper)],
        }  # fmt: skip
        result["checks"] = [self._check(mapper, name, names, row) for name, (_, names) in self.checks(mapper).items()]
        result["uniques"] = [one for one in (self._unique(mapper, u, row) for u in self.uniques(mapper)) if one]
        result["foreign_keys"] = [
            self._foreign_key(mapper, key, column, row)
            for key, column in self.columns(mapper).items()
            if column.foreign_keys
        ]
        result["methods"] = self.recorder.of(mapper, row)
        result["dict"] = self.recorder.dictionary(mapper, row)
        return result

    def uniques(self, mapper):
        columns = self.columns(mapper)
        found = []
        for table in mapper.tables:
            sets = [(name_of(c), [x for x in c.columns]) for c in table.constraints if isinstance(c, UniqueConstraint)]
            sets += [(i.name, list(i.columns)) for i in table.indexes if i.unique]
            for name, wanted in sets:
                keys = [key for key, c in columns.items() if any(c is w for w in wanted)]
                if len(keys) == len(wanted):
                    found.append((name, keys))
        return found

    def enumeration(self, kind_):
        return {
            "name": self.text.name(kind_), "module": kind_.__module__, "file": sys.modules[kind_.__module__].__file__,
            "members": [[member.name, self._plain(member.value)] for member in kind_],
            "text": issubclass(kind_, str), "methods": self.recorder.of_enum(kind_),
            "stored": next(([list(c.type.enums), c.type.name] for m in self.order for c in m.columns if getattr(c.type, "enum_class", None) is kind_), None),
        }  # fmt: skip

    def _plain(self, value):
        try:
            return self.text.of(value)
        except Unwritable:
            return None

    def _pairs(self, values):
        return [[key, self.text.of(value)] for key, value in values.items()]

    def _column(self, mapper, key, column, row):
        default, length = column.default, getattr(column.type, "length", None)
        found = {
            "key": key, "name": column.name, "kind": kind(column), "nullable": bool(column.nullable), "primary": column.primary_key,
            "foreign": bool(column.foreign_keys), "length": length if kind(column) == "text" else None, "default": None,
            "required": not column.nullable and default is None and column.server_default is None and not self.rows.automatic(mapper, column),
            "accepted": [], "refused": [], "limit": integer_limit(column) if kind(column) == "integer" else None,
            "zone": bool(getattr(column.type, "timezone", False)), "scale": getattr(column.type, "scale", None),
            "enum": self.text.name(column.type.enum_class) if getattr(column.type, "enum_class", None) else None,
            "item": kind(type("Item", (), {"type": column.type.item_type})()) if kind(column) == "array" else None,
            "checked": [n for n, (_, names) in self.checks(mapper).items() if key in names],
            "alone": all(names == [key] for _, names in self.checks(mapper).values() if key in names),
            "set_by_class": False,
        }  # fmt: skip
        if default is not None and default.is_scalar:
            found["default"] = ["constant", self._plain(default.arg)]
        elif default is not None and default.is_callable:
            first, second = default.arg(None), default.arg(None)
            found["default"] = [
                "mutable" if isinstance(first, (list, dict, set)) else "fixed" if first == second else "fresh",
                self._plain(first),
            ]
        elif column.server_default is not None:
            found["default"] = ["server", None]
        if row is None or key in row.key and self.rows.automatic(mapper, column):
            return found
        for value in self.candidates(mapper, key):
            if column.foreign_keys or (value is None and not column.nullable):
                continue
            why = self.rows.attempt(mapper, row, {key: value})
            written = self._plain(value)
            if written is None:
                continue
            if why is None:
                found["accepted"].append(written)
            elif why in found["checked"]:
                found["refused"].append([written, why])
        if found["length"] and not column.foreign_keys:
            found["too_long"] = self.rows.attempt(mapper, row, {key: "a" * (length + 1)})
            found["longest"] = self.rows.attempt(mapper, row, {key: "a" * length}) is None
        if found["required"]:
            found["missing"] = self.rows.attempt(mapper, row, {key: None})
        return found

    def _check(self, mapper, name, names, row):
        """Combinations of values that the check alone decides, the refused ones and some that are accepted."""
        result = {"name": name, "columns": names, "accepted": [], "refused": []}
        columns = self.columns(mapper)
        choices = []
        for key in names:
            base = [row.full[key]] if key in row.full else []
            none = [None] if columns[key].nullable else []
            choices.append(distinct([*base, *none, *self.candidates(mapper, key)])[: 40 if len(names) == 1 else 7])
        for values in itertools.islice(itertools.product(*choices), _TRIES):
            changed = dict(zip(names, values, strict=True))
            why = self.rows.attempt(mapper, row, changed)
            if why is None or why == name:
                try:
                    result["accepted" if why is None else "refused"].append(self._pairs(changed))
                except Unwritable:
                    continue
        if not result["refused"]:
            self.left.append([f"{mapper.class_.__name__}, check {name}", "no value was found that only this refuses"])
        return result

    def _unique(self, mapper, unique, row):
        name, keys = unique
        if row.other is None or any(key in row.key and key not in row.values for key in keys):
            return None
        first, second = {**row.full, **row.values}, {**row.full, **row.other}
        same = {key: first.get(key) for key in keys}
        why = self.rows.attempt_two(mapper, row, same, same)
        if why != name:
            self.left.append(
                [f"{mapper.class_.__name__}, unique {name}", f"the same values again are refused by {why}"]
            )
            return None
        different = []
        for key in keys:
            mixed = {k: first.get(k) for k in keys if k != key}
            if (
                len(keys) > 1
                and second.get(key) != first.get(key)
                and self.rows.attempt_two(mapper, row, same, mixed) is None
            ):
                different.append(key)
        return {"name": name, "columns": keys, "different": different}

    def _foreign_key(self, mapper, key, column, row):
        foreign = next(iter(column.foreign_keys))
        target = self.by_table.get(foreign.column.table)
        found = {"column": key, "name": name_of(foreign.constraint), "ondelete": foreign.ondelete, "missing": None,
                 "target": target.class_.__name__ if target else None, "composite": len(foreign.constraint.elements) > 1,
                 "self": foreign.column.table is column.table}  # fmt: skip
        for value in ("nobody", 987654321, "00000000-0000-0000-0000-0000000000ff"):
            value = (
                __import__("uuid").UUID(value)
                if kind(column) == "uuid" and isinstance(value, str) and "-" in value
                else value
            )
            if self.rows.attempt(mapper, row, {key: value}) == found["name"]:
                found["missing"] = self._plain(value)
                break
        return found

    def _relationship(self, one):
        return {
            "key": one.key, "target": one.mapper.class_.__name__, "direction": one.direction.name, "list": bool(one.uselist),
            "back_populates": one.back_populates or (one.backref if isinstance(one.backref, str) else None), "cascade": sorted(one.cascade),
            "lazy": one.lazy, "passive_deletes": str(one.passive_deletes), "order_by": [str(x) for x in one.order_by] if one.order_by else [],
            "orphan": one.cascade.delete_orphan, "columns": [a.key for a in one.parent.column_attrs if a.columns[0] in one.local_columns],
            "viewonly": one.viewonly, "secondary": one.secondary is not None, "remote": remote(one),
        }  # fmt: skip

    def _table(self, table):
        """As PostgreSQL has it, not as the class says it."""

        def look():
            seen = inspect(self.database.connection)
            schema = table.schema
            return {
                "name": table.name, "schema": schema,
                "columns": {c["name"]: column_text(c) for c in seen.get_columns(table.name, schema)},
                "primary": seen.get_pk_constraint(table.name, schema)["constrained_columns"],
                "indexes": {i["name"]: [*(c or "?" for c in i["column_names"]), *(["unique"] if i["unique"] else [])]
                            for i in seen.get_indexes(table.name, schema) if not i.get("duplicates_constraint")},
                "uniques": {u["name"]: u["column_names"] for u in seen.get_unique_constraints(table.name, schema)},
                "foreign_keys": {f["name"]: [", ".join(f["constrained_columns"]), f["referred_table"], ", ".join(f["referred_columns"]), f["options"].get("ondelete")]
                                 for f in seen.get_foreign_keys(table.name, schema)},
                "checks": sorted(c["name"] for c in seen.get_check_constraints(table.name, schema)),
            }  # fmt: skip

        return self.database.run(look)
