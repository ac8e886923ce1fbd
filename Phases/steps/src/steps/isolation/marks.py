"""`usefixtures` without fixtures that have gone. Pure; knows no suite."""

import libcst as cst
import libcst.matchers as m

_USE = m.Attribute(m.Attribute(m.Name("pytest"), m.Name("mark")), m.Name("usefixtures"))


def relisted(value: cst.List, elements: list[cst.Element]) -> cst.List:
    """The shorter list, on one line when it fits there."""
    code = ", ".join(cst.Module([]).code_for_node(e.value) for e in elements)
    if len(code) < 70 and "\n" not in code:
        short = cst.parse_expression(f"[{code}]")
        assert isinstance(short, cst.List)
        return short
    return value.with_changes(elements=elements)


def without(mark: cst.BaseExpression, gone: set[str]) -> cst.BaseExpression | None:
    """`usefixtures` without the fixtures that have gone; None when none is left; another mark as it is."""
    if not m.matches(mark, m.Call(func=_USE)):
        return mark
    assert isinstance(mark, cst.Call)
    kept = [a for a in mark.args if not (isinstance(a.value, cst.SimpleString) and a.value.evaluated_value in gone)]
    if len(kept) == len(mark.args):
        return mark
    if not kept:
        return None
    return mark.with_changes(args=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])
