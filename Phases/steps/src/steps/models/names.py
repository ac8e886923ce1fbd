"""The models that were seen, by name, and how rows of them are written. Renders no test."""

from typing import Any

MARKER = "Written by the step model-tests, which never overwrites it: it is yours to edit."


class Models:
    def __init__(self, seen: dict[str, Any]) -> None:
        self.all: list[dict[str, Any]] = seen["models"]
        self.imports: dict[str, str] = seen["imports"]
        self.by_name = {model["name"]: model for model in self.all}

    def row(self, model: dict[str, Any], second: bool = False) -> str:
        """A row that others may name by its key; the second beside the first."""
        row = model["row"]
        values = dict(row["values"])
        said = [
            *([p for p in row["other"] if values.get(p[0]) != p[1]] if second else []),
            *(row["other_key"] if second else row["key"]),
        ]
        return call(model, said)

    def parents(self, model: dict[str, Any]) -> list[str]:
        """What has to be stored before a row of the model, in that order."""
        rows = []
        for name, second in (model["row"] or {"parents": []})["parents"]:
            if name not in self.by_name:
                continue  # could not be looked at; the report says why
            rows.append(self.row(self.by_name[name]))
            if second:
                rows.append(self.row(self.by_name[name], second=True))
        return rows

    def missing(self, model: dict[str, Any], have: list[str]) -> list[str]:
        return [row for row in self.parents(model) if row not in have]


def call(model: dict[str, Any], pairs: list[list[str]]) -> str:
    return f"{model['factory']}({', '.join(f'{k}={v}' for k, v in pairs)})"


def values(pairs: list[list[str]]) -> str:
    """As the dictionary that a factory takes."""
    return "{" + ", ".join(f'"{k}": {v}' for k, v in pairs) + "}"


def listed(name: str, items: list[str]) -> str:
    """A parametrize decorator, one case a line."""
    return (
        f"@pytest.mark.parametrize(\n    {name},\n    [\n"
        + "".join(f"        {item},\n" for item in items)
        + "    ],\n)\n"
    )
