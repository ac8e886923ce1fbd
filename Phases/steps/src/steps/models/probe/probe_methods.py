"""What methods and properties answer to diverse inputs, twice each: what differs from one time to the other is not recorded.

Cases are kept that reach another line, or give another outcome, than those before.
"""

import inspect as look
import random
import sys
import typing

from models_probe import snake
from probe_code import constants, members, state, tracer
from probe_text import Unwritable
from probe_values import distinct, of_annotation
from sqlalchemy import inspect

_CALLS, _KEPT = 600, 8


class Recorder:
    def __init__(self, looker):
        self._looker = looker
        self._text = looker.text

    def of(self, mapper, row):
        found = []
        for name, kind, function in members(mapper.class_):
            if name not in ("to_dict", "from_dict"):
                one = self._record(mapper, row, name, kind, function)
                found += [one] if one else []
        return found

    def of_enum(self, kind_):
        found = []
        for name, kind, function in members(kind_):
            if name.startswith("_"):
                continue
            cases = self._cases(function, kind, lambda: list(kind_), kind_, name, None)
            if cases:
                found.append({"name": name, "kind": kind, "cases": cases})
            else:
                self._looker.left.append([f"{kind_.__name__}.{name}", "no outcome could be recorded"])
        return found

    def dictionary(self, mapper, row):
        """Whether to_dict and from_dict are there, and the keys of the first."""
        kind = mapper.class_
        if not callable(getattr(kind, "to_dict", None)):
            return None
        try:
            full = kind(**row.full)
            data = full.to_dict()
            written = {key: self._written(value) for key, value in data.items()}
            given = {
                k: v
                for k, v in written.items()
                if k in row.full and v is not None or v is not None and kind(**row.full).to_dict()[k] == data[k]
            }
            found = {"keys": list(data), "known": [[k, v] for k, v in given.items()], "from": False, "unknown": None}
            if callable(getattr(kind, "from_dict", None)):
                found["from"] = kind.from_dict(dict(data)).to_dict() == data
                try:
                    kind.from_dict({**data, "no_such_column": 1})
                except Exception as error:
                    found["unknown"] = [self._error(type(error)), str(error)]
            return found
        except Exception as error:
            self._looker.left.append([f"{kind.__name__}.to_dict", f"{type(error).__name__}: {error}"])
            return None

    def _record(self, mapper, row, name, kind, function):
        kind_ = mapper.class_
        variants = self._variants(mapper, row, function)
        cases = self._cases(function, kind, lambda: [self._row(kind_, row, v) for v in variants], kind_, name, mapper)
        if not cases:
            self._looker.left.append(
                [
                    f"{kind_.__name__}.{name}",
                    "no outcome could be recorded: unknown parameters, or nothing is the same twice",
                ]
            )
            return None
        return {"name": name, "kind": kind, "cases": cases}

    def _row(self, kind, row, changes):
        text = ", ".join(f"{k}={self._text.of(v)}" for k, v in changes.items())
        return _Made(kind, {**row.values, **changes}, f"{snake(kind.__name__)}({text})")

    def _variants(self, mapper, row, function):
        """Rows that differ from the full one in one column, or two, by what the code names."""
        numbers = constants(function)
        found = [{}]
        single = {}
        for key, column in self._looker.columns(mapper).items():
            if key in row.key:
                continue
            values = [v for v in self._looker.candidates(mapper, key)][:14]
            if values and type(values[0]) in (int, float):
                values += [type(values[0])(n + s) for n in numbers if isinstance(n, (int, float)) for s in (0, 1, -1)]
            values += [None] if column.nullable else []
            single[key] = [v for v in distinct(values) if v != row.values.get(key) and self._written(v) is not None]
        names = set(function.__code__.co_names)
        keys = [k for k in single if k in names] or list(single)
        found += [{k: v} for k in keys for v in single[k]]
        chance = random.Random(0)
        for _ in range(200):
            some = chance.sample(keys, min(len(keys), chance.choice((2, 2, 3, 4))))
            if all(single[k] for k in some):
                found.append({k: chance.choice(single[k]) for k in some})
        return [
            {
                k: v
                for k, v in {**{k: row.full[k] for k in names if k in row.full and k not in row.values}, **one}.items()
            }
            for one in found
        ]

    def _cases(self, function, kind, receivers, kind_, name, mapper):
        arguments = self._arguments(function, kind, kind_)
        if arguments is None:
            return []
        chance = random.Random(1)
        some = receivers() if kind != "class" else [kind_]
        calls = [(r, {k: v[0] for k, v in arguments.items()}) for r in some]
        calls += [
            (some[0], {**{k: v[0] for k, v in arguments.items()}, key: value})
            for key, values in arguments.items()
            for value in values
        ]
        if arguments:
            calls += [(chance.choice(some), {k: chance.choice(v) for k, v in arguments.items()}) for _ in range(_CALLS)]
        kept, reached, outcomes, texts = [], set(), {}, set()
        for receiver, chosen in calls:
            try:
                case, lines = self._call(function, kind, receiver, name, chosen, mapper)
            except Unwritable:
                continue
            if case is None:
                continue
            outcome = repr([case["result"], case["raises"], case["changes"]])
            new = (lines - reached) or outcomes.get(outcome, 0) < 2
            said = (self._target(receiver), tuple((k, t) for k, (_, t) in chosen.items()))
            if new and said not in texts and (len(kept) < _KEPT or lines - reached):
                texts.add(said)
                reached |= lines
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
                kept.append(
                    {
                        "on": self._target(receiver),
                        "arguments": [[k, t] for k, (_, t) in chosen.items() if t is not None],
                        **case,
                    }
                )
        return kept

    def _arguments(self, function, kind, kind_):
        """By parameter, values each with its text; None as text: leave it out."""
        if kind in ("property", "hybrid"):
            return {}
        try:
            hints = typing.get_type_hints(function, localns=self._names())
        except Exception:
            hints = {}
        named = constants(function)
        found = {}
        for number, parameter in enumerate(look.signature(function).parameters.values()):
            if number == 0 or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            values = of_annotation(hints.get(parameter.name), named, self._rows) or []
            choices = [(value, text) for value in values for text in [self._written(value)] if text is not None]
            if parameter.default is not parameter.empty:
                choices.append((parameter.default, None))
            if not choices:
                return None
            found[parameter.name] = choices
        return found

    def _names(self):
        return {m.class_.__name__: m.class_ for m in self._looker.order}

    def _rows(self, kind):
        """Rows for a parameter that is a mapped class."""
        mapper = next((m for m in self._looker.order if m.class_ is kind), None)
        row = mapper and self._looker.rows.of(mapper)
        if row is None:
            return None
        changes = [{}]
        for key in self._looker.columns(mapper):
            if key not in row.key:
                changes += [
                    {key: v} for v in [*self._looker.candidates(mapper, key)][:6] if self._written(v) is not None
                ]
        return [self._row(kind, row, c) for c in changes]

    def _target(self, receiver):
        return (
            receiver.text
            if isinstance(receiver, _Made)
            else self._text.name(receiver)
            if isinstance(receiver, type)
            else self._text.of(receiver)
        )

    def _call(self, function, kind, receiver, name, chosen, mapper):
        first, lines = self._once(function, kind, receiver, name, chosen, mapper)
        second, _ = self._once(function, kind, receiver, name, chosen, mapper)
        return (first if first == second else None), lines

    def _once(self, function, kind, receiver, name, chosen, mapper):
        target = receiver() if isinstance(receiver, _Made) else receiver
        before = state(target) if mapper and kind != "class" else {}
        given = {k: v() if isinstance(v, _Made) else v for k, (v, _) in chosen.items()}
        lines = set()
        case = {"result": None, "raises": None, "changes": []}
        sys.settrace(tracer(function.__code__, lines))
        try:
            result = getattr(target, name) if kind in ("property", "hybrid") else getattr(target, name)(**given)
        except (TypeError, AttributeError, LookupError, NameError, ArithmeticError):
            return None, lines  # not an answer: what it was given makes no sense
        except Exception as error:
            case["raises"] = [self._error(type(error)), str(error)]
            return case, lines
        finally:
            sys.settrace(None)
        case["result"] = self._result(result)
        after = state(target) if mapper and kind != "class" else {}
        case["changes"] = [[k, self._text.of(v)] for k, v in after.items() if before.get(k) != v]
        return case, lines

    def _result(self, value):
        if look.iscoroutine(value) or look.isgenerator(value):
            value.close() if hasattr(value, "close") else None
            raise Unwritable("not a plain value")
        if inspect(type(value), raiseerr=False) is not None and not isinstance(
            value, (str, int, float, list, dict, tuple)
        ):
            raise Unwritable("a row")
        return self._text.of(value)

    def _error(self, kind):
        if kind.__module__ != "builtins":
            self._text.name(kind)
        return kind.__name__

    def _written(self, value):
        try:
            return value.text if isinstance(value, _Made) else self._text.of(value)
        except (Unwritable, TypeError):
            return None


class _Made:
    """A row to be made anew for each call, with how a test writes it."""

    def __init__(self, kind, values, text):
        self.kind, self.values, self.text = kind, values, text

    def __repr__(self):
        return self.text

    def __call__(self):
        return self.kind(**self.values)
