"""`taskgraph schema` against the parser, by another implementation of JSON Schema: what the program accepts is valid, what
the schema refuses the program refuses too, and neither takes a key that nobody knows."""

import copy
import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from program import PROGRAM, REPOSITORY


class CoreLoader(yaml.SafeLoader):
    """The scalars of YAML 1.2: `no` and `12:30` are texts."""


CoreLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for tag, pattern, first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), list(first))


def root_files() -> list[str]:
    """The examples of the reference page, as root files."""
    files = []
    page = (REPOSITORY / "docs/language.md").read_text()
    for kind, text in re.findall(r"^```yaml([^\n]*)\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        if kind.strip() == "task":
            body = "".join(f"  {line}\n" for line in text.splitlines())
            text = "version: 1\nexample:\n" + body + ("" if "run:" in text else "  run: make\n")
        files.append(text)
    return files


def everything() -> list[str]:
    others = [REPOSITORY / "tasks.yaml", *sorted((REPOSITORY / "Phases").glob("*.yaml"))]
    return root_files() + [path.read_text() for path in others]


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = subprocess.run([PROGRAM, "schema"], capture_output=True, text=True, check=True).stdout
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def is_accepted(text: str, directory: Path) -> bool:
    (directory / "tasks.yaml").write_text(text)
    status = subprocess.run([PROGRAM, "list"], cwd=directory, capture_output=True).returncode
    assert status in (0, 3), f"status {status} for\n{text}"
    return status == 0


@pytest.mark.parametrize("text", everything())
def test_what_is_shipped_is_valid(schema, text):
    assert [error.message for error in schema.iter_errors(yaml.load(text, CoreLoader))] == []


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, child in pairs:
        yield from places(child, (*path, key))


def parent(document: object, path: tuple) -> object:
    for key in path[:-1]:
        document = document[key]
    return document


VALUES = [None, True, 0, 5, -1, 1.5, "x", "", "90s", [], {}, ["x"], [["x"]], {"x": "y"}, {"run": "x"}, [None], "a/b"]


def mutations(count: int) -> list[str]:
    """Documents with one or two values replaced, removed, renamed or put elsewhere. Seeded: always the same ones."""
    random_number = random.Random(20240229)
    originals = [yaml.load(text, CoreLoader) for text in root_files()]
    found = []
    while len(found) < count:
        document = copy.deepcopy(random_number.choice(originals))
        for _ in range(random_number.choice([1, 1, 2])):
            paths = [path for path in places(document) if path]
            if not paths:
                break
            path = random_number.choice(paths)
            holder, key = parent(document, path), path[-1]
            match random_number.randrange(4):
                case 0:
                    holder[key] = copy.deepcopy(random_number.choice(VALUES))
                case 1:
                    del holder[key]
                case 2 if isinstance(holder, dict):
                    holder[f"{key}x"] = holder.pop(key)
                case _:
                    other = random_number.choice(paths)
                    holder[key] = copy.deepcopy(parent(document, other)[other[-1]])
        found.append(json.dumps(document, ensure_ascii=False))
    return found


def test_what_the_schema_refuses_the_program_refuses(schema, tmp_path):
    accepted, refused, differences = 0, 0, []
    for text in mutations(240):
        if is_accepted(text, tmp_path):
            accepted += 1
            differences += [(text, error.message) for error in schema.iter_errors(json.loads(text))]
        elif not schema.is_valid(json.loads(text)):
            refused += 1
    assert differences == []
    # Both sides are looked at, or the test shows nothing.
    assert accepted > 10 and refused > 60


def test_nobody_takes_an_unknown_key(schema, tmp_path):
    """Wherever the keys are fixed, one more is refused by both; where names are free, by neither."""
    candidates = []
    for document in (yaml.load(text, CoreLoader) for text in root_files()):
        for path in places(document):
            changed = copy.deepcopy(document)
            holder = parent(changed, (*path, None))
            if isinstance(holder, dict):
                holder["xyzzy"] = "x"
                candidates.append((path, changed))
    known, free = 0, []
    for path, changed in random.Random(7).sample(candidates, 80):
        if is_accepted(json.dumps(changed), tmp_path):
            free.append((path, schema.is_valid(changed)))
        else:
            known += not schema.is_valid(changed)
    assert known > 20
    assert [path for path, is_valid in free if not is_valid] == []
