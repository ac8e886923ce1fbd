"""Finds the modules with mapped classes and lets the probe look at them, in the project's own environment."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from steps.core import tree
from steps.core.errors import StepError
from steps.core.processes import run
from steps.models.leases import postgres

_MAPPED = re.compile(r"__tablename__|mapped_column\(|DeclarativeBase|declarative_base\(|__mapper_args__")
PROBE = Path(__file__).parent / "probe"


def sources(root: Path) -> list[Path]:
    """Modules, tests and migrations aside, that look as if they map a class."""
    found = []
    for path in tree.files(root):
        parts = path.relative_to(root).parts
        if (
            path.suffix != ".py"
            or {"tests", "test", "alembic", "migrations", "docs", "examples"} & set(parts)
            or path.name.startswith("test_")
        ):
            continue
        if _MAPPED.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(path)
    return found


def module(path: Path) -> tuple[Path, str]:
    """Where to import from, and the dotted name: up to the first directory that is no package."""
    names = [] if path.name == "__init__.py" else [path.stem]
    above = path.parent
    while (above / "__init__.py").is_file():
        names.insert(0, above.name)
        above = above.parent
    return above, ".".join(names)


def describe(root: Path) -> dict[str, Any]:
    """What the probe saw. Raises `StepError` when there is no mapped class, or the probe ends."""
    found = [module(path) for path in sources(root)]
    if not found:
        raise StepError("no mapped class is in the tree", hint="this step knows SQLAlchemy's declarative classes")
    paths = list(dict.fromkeys([str(above) for above, _ in found] + [str(root)]))
    with tempfile.TemporaryDirectory(prefix="steps-models-") as scratch, tree.no_litter(root), postgres() as url:
        out, settings = Path(scratch, "seen.json"), Path(scratch, "settings.json")
        document = {
            "modules": [name for _, name in found],
            "paths": paths,
            "url": url,
            "out": str(out),
            "root": str(root),
        }
        settings.write_text(json.dumps(document), encoding="utf-8")
        run(
            ["uv", "run", "--locked", "--no-sync", "python", PROBE / "models_probe.py", settings], cwd=root,
            extra={"PYTHONPATH": str(PROBE)}, what="looking at the models",
            hint="the models have to be importable in .venv, and PostgreSQL has to take their schema",
        )  # fmt: skip
        seen: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    if not seen["models"]:
        raise StepError(
            "no mapped class is in the tree", hint="; ".join(": ".join(one) for one in seen["left"]) or None
        )
    return seen
