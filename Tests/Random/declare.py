"""From a project as values to its YAML, and to the same keys with every template resolved: what the model goes by."""

import json
from dataclasses import dataclass

import scripts
from spec import Spec, Task

# What the axes of every `matrix` are.
AXES = {"a": ["p", "q"], "b": ["1"]}


def each_pattern(spec: Spec, index: int) -> str:
    """The files that are the items."""
    task = spec.tasks[index]
    if task.kind == "each-source":
        return "src/*.t"
    maker = spec.tasks[task.over]
    inner = "/*.t" if maker.form == "directory" else "-*.t"
    return f"o{maker.stage}/t{task.over}{inner}"


def outputs(spec: Spec, index: int) -> list:
    task = spec.tasks[index]
    where = f"o{task.stage}/{scripts.stem(spec, index)}"
    return {
        "file": [where + ".t"],
        "two": [where + ".t", {"path": where + ".s", "store": False}],
        "directory": [where],
        "glob": [where + "-*.t"],
        "none": [],
    }[task.form]


def declaration(spec: Spec, index: int) -> dict:
    """The keys of a task as they stand in the YAML."""
    task = spec.tasks[index]
    keys: dict = {}
    if task.kind == "each-source" or task.kind == "each-made":
        keys["each"] = {"files": each_pattern(spec, index)}
    if task.kind == "matrix":
        keys["matrix"] = AXES
    if task.needs:
        keys["needs"] = [_need(spec, need.task, need.kind) for need in task.needs]
    if task.kind == "view":
        keys["workspace"] = "tree"
        keys["changes"] = sorted({edit.path for edit in task.edits})
    if task.inputs is not None:
        keys["inputs"] = (["${{ item }}"] if task.kind.startswith("each") else []) + task.inputs
    if task.kind == "ensure":
        keys["ensure"] = [{"match": {"files": "src/a.t", "pattern": f"^{task.word}"}}]
    else:
        if task.kind != "view" and task.form != "none":
            keys["outputs"] = outputs(spec, index)
        keys |= {"env": {"E": f"e{task.value}"}, "run": scripts.command(spec, index)}
    return keys | _details(task)


def _need(spec: Spec, index: int, kind: str) -> str | dict:
    name = spec.name(index)
    return name if kind == "hard" else {"task": name, kind: True}


def _details(task: Task) -> dict:
    keys: dict = {}
    for is_set, key, value in (
        (task.always, "always", True),
        (task.pool, "pool", task.pool),
        (task.lock, "lock", task.lock),
        (task.cpus > 1, "cpus", task.cpus),
        (task.retries, "retries", task.retries),
        (task.accepts, "accept-exit", [3]),
        (task.uncached, "cache", False),
        (task.keeps, "clean", False),
        (task.when, "when", "${{ vars.w }} == yes"),
        (task.passes, "pass-env", "PASSED"),
    ):
        if is_set:
            keys[key] = value
    return keys


def yaml(spec: Spec) -> str:
    lines = ["version: 1", f"vars: {{v: v{spec.var}, w: yes}}"]
    if spec.pools:
        lines.append(f"pools: {json.dumps(spec.pools)}")
    for number, group in enumerate(spec.groups):
        members = [index for index, task in enumerate(spec.tasks) if task.group == number]
        if not members:
            continue
        lines += [f"g{number}:", f"  env: {{G: g{group.value}}}"]
        lines += [f"  lock: {group.lock}"] if group.lock else []
        lines += [f"  pool: {group.pool}"] if group.pool else []
        for index in members:
            lines += _task(f"t{index}", declaration(spec, index), "  ")
    for index, task in enumerate(spec.tasks):
        if task.group is None:
            lines += _task(f"t{index}", declaration(spec, index), "")
    return "\n".join(lines) + "\n"


def _task(name: str, keys: dict, indent: str) -> list[str]:
    lines = [f"{indent}{name}:"]
    for key, value in keys.items():
        if key == "run":
            lines += [f"{indent}  run: |", *(f"{indent}    {line}" for line in value.splitlines())]
        else:
            lines.append(f"{indent}  {key}: {json.dumps(value)}")
    return lines


@dataclass
class Settings:
    """What a run is given from outside and what tasks can see of it."""

    var: str
    w: str
    args: str
    passed: str | None


def resolve(text: str, settings: Settings, item: str | None, axes: dict[str, str]) -> str:
    values = {"vars.v": settings.var, "vars.w": settings.w, "args": settings.args}
    if item is not None:
        name = item.rsplit("/", 1)[-1]
        values |= {"item": item, "item.stem": name.rpartition(".")[0] or name}
    values |= {f"matrix.{name}": value for name, value in axes.items()}
    for name, value in values.items():
        text = text.replace("${{ " + name + " }}", value)
    return text
