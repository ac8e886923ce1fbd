"""`from PACKAGE import NAME` put where isort would put it. Pure; `import NAME` is another room's work."""

import sys
from dataclasses import dataclass

import libcst as cst

from steps.hypothesis_setup import imports as plain
from steps.isolation import effects


@dataclass(frozen=True, order=True)
class Import:
    """`from module import name`, or `import module` when there is no name."""

    module: str
    name: str = ""


def with_imports(module: cst.Module, wanted: set[Import]) -> cst.Module:
    for item in sorted(wanted):
        module = _with_from(module, item) if item.name else plain.with_import(module, item.module)
    return module


def _with_from(module: cst.Module, wanted: Import) -> cst.Module:
    body = list(module.body)
    froms = {i: _package(s) for i, s in enumerate(body) if _package(s) is not None}
    for index, package in froms.items():
        if package == wanted.module:
            return module.with_changes(body=[*body[:index], _extended(body[index], wanted.name), *body[index + 1 :]])
    new = cst.parse_statement(f"from {wanted.module} import {wanted.name}\n")
    top = wanted.module.split(".")[0]
    own = [i for i, package in froms.items() if (package or "").split(".")[0] == top]
    rank = 0 if top in sys.stdlib_module_names else 1
    alike = own or [i for i, p in froms.items() if (0 if (p or "").split(".")[0] in sys.stdlib_module_names else 1) == rank
                    and not (p or "").startswith(".") and not _is_local(p or "", rank)]  # fmt: skip
    if not alike:
        # The first import of its kind: an `import` makes the block, the `from` follows it in form.
        marker = "sys" if rank == 0 else "zzz_marker"
        made = plain.with_import(module, marker)
        return made.with_changes(body=[
            new.with_changes(leading_lines=s.leading_lines) if _is_plain(s, marker) and s not in body else s for s in made.body
        ])  # fmt: skip
    later = next((i for i in alike if (froms[i] or "") > wanted.module), None)
    if later is None:
        return module.with_changes(body=[*body[: alike[-1] + 1], new, *body[alike[-1] + 1 :]])
    neighbour = body[later]
    if later == alike[0] and any(line.comment is None for line in neighbour.leading_lines):
        new, neighbour = (
            new.with_changes(leading_lines=neighbour.leading_lines),
            neighbour.with_changes(leading_lines=[]),
        )
    return module.with_changes(body=[*body[:later], new, neighbour, *body[later + 1 :]])


def _is_local(package: str, rank: int) -> bool:
    """Whether a package is the tree's own, as far as its name tells."""
    return rank == 1 and package.split(".")[0] in ("tests", "src", "app", "backend", "conftest")


def _extended(statement: cst.BaseStatement, name: str) -> cst.BaseStatement:
    assert isinstance(statement, cst.SimpleStatementLine)
    node = statement.body[0]
    assert isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar)
    names = [effects.text_of(alias.name) for alias in node.names]
    if name in names:
        return statement
    at = next((i for i, other in enumerate(names) if _isort_key(other) > _isort_key(name)), len(names))
    comma = node.names[0].comma if len(node.names) > 1 else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    aliases = [alias if isinstance(alias.comma, cst.Comma) else alias.with_changes(comma=comma) for alias in node.names]
    made = cst.parse_statement(f"from _ import {name}\n").body[0].names[0]  # type: ignore[union-attr,index]
    aliases.insert(at, made.with_changes(comma=comma))
    if node.lpar is None:
        aliases[-1] = aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    else:
        aliases[-1] = aliases[-1].with_changes(comma=node.names[-1].comma)
    return statement.with_changes(body=[node.with_changes(names=aliases)])


def _isort_key(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def _package(statement: object) -> str | None:
    if (
        isinstance(statement, cst.SimpleStatementLine)
        and statement.body
        and isinstance(statement.body[0], cst.ImportFrom)
    ):
        node = statement.body[0]
        return "." * len(node.relative) + (effects.text_of(node.module) if node.module else "")
    return None


def _is_plain(statement: object, name: str) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and effects.text_of(statement).strip() == f"import {name}"
