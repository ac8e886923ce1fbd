"""The tests of a model's relationships: what the mapper knows, lazy and eager loading, what goes with what."""

from typing import Any

from steps.models.names import Models

Test = tuple[str, str]


def relationships(one: dict[str, Any], models: Models, stored: list[str]) -> list[Test]:
    found: list[Test] = []
    f = one["factory"]
    for relation in one["relationships"]:
        key, target = relation["key"], models.by_name.get(relation["target"])
        name = f"test_{f}_{key}_is_a_relationship"
        facts = {
            k: relation[k]
            for k in ("target", "direction", "back_populates", "cascade", "lazy", "passive_deletes", "order_by")
        }
        lines = "".join(f'        "{k}": {_plain(v)},\n' for k, v in facts.items())
        found.append(
            (name, f'def {name}():\n    assert relationship_of({one["name"]}, "{key}") == {{\n{lines}    }}\n')
        )
        if not one["row"] or not target or not target["row"] or relation["secondary"] or relation["viewonly"]:
            continue
        if relation["direction"] == "MANYTOONE" and target is not one:
            found += _to_one(one, relation, target)
        elif relation["direction"] == "ONETOMANY" and target is not one and relation["list"]:
            found += _to_many(one, relation, target, models, stored)
    return found


def _to_one(one: dict[str, Any], relation: dict[str, Any], target: dict[str, Any]) -> list[Test]:
    f, key = one["factory"], relation["key"]
    full = dict(one["row"]["full"])
    identity = _identity(target)
    if not identity or any(column not in full for column in relation["columns"]):
        return []
    said = ", ".join(f"{c}={full[c]}" for c in relation["columns"] if c not in dict(one["row"]["values"]))
    attribute, value = identity
    found = []
    if relation["lazy"] == "select":
        name = f"test_{f}_{key}_is_loaded_when_asked_for"
        found.append(
            (
                name,
                f'def {name}(db):\n    row = db.stored({f}({said}))\n\n    assert "{key}" in inspect(row).unloaded\n    assert db.get(row, "{key}").{attribute} == {value}\n',
            )
        )
    name = f"test_{f}_{key}_is_loaded_along"
    found.append(
        (
            name,
            f"def {name}(db):\n    db.stored({f}({said}))\n    [row] = db.all(select({one['name']}).options(selectinload({one['name']}.{key})))\n\n    assert row.{key}.{attribute} == {value}\n",
        )
    )
    return found


def _to_many(
    one: dict[str, Any], relation: dict[str, Any], target: dict[str, Any], models: Models, stored: list[str]
) -> list[Test]:
    f, key, child = one["factory"], relation["key"], target["factory"]
    identity = _identity(one)
    pairs = relation["remote"]
    full = dict(target["row"]["full"])
    if not identity or not pairs or any(theirs not in full for theirs, _ in pairs):
        return []
    said = ", ".join(f"{theirs}={full[theirs]}" for theirs, _ in pairs if theirs not in dict(target["row"]["values"]))
    rows = [*models.missing(target, stored), f"{child}({said})"]
    store = "    db.store(\n" + "".join(f"        {row},\n" for row in rows) + "    )\n"
    theirs = pairs[0][0]
    load = f"    row = db.one({one['name']}, {identity[1]})\n"
    found = []
    if relation["lazy"] == "select":
        name = f"test_{f}_{key}_are_loaded_when_asked_for"
        found.append(
            (
                name,
                f'def {name}(db):\n{store}{load}\n    assert "{key}" in inspect(row).unloaded\n    assert [one.{theirs} for one in db.get(row, "{key}")] == [{full[theirs]}]\n',
            )
        )
    name = f"test_{f}_{key}_are_loaded_along"
    query = f"select({one['name']}).options(selectinload({one['name']}.{key})).where({one['name']}.{identity[0]} == {identity[1]})"
    found.append(
        (
            name,
            f"def {name}(db):\n{store}    db.session.expunge_all()\n    [row] = db.all({query})\n\n    assert [one.{theirs} for one in row.{key}] == [{full[theirs]}]\n",
        )
    )
    left = "[]" if "delete" in relation["cascade"] else None
    if left is not None:
        name = f"test_{f}_{key}_go_with_it"
        found.append(
            (
                name,
                f"def {name}(db):\n{store}{load}    db.delete(row)\n\n    assert db.all(select({target['name']})) == []\n",
            )
        )
    if relation["orphan"]:
        name = f"test_{f}_{key}_go_when_they_are_removed"
        found.append(
            (
                name,
                f'def {name}(db):\n{store}{load}    db.get(row, "{key}").clear()\n    db.run(db.session.flush)\n\n    assert db.all(select({target["name"]})) == []\n',
            )
        )
    if relation["back_populates"]:
        name = f"test_{f}_{key}_know_where_they_belong"
        found.append(
            (
                name,
                f"def {name}():\n    row, member = {f}(), {child}()\n    row.{key}.append(member)\n\n    assert member.{relation['back_populates']} is row\n",
            )
        )
    return found


def _identity(one: dict[str, Any]) -> tuple[str, str] | None:
    """Name and value of a primary key of one column."""
    primary = [c["key"] for c in one["columns"] if c["primary"]]
    known = {**dict(one["row"]["values"]), **dict(one["row"]["key"])}
    return (primary[0], known[primary[0]]) if len(primary) == 1 and primary[0] in known else None


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
