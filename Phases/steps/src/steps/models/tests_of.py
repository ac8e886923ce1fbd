"""The explicit tests of one model and of one enum, as `(name, source)`. Values are those that the database judged."""

from typing import Any

from steps.models.names import Models, call, listed, values
from steps.models.relationships_of import relationships

Test = tuple[str, str]


def model(one: dict[str, Any], models: Models, stored: list[str]) -> list[Test]:
    """`stored` are the rows that the file's fixture stores before each test."""
    found = [*_schema(one)]
    if one["row"]:
        found += [
            *_rows(one),
            *_columns(one),
            *_constraints(one, models),
            *_defaults(one),
            *_dictionary(one),
            *_methods(one),
        ]
    return [*found, *relationships(one, models, stored)]


def _schema(one: dict[str, Any]) -> list[Test]:
    f, found = one["factory"], []
    for table in one["tables"]:
        suffix = "" if len(one["tables"]) == 1 else f"_{table['name']}"
        ask = f'db.table("{table["name"]}"' + (f', "{table["schema"]}"' if table["schema"] else "") + ")"
        for part, says in (
            ("columns", "columns"),
            ("foreign_keys", "foreign_keys"),
            ("uniques", "unique_constraints"),
            ("indexes", "indexes"),
            ("checks", "checks"),
        ):
            if table[part]:
                name = f"test_{f}_{says}_in_postgresql{suffix}"
                found.append((name, f'def {name}(db):\n    assert {ask}["{part}"] == {_literal(table[part])}\n'))
        name = f"test_{f}_primary_key_in_postgresql{suffix}"
        found.append((name, f'def {name}(db):\n    assert {ask}["primary"] == {_literal(table["primary"])}\n'))
    return found


def _rows(one: dict[str, Any]) -> list[Test]:
    f, row, found = one["factory"], one["row"], []
    required = [p for p in row["values"]]
    if required:
        name = f"test_{f}_is_stored_with_what_is_required"
        checks = "".join(f"    assert row.{k} == {v}\n" for k, v in required)
        found.append((name, f"def {name}(db):\n    row = db.stored({f}())\n\n{checks}"))
    name = f"test_{f}_keeps_every_value"
    checks = "".join(f"    assert row.{k} == {v}\n" for k, v in row["full"])
    said = [p for p in row["full"] if p not in row["values"]]
    found.append((name, f"def {name}(db):\n    row = db.stored({call(one, said)})\n\n{checks}"))
    return found


def _columns(one: dict[str, Any]) -> list[Test]:
    f, found = one["factory"], []
    said = {k for k, _ in one["row"]["full"]}
    for column in one["columns"]:
        key = column["key"]
        if column["required"] and not column["primary"] and column.get("missing") == column["name"]:
            name = f"test_{f}_requires_{key}"
            found.append((name, f'def {name}(db):\n    assert db.refusal({f}({key}=None)) == "{column["name"]}"\n'))
        elif column["nullable"] and not column["default"] and key not in dict(one["row"]["values"]):
            name = f"test_{f}_may_lack_{key}"
            found.append((name, f"def {name}(db):\n    assert db.stored({f}({key}=None)).{key} is None\n"))
        if column.get("longest"):
            name = f"test_{f}_{key}_has_at_most_{column['length']}_characters"
            long, more = f'"a" * {column["length"]}', f'"a" * {column["length"] + 1}'
            found.append(
                (
                    name,
                    f'def {name}(db):\n    assert db.stored({f}({key}={long})).{key} == {long}\n    assert db.refusal({f}({key}={more})) == "{column["too_long"]}"\n',
                )
            )
        if column["enum"] and not column["foreign"] and column["accepted"] and key in said:
            name = f"test_{f}_{key}_takes_members_only"
            some = listed('"member"', column["accepted"])
            found.append(
                (
                    name,
                    f'{some}def {name}(db, member):\n    assert db.stored({f}({key}=member)).{key} is member\n    assert db.refusal({f}({key}="no such member")) is not None\n',
                )
            )
    return found


def _constraints(one: dict[str, Any], models: Models) -> list[Test]:
    f, found = one["factory"], []
    for check in one["checks"]:
        short = check["name"].removeprefix("ck_").removeprefix(one["tables"][0]["name"] + "_")
        if check["refused"]:
            name = f"test_{f}_{short}_refuses"
            cases = listed('"values"', [values(p) for p in check["refused"][:12]])
            found.append(
                (name, f'{cases}def {name}(db, values):\n    assert db.refusal({f}(**values)) == "{check["name"]}"\n')
            )
        if check["accepted"]:
            name = f"test_{f}_{short}_accepts"
            cases = listed('"values"', [values(p) for p in check["accepted"][:12]])
            found.append((name, f"{cases}def {name}(db, values):\n    assert db.refusal({f}(**values)) is None\n"))
    row = one["row"]
    for unique in one["uniques"]:
        first = {**dict(row["full"]), **dict(row["values"])}
        same = [[k, first[k]] for k in unique["columns"] if k in first]
        other = dict(row["other"])
        said = [p for p in row["other"] if dict(row["values"]).get(p[0]) != p[1] and p[0] not in unique["columns"]]
        name = f"test_{f}_{'_and_'.join(unique['columns'])}_{'is' if len(same) == 1 else 'are'}_unique"
        lines = f'    assert db.refusal({call(one, same_said(one, same))}, {call(one, said + same)}) == "{unique["name"]}"\n'
        for key in unique["different"]:
            mixed = said + [[k, v] for k, v in same if k != key] + [[key, other[key]]]
            lines += f"    assert db.refusal({call(one, same_said(one, same))}, {call(one, mixed)}) is None\n"
        found.append((name, f"def {name}(db):\n{lines}"))
    for foreign in one["foreign_keys"]:
        key, target = foreign["column"], models.by_name.get(foreign["target"] or "")
        if foreign["missing"]:
            name = f"test_{f}_{key}_names_a_row_that_is_there"
            found.append(
                (
                    name,
                    f'def {name}(db):\n    assert db.refusal({f}({key}={foreign["missing"]})) == "{foreign["name"]}"\n',
                )
            )
        if target and target["row"] and not foreign["composite"] and not foreign["self"] and dict(row["full"]).get(key):
            found += _ondelete(one, key, foreign, target)
    return found


def same_said(one: dict[str, Any], same: list[list[str]]) -> list[list[str]]:
    """Of these values, those that the factory does not say anyway."""
    return [p for p in same if p not in one["row"]["values"]]


def _ondelete(one: dict[str, Any], key: str, foreign: dict[str, Any], target: dict[str, Any]) -> list[Test]:
    f, value = one["factory"], dict(one["row"]["full"])[key]
    identity = (
        target["row"]["key"]
        or [p for c in target["columns"] if c["primary"] for p in target["row"]["values"] if p[0] == c["key"]]
    )[:1]
    if not identity:
        return []
    said = f"{key}={value}" if key not in dict(one["row"]["values"]) else ""
    gone = f"delete({target['name']}).where({target['name']}.{identity[0][0]} == {identity[0][1]})"
    what = (foreign["ondelete"] or "NO ACTION").upper()
    if what == "CASCADE":
        name, proof = (
            f"test_{f}_goes_with_the_row_that_{key}_names",
            f"    db.execute({gone})\n\n    assert db.all(select({one['name']})) == []\n",
        )
    elif what == "SET NULL":
        name, proof = (
            f"test_{f}_{key}_is_null_when_its_row_goes",
            f"    db.execute({gone})\n\n    assert [row.{key} for row in db.all(select({one['name']}))] == [None]\n",
        )
    else:
        name, proof = (
            f"test_{f}_keeps_the_row_that_{key}_names",
            f'    assert db.refusal({gone}) == "{foreign["name"]}"\n',
        )
    return [(name, f"def {name}(db):\n    db.store({f}({said}))\n{proof}")]


def _defaults(one: dict[str, Any]) -> list[Test]:
    f, found = one["factory"], []
    for column in one["columns"]:
        key, (kind, value) = column["key"], column["default"] or (None, None)
        name = f"test_{f}_{key}_has_a_default"
        if kind in ("constant", "fixed", "mutable") and value is not None:
            compare = "is" if value in ("True", "False", "None") else "=="
            found.append((name, f"def {name}(db):\n    assert db.stored({f}()).{key} {compare} {value}\n"))
        elif kind in ("fresh", "server"):
            found.append((name, f"def {name}(db):\n    assert db.stored({f}()).{key} is not None\n"))
        if kind == "mutable":
            name = f"test_{f}_{key}_is_not_shared_between_rows"
            found.append(
                (
                    name,
                    f"def {name}(db):\n    first, second = db.stored({f}()), db.stored({f}({', '.join(f'{k}={v}' for k, v in one['row']['other'] or [])}))\n\n    assert first.{key} is not second.{key}\n",
                )
            )
        if kind == "fresh" and column["kind"] == "datetime":
            now = "datetime.now(UTC)" if column["zone"] else "datetime.now()"
            name = f"test_{f}_{key}_is_the_time_of_its_making"
            found.append(
                (
                    name,
                    f"def {name}(db):\n    before = {now}\n    row = db.stored({f}())\n\n    assert before <= row.{key} <= {now}\n",
                )
            )
    return found


def _dictionary(one: dict[str, Any]) -> list[Test]:
    f, seen, found = one["factory"], one["dict"], []
    if not seen:
        return []
    said = ", ".join(f"{k}={v}" for k, v in one["row"]["full"] if [k, v] not in one["row"]["values"])
    name = f"test_{f}_as_a_dictionary"
    checks = "".join(f'    assert data["{k}"] == {v}\n'.replace("== None", "is None") for k, v in seen["known"])
    found.append(
        (
            name,
            f"def {name}():\n    data = {f}({said}).to_dict()\n\n    assert list(data) == {_literal(seen['keys'])}\n{checks}",
        )
    )
    if seen["from"]:
        name = f"test_{f}_from_its_own_dictionary"
        found.append(
            (
                name,
                f"def {name}():\n    data = {f}({said}).to_dict()\n\n    assert {one['name']}.from_dict(data).to_dict() == data\n",
            )
        )
    if seen["unknown"]:
        name = f"test_{f}_dictionary_refuses_unknown_keys"
        found.append(
            (
                name,
                f'def {name}():\n    with pytest.raises({seen["unknown"][0]}):\n        {one["name"]}.from_dict({{"no_such_column": 1}})\n',
            )
        )
    return found


def _methods(one: dict[str, Any]) -> list[Test]:
    return [test for method in one["methods"] for test in _outcomes(one["factory"], method)]


def _outcomes(f: str, method: dict[str, Any]) -> list[Test]:
    """One test for each outcome, so that its name and its lines say what happens."""
    found, name = [], method["name"].strip("_")
    for number, case in enumerate(method["cases"], 1):
        said = ", ".join(f"{k}={v}" for k, v in case["arguments"])
        call_ = f"row.{method['name']}" + ("" if method["kind"] in ("property", "hybrid") else f"({said})")
        if method["name"] in ("__repr__", "__str__"):
            call_ = f"{method['name'].strip('_')}(row)"
        lines = f"    row = {case['on']}\n\n" if case["on"].endswith(")") or "." in case["on"] else ""
        call_ = call_ if lines else call_.replace("row.", case["on"] + ".", 1)
        test = f"test_{f}_{name}_{number}"
        if case["raises"]:
            lines += f"    with pytest.raises({case['raises'][0]}) as raised:\n        {call_}\n    assert str(raised.value) == {_literal(case['raises'][1])}\n"
        else:
            compare = "is" if case["result"] in ("None", "True", "False") else "=="
            lines += f"    assert {call_} {compare} {case['result']}\n"
        lines += "".join(
            f"    assert row.{k} {'is' if v in ('None', 'True', 'False') else '=='} {v}\n" for k, v in case["changes"]
        )
        found.append((test, f"def {test}():\n{lines}"))
    return found


def enumeration(one: dict[str, Any]) -> list[Test]:
    kind = one["name"]
    low = kind.lower().replace(".", "_")
    name = f"test_{low}_members"
    pairs = ", ".join(f'"{n}": {v}' for n, v in one["members"] if v is not None)
    found = [(name, f"def {name}():\n    assert {{member.name: member.value for member in {kind}}} == {{{pairs}}}\n")]
    if all(v for _, v in one["members"]):
        name = f"test_{low}_is_found_by_value"
        cases = listed('("value", "member")', [f"({v}, {kind}.{n})" for n, v in one["members"]])
        found.append((name, f"{cases}def {name}(value, member):\n    assert {kind}(value) is member\n"))
        name = f"test_{low}_refuses_other_values"
        found.append(
            (
                name,
                f'def {name}():\n    with pytest.raises(ValueError, match="no such value"):\n        {kind}("no such value")\n',
            )
        )
    if one["stored"]:
        labels, type_ = one["stored"]
        name = f"test_{low}_in_postgresql"
        found.append((name, f'def {name}(db):\n    assert db.labels("{type_}") == {_literal(labels)}\n'))
    return [*found, *(test for method in one["methods"] for test in _outcomes(low, method))]


def _literal(value: Any) -> str:
    """JSON-like data as Python with double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, str) and '"' not in value and "\\" not in value and value.isprintable():
        return f'"{value}"'
    return repr(value)
