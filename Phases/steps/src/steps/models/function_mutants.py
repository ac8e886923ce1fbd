"""Faults of a function of a class, one at a time. Executes nothing."""

from collections.abc import Iterator

import libcst as cst

Edit = tuple[str, str, str, cst.CSTNode, cst.CSTNode]
_COMPARE = {cst.LessThan: cst.LessThanEqual, cst.LessThanEqual: cst.LessThan, cst.GreaterThan: cst.GreaterThanEqual, cst.GreaterThanEqual: cst.GreaterThan,
            cst.Equal: cst.NotEqual, cst.NotEqual: cst.Equal, cst.Is: cst.IsNot, cst.IsNot: cst.Is, cst.In: cst.NotIn, cst.NotIn: cst.In}  # fmt: skip
_BINARY = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.BitOr: cst.BitAnd,
}


class _Inside(cst.CSTVisitor):
    """The edits of a function's body, signature and docstring aside."""

    def __init__(self, element: str, module: cst.Module) -> None:
        self.element, self.module, self.found = element, module, []

    def _add(self, says: str, old: cst.CSTNode, new: cst.CSTNode) -> None:
        self.found.append((self.element, "method", says, old, new))

    def visit_ComparisonTarget(self, node: cst.ComparisonTarget) -> None:
        if other := _COMPARE.get(type(node.operator)):
            self._add(f"compares by {other.__name__}", node.operator, other())

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        self._add("swaps and, or", node.operator, cst.Or() if isinstance(node.operator, cst.And) else cst.And())

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if other := _BINARY.get(type(node.operator)):
            self._add(f"calculates by {other.__name__}", node.operator, other())

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        if isinstance(node.operator, cst.Not):
            self._add("lacks not", node, node.expression)

    def visit_Raise(self, node: cst.Raise) -> None:
        self._add("does not raise", node, cst.Pass())

    def visit_Integer(self, node: cst.Integer) -> None:
        self._add("another number", node, cst.Integer(str(int(node.value, 0) + 1)))

    def visit_Name(self, node: cst.Name) -> None:
        if node.value in ("True", "False"):
            self._add(f"not {node.value}", node, cst.Name("False" if node.value == "True" else "True"))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._add("is left out", node, cst.Pass())


def function_edits(element: str, node: cst.FunctionDef, module: cst.Module) -> Iterator[Edit]:
    body = list(node.body.body)
    start = 1 if node.get_docstring() is not None else 0
    empty = cst.parse_statement("return None\n")
    yield element, "method", "does nothing", node.body, node.body.with_changes(body=[*body[:start], empty])
    for statement in body[start:]:
        inside = _Inside(element, module)
        statement.visit(inside)
        yield from inside.found
