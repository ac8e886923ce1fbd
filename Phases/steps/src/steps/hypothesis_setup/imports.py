"""`import NAME` put where isort would put it: by block (standard library, others, the tree's own), then by name. Pure."""

import sys

import libcst as cst
import libcst.matchers as m

_STANDARD, _OTHER = 0, 1


def with_import(module: cst.Module, name: str) -> cst.Module:
    """The module with a plain `import NAME` at its top; unchanged when it has one there."""
    body = list(module.body)
    if any(_plain_name(statement) == name for statement in body):
        return module
    statement = cst.SimpleStatementLine([cst.Import([cst.ImportAlias(cst.Name(name))])])
    first, end = _import_zone(body)
    blocks = _blocks(body, first, end)
    rank = _rank(name)
    for block in blocks:
        if any(_rank(_module_name(body[i])) == rank for i in block):
            return module.with_changes(body=_into_block(body, block, statement, name))
    # No block of its kind: a standard module opens the zone, another follows the standard modules.
    before = [block for block in blocks if any(_rank(_module_name(body[i])) < rank for i in block)]
    at = before[-1][-1] + 1 if before else first
    blank = cst.EmptyLine(indent=False)
    needs_blank = at > 0
    statement = statement.with_changes(leading_lines=[blank] if needs_blank else [])
    rest = body[at:]
    if rest and not (rest[0].leading_lines and rest[0].leading_lines[0].comment is None):
        rest[0] = rest[0].with_changes(leading_lines=[blank, *rest[0].leading_lines])
    return module.with_changes(body=[*body[:at], statement, *rest])


def _into_block(body: list, block: list[int], statement: cst.SimpleStatementLine, name: str) -> list:
    """Plain imports stand before `from` imports, each sort by name, as isort and ruff do by default."""
    at = next((i for i in block if _plain_name(body[i]) is None or (_plain_name(body[i]) or "") > name), None)
    if at is None:
        return [*body[: block[-1] + 1], statement, *body[block[-1] + 1 :]]
    neighbour = body[at]
    if at == block[0]:
        # The blank lines and comments above the block stay above the block.
        statement = statement.with_changes(leading_lines=neighbour.leading_lines)
        neighbour = neighbour.with_changes(leading_lines=[])
    return [*body[:at], statement, neighbour, *body[at + 1 :]]


def _import_zone(body: list) -> tuple[int, int]:
    """The first run of imports: where it begins (after docstring and `__future__`) and where it ends."""
    first = 0
    if body and m.matches(body[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())])):
        first = 1
    while first < len(body) and _module_name(body[first]) == "__future__":
        first += 1
    end = first
    while end < len(body) and _module_name(body[end]) is not None:
        end += 1
    return first, end


def _blocks(body: list, first: int, end: int) -> list[list[int]]:
    blocks: list[list[int]] = []
    for index in range(first, end):
        parted = any(line.comment is None for line in body[index].leading_lines)
        if not blocks or parted:
            blocks.append([])
        blocks[-1].append(index)
    return blocks


def _rank(name: str | None) -> int:
    top = (name or "").split(".")[0]
    return _STANDARD if top in sys.stdlib_module_names else _OTHER


def _module_name(statement: object) -> str | None:
    """The module that a statement imports, `.` for a relative one; None when it imports nothing."""
    if not isinstance(statement, cst.SimpleStatementLine) or not statement.body:
        return None
    node = statement.body[0]
    if isinstance(node, cst.Import):
        return _dotted(node.names[0].name)
    if isinstance(node, cst.ImportFrom):
        return "." if node.relative or node.module is None else _dotted(node.module)
    return None


def _plain_name(statement: object) -> str | None:
    if not isinstance(statement, cst.SimpleStatementLine) or not statement.body:
        return None
    node = statement.body[0]
    return _dotted(node.names[0].name) if isinstance(node, cst.Import) and node.names[0].asname is None else None


def _dotted(node: cst.BaseExpression) -> str:
    return (
        _dotted(node.value) + "." + node.attr.value if isinstance(node, cst.Attribute) else getattr(node, "value", "")
    )
