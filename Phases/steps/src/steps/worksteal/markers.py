"""`xdist_group` markers become `serial` leases, which hold under every scheduler. Pure: source in, source out."""

import libcst as cst
import libcst.matchers as m

_GROUP = m.Attribute(value=m.Attribute(attr=m.Name("mark")) | m.Name("mark"), attr=m.Name("xdist_group"))


def with_serial(module: cst.Module) -> cst.Module:
    """The module with `mark.serial("name")` for `mark.xdist_group("name")` and `mark.xdist_group(name="name")`."""
    return module.visit(_Serial())


def groups(module: cst.Module) -> list[cst.CSTNode]:
    """Every use of the marker, also without a call."""
    return list(m.findall(module, _GROUP))


class _Serial(cst.CSTTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not m.matches(original_node.func, _GROUP):
            return updated_node
        args = [
            a.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
            if a.keyword and a.keyword.value == "name"
            else a
            for a in updated_node.args
        ]
        return updated_node.with_changes(args=args)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=cst.Name("serial")) if m.matches(original_node, _GROUP) else updated_node
