"""Finds a row that the database accepts, a second one beside it, and a full one. Each attempt leaves nothing behind."""

import itertools
from dataclasses import dataclass, field

from probe_text import Unwritable
from probe_values import candidates, kind

_TRIES = 300


@dataclass
class Row:
    values: dict  # what has to be said
    full: dict = field(default_factory=dict)  # all that can be said
    key: dict = field(default_factory=dict)  # the primary key that its children name
    other: "dict | None" = None  # a second row beside the first
    other_key: "dict | None" = None


class Rows:
    def __init__(self, looker):
        self._looker, self._found, self.why, self._busy = looker, {}, {}, set()

    def of(self, mapper):
        if mapper not in self._found:
            if mapper in self._busy:
                return None  # two tables that need each other
            self._busy.add(mapper)
            self._found[mapper] = self._find(mapper)
            self._busy.discard(mapper)
        return self._found[mapper]

    def automatic(self, mapper, column):
        """Whether the database, or the table that is inherited from, gives the value."""
        if mapper.inherits is not None and column.primary_key and mapper.local_table is not mapper.inherits.local_table:
            return self.automatic(mapper.base_mapper, next(iter(mapper.base_mapper.primary_key)))
        table = column.table
        return column.identity is not None or (column.primary_key and table.autoincrement_column is column)

    def parents(self, mapper):
        """Every mapped class whose rows this one's foreign keys name, those first that others need; whether two rows of it are needed."""
        found = {}

        def visit(one):
            for table in one.tables:
                for foreign in table.foreign_keys:
                    if one is not mapper and foreign.parent.nullable:
                        continue
                    parent = self._looker.by_table.get(foreign.column.table)
                    if parent is None or parent is one.base_mapper or parent in found or parent is mapper.base_mapper:
                        continue
                    if self.of(parent) is not None:
                        visit(parent)
                        found[parent] = self.of(parent).other is not None

        visit(mapper)
        return list(found.items())

    def more(self, mapper, key):
        """For a foreign key: the keys of the parents' rows."""
        column = self._looker.columns(mapper)[key]
        for foreign in column.foreign_keys:
            parent = self._looker.by_table.get(foreign.column.table)
            if parent is not None and parent is not mapper.base_mapper and self.of(parent) is not None:
                attribute = next(a.key for a in parent.column_attrs if foreign.column in a.columns)
                row = self.of(parent)
                first = {**row.key, **row.values, **row.key}.get(attribute)
                second = None if row.other is None else {**row.other, **(row.other_key or {})}.get(attribute)
                return [value for value in (first, second) if value is not None]
        return []

    def attempt(self, mapper, row, changes):
        return self._try(mapper, [{**row.values, **changes}])

    def attempt_two(self, mapper, row, same, changes):
        """A row with the values `same`, and the second row with `changes`."""
        return self._try(mapper, [{**row.values, **same}, {**row.other, **changes}])

    def _try(self, mapper, all_values):
        def make():
            for parent, second in self.parents(mapper):
                row = self.of(parent)
                yield parent.class_(**{**row.values, **row.key})
                if second:
                    yield parent.class_(**{**row.other, **(row.other_key or {})})
            for values in all_values:
                yield mapper.class_(**values)

        return self._looker.database.attempt(make)

    def _find(self, mapper):
        columns, checks = self._looker.columns(mapper), self._looker.checks(mapper)
        choices = {key: self._choices(mapper, key, checks) for key in columns}
        needed = [
            k
            for k, c in columns.items()
            if not c.nullable and c.default is None and c.server_default is None and not self.automatic(mapper, c)
        ]
        empty = [key for key in needed if not choices[key]]
        if empty:
            self.why[mapper] = f"nothing is known that {empty[0]} ({columns[empty[0]].type!r}) might hold"
            return None
        values = {key: choices[key][0] for key in needed}
        if not self._settle(mapper, values, choices, checks):
            return None
        row = Row(values)
        row.key = self._key(mapper, columns, values, 1)
        row.full = dict(values)
        for key in columns:
            if key in values or key in row.key:
                continue
            for value in choices[key]:
                if (
                    value is not None
                    and self._writable(value)
                    and self._try(mapper, [{**row.full, key: value}]) is None
                ):
                    row.full[key] = value
                    break
        self._second(mapper, row, columns, choices)
        return row

    def _choices(self, mapper, key, checks):
        more = self.more(mapper, key)
        return more if more else [v for v in self._looker.candidates(mapper, key) if self._writable(v)]

    def _writable(self, value):
        try:
            self._looker.text.of(value)
            return True
        except Unwritable:
            return False

    def _settle(self, mapper, values, choices, checks):
        """Changes what the violated check mentions until nothing is refused; never back to a refusal that was there before."""
        seen = set()
        while (why := self._try(mapper, [values])) is not None:
            seen.add(why)
            names = [key for key in checks.get(why, ("", []))[1] if choices[key]]
            if not names:
                keys = [k for k, c in self._looker.columns(mapper).items() if why in (c.name, k) and choices[k]]
                names = keys or list(values)
            for combination in itertools.islice(itertools.product(*(choices[key][:40] for key in names)), _TRIES):
                tried = {**values, **dict(zip(names, combination, strict=True))}
                if self._try(mapper, [tried]) not in seen:
                    values.update(tried)
                    break
            else:
                self.why[mapper] = f"{why} refuses every value that was tried"
                return False
        return True

    def _key(self, mapper, columns, values, number):
        """What to say so that children can name the row."""
        key = {}
        for name, column in columns.items():
            if column.primary_key and name not in values:
                key[name] = number if kind(column) == "integer" else candidates(column, [])[number - 1]
        return key

    def _second(self, mapper, row, columns, choices):
        """Differs in every unique column, so that both can stand side by side."""
        key = self._key(mapper, columns, row.values, 2)
        other = dict(row.values)
        uniques = self._looker.uniques(mapper)
        change = [
            k
            for k, c in columns.items()
            if (c.primary_key and k in row.values) or any(k in keys for _, keys in uniques)
        ]
        for name in change:
            for value in choices[name]:
                if value != row.values.get(name) and self._try(mapper, [{**other, name: value}]) is None:
                    other[name] = value
                    break
        why = self._try(mapper, [{**row.values, **row.key}, {**other, **key}])
        if why is None:
            row.other, row.other_key = other, key
        else:
            self._looker.left.append([mapper.class_.__name__, f"no second row was found beside the first: {why}"])
