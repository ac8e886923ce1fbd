"""Takes locks between processes out of test code: `with` items, statements, what existed only for them. Pure."""

from collections.abc import Callable

import libcst as cst
import libcst.matchers as m

from steps.isolation import effects
from steps.isolation.effects import Effect

_LOCK_FILES = (
    m.Name("FileLock") | m.Attribute(attr=m.Name("FileLock")) | m.Attribute(m.Name("portalocker"), m.Name("Lock"))
)


def without_locks(node: cst.CSTNode, helpers: frozenset[str]) -> cst.CSTNode:
    """The node without the locks; `helpers` names functions and classes of the tree that take or release one."""
    return _remove(node, lambda statement: _is_lock(statement, helpers), lambda item: _is_lock_item(item, helpers))


def without(node: cst.CSTNode, effect: Effect) -> cst.CSTNode:
    """The node without the simple statements and loops that do `effect`, and without blocks that this empties."""
    return _remove(node, lambda statement: bool(effects.of_node(statement) & effect), lambda item: False)


def _remove(
    node: cst.CSTNode, unwanted: Callable[[cst.CSTNode], bool], unwanted_item: Callable[[cst.WithItem], bool]
) -> cst.CSTNode:
    result = node.visit(_Remover(unwanted, unwanted_item))
    assert isinstance(result, cst.CSTNode)
    return result


def _is_lock(statement: cst.CSTNode, helpers: frozenset[str]) -> bool:
    if effects.of_text(effects.text_of(statement)) & Effect.LOCK:
        return True
    call = m.Call(func=m.OneOf(*(m.Name(name) for name in helpers))) if len(helpers) > 1 else None
    if len(helpers) == 1:
        call = m.Call(func=m.Name(next(iter(helpers))))
    return call is not None and m.matches(statement, m.SimpleStatementLine(body=[m.Expr(call | m.Await(call))]))


def _is_lock_item(item: cst.WithItem, helpers: frozenset[str]) -> bool:
    call = item.item
    if not isinstance(call, cst.Call):
        return False
    return m.matches(call.func, _LOCK_FILES) or (isinstance(call.func, cst.Name) and call.func.value in helpers)


class _Remover(cst.CSTTransformer):
    """Removes bottom up, so that a block is seen after its statements have gone."""

    def __init__(self, unwanted: Callable[[cst.CSTNode], bool], unwanted_item: Callable[[cst.WithItem], bool]) -> None:
        self._unwanted = unwanted
        self._unwanted_item = unwanted_item

    def leave_SimpleStatementLine(self, original_node, updated_node):
        return cst.RemoveFromParent() if self._unwanted(updated_node) else updated_node

    def leave_For(self, original_node, updated_node):
        emptied = _is_empty(updated_node.body) and not _is_empty(original_node.body)
        return cst.RemoveFromParent() if emptied or self._unwanted(updated_node) else updated_node

    def leave_If(self, original_node, updated_node):
        gone = _is_empty(updated_node.body) and not _is_empty(original_node.body) and updated_node.orelse is None
        return cst.RemoveFromParent() if gone else updated_node

    def leave_Try(self, original_node, updated_node):
        if _is_emptied(original_node.body, updated_node.body):
            return cst.RemoveFromParent()
        idle = updated_node.finalbody is not None and _is_empty(updated_node.finalbody.body)
        if idle and not updated_node.handlers:
            return _flat(updated_node)
        return updated_node.with_changes(finalbody=None) if idle else updated_node

    def leave_With(self, original_node, updated_node):
        had_lock = any(self._unwanted_item(item) for item in updated_node.items)
        items = [item for item in updated_node.items if not self._unwanted_item(item)]
        if _is_emptied(original_node.body, updated_node.body):
            return cst.RemoveFromParent()
        if had_lock or original_node.body is not updated_node.body:
            items = _used(items, updated_node.body)
        if not items:
            return _flat(updated_node)
        if len(items) == len(updated_node.items):
            return updated_node
        items[-1] = items[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        if len(items) == 1:
            return updated_node.with_changes(
                items=items, lpar=cst.MaybeSentinel.DEFAULT, rpar=cst.MaybeSentinel.DEFAULT
            )
        return updated_node.with_changes(items=items)


def _used(items: list[cst.WithItem], body: cst.BaseSuite) -> list[cst.WithItem]:
    """Without connections that nobody speaks over any longer: `engine.connect() as lock` served the lock alone."""
    kept: list[cst.WithItem] = []
    for index, item in enumerate(items):
        name = item.asname.name.value if item.asname and isinstance(item.asname.name, cst.Name) else None
        later = [*(other.item for other in items[index + 1 :]), body]
        connects = m.matches(
            item.item, m.Call(func=m.Attribute(attr=m.Name("connect") | m.Name("begin") | m.Name("cursor")))
        )
        if not (connects and name and not any(m.findall(place, m.Name(name)) for place in later)):
            kept.append(item)
    return kept


def _is_emptied(before: cst.BaseSuite, after: cst.BaseSuite) -> bool:
    """Whether nothing is left of a block; a commit of what has gone is nothing."""
    ends = m.Call(func=m.Attribute(attr=m.Name("commit") | m.Name("rollback") | m.Name("close")), args=[])
    idle = m.SimpleStatementLine(body=[m.Pass() | m.Expr(ends | m.Await(ends))])
    return len(after.body) < len(before.body) and all(m.matches(s, idle) for s in after.body)


def _is_empty(block: cst.BaseSuite) -> bool:
    return all(m.matches(s, m.SimpleStatementLine(body=[m.Pass()])) for s in block.body)


def _flat(node: cst.With | cst.Try) -> cst.FlattenSentinel:
    """The block's statements in its place; what stands above the block stays above the first of them."""
    statements = list(node.body.body)
    statements[0] = statements[0].with_changes(leading_lines=[*node.leading_lines, *statements[0].leading_lines])
    return cst.FlattenSentinel(statements)
