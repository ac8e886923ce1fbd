"""The Hypothesis properties of one model: values drawn from all that its columns may hold, and from what they may not."""

from typing import Any

from steps.models.names import Models, listed

Test = tuple[str, str]
_SETTINGS = "@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])\n"


def model(one: dict[str, Any], models: Models, stored: list[str]) -> list[Test]:
    if not one["row"]:
        return []
    f = one["factory"]
    drawn = {c["key"]: s for c in one["columns"] if (s := strategy(c))}
    if not drawn:
        return []
    lines = "".join(f'        "{key}": {text},\n' for key, text in drawn.items())
    given = f"@given(\n    values=st.fixed_dictionaries({{\n{lines}    }})\n)\n"
    found = []
    name = f"test_{f}_any_valid_values_come_back"
    keys = "{key: getattr(row, key) for key in values}"
    found.append(
        (
            name,
            f"{_SETTINGS}{given}def {name}(db, values):\n    with db.undone():\n        row = db.stored({f}(**values))\n\n        assert {keys} == values\n",
        )
    )
    name = f"test_{f}_may_be_changed_to_any_valid_values"
    found.append(
        (
            name,
            f"{_SETTINGS}{given}def {name}(db, values):\n    with db.undone():\n        row = db.stored({f}())\n        for key, value in values.items():\n            setattr(row, key, value)\n        row = db.stored(row)\n\n        assert {keys} == values\n",
        )
    )
    outside = [(c["key"], o) for c in one["columns"] for o in beyond(c)]
    if outside:
        name = f"test_{f}_refuses_what_is_out_of_bounds"
        cases = listed('("column", "values")', [f'("{key}", {text})' for key, text in outside])
        found.append(
            (
                name,
                f"{cases}{_SETTINGS}@given(data=st.data())\ndef {name}(db, column, values, data):\n    assert db.refusal({f}(**{{column: data.draw(values)}})) is not None\n",
            )
        )
    if one["dict"] and one["dict"]["from"]:
        name = f"test_{f}_any_valid_values_pass_through_a_dictionary"
        found.append(
            (
                name,
                f"{given}def {name}(values):\n    data = {f}(**values).to_dict()\n\n    assert {one['name']}.from_dict(data).to_dict() == data\n",
            )
        )
    return found


def strategy(c: dict[str, Any]) -> str | None:
    """What a column may hold whatever the others do; None where that is not known."""
    if c["foreign"] or c["primary"] or not c["alone"] or not c["accepted"]:
        return None
    kind, text = c["kind"], None
    if kind in ("integer", "float", "decimal"):
        text = _numbers(c)
    elif kind == "text":
        if c["checked"]:
            text = _texts(c)
        else:
            text = f'st.text(st.characters(codec="utf-8", exclude_characters=["\\0"]), max_size={min(c["length"] or 200, 200)})'
            text = (
                text
                if any(len(a) > 3 and not a.startswith('"a') for a in c["accepted"])
                and c.get("longest", c["length"] is None)
                else None
            )
    elif kind == "boolean":
        text = "st.booleans()"
    elif kind == "enum" and c["enum"]:
        text = f"st.sampled_from({c['enum']})"
    elif kind == "datetime" and not c["checked"]:
        text = "st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)" + (
            ", timezones=st.just(UTC))" if c["zone"] else ")"
        )
    elif kind == "uuid":
        text = "st.uuids()" if c["accepted"][0].startswith("UUID") else None
    if text is None:
        text = f"st.sampled_from([{', '.join(c['accepted'])}])"
    return f"st.none() | {text}" if c["nullable"] and not c["default"] and not c["checked"] else text


def _texts(c: dict[str, Any]) -> str | None:
    """Where only the empty text is refused."""
    if [value for value, _ in c["refused"]] != ['""']:
        return None
    return f'st.text("abcXYZ 0189_-äß", min_size=1, max_size={min(c["length"] or 200, 200)})'


def _range(c: dict[str, Any]) -> tuple[float | None, float | None, list[float]] | None:
    """Bounds that a check sets, as far as what was accepted is one stretch."""
    accepted = sorted(float(v.removeprefix('Decimal("').removesuffix('")')) for v in c["accepted"])
    refused = sorted(float(v.removeprefix('Decimal("').removesuffix('")')) for v, _ in c["refused"])
    if any(accepted[0] < r < accepted[-1] for r in refused):
        return None
    low = accepted[0] if any(r < accepted[0] for r in refused) else None
    high = accepted[-1] if any(r > accepted[-1] for r in refused) else None
    return low, high, refused


def _numbers(c: dict[str, Any]) -> str | None:
    bounds = _range(c)
    if bounds is None or c["kind"] == "decimal":
        return None
    low, high, _ = bounds
    if c["kind"] == "integer":
        limit = c["limit"]
        return f"st.integers({int(low) if low is not None else -limit}, {int(high) if high is not None else limit - 1})"
    return f"st.floats({low if low is not None else -1e300}, {high if high is not None else 1e300}, allow_nan=False)"


def beyond(c: dict[str, Any]) -> list[str]:
    """Strategies of what the column refuses."""
    found = []
    if c["kind"] == "integer" and c["alone"] and c["refused"] and (bounds := _range(c)):
        low, high, _ = bounds
        found += [f"st.integers({-c['limit']}, {int(low) - 1})"] if low is not None else []
        found += [f"st.integers({int(high) + 1}, {c['limit'] - 1})"] if high is not None else []
    if c["kind"] == "float" and c["alone"] and c["refused"] and (bounds := _range(c)):
        low, high, _ = bounds
        found += [f"st.floats(max_value={low}, exclude_max=True, allow_nan=False)"] if low is not None else []
        found += [f"st.floats(min_value={high}, exclude_min=True, allow_nan=False)"] if high is not None else []
    if c["length"] and c.get("too_long"):
        found.append(f'st.text("abc", min_size={c["length"] + 1}, max_size={c["length"] + 50})')
    return found
