"""Faults of mapped classes and enums, one at a time, by position in the source. Executes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from steps.models.function_mutants import Edit, function_edits

_SQL = [(r"\bBETWEEN\b", "NOT BETWEEN"), (r"\bIS NOT NULL\b", "IS NULL"), (r"\bIS NULL\b", "IS NOT NULL"), (r"\bOR\b", "AND"), (r"\bAND\b(?! [\w.-]+$)", "OR"),
        (r">=", ">"), (r"<=", "<"), (r"(?<![<>!])=(?!=)", "<>"), (r"<>", "="), (r"(?<!<)>(?!=)", ">="), (r"<(?![=>])", "<="), (r"\^", ""), (r"\$(?=')", "")]  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    element: str  # `Camera.fps`, `Zone constraint 2`
    kind: str
    says: str
    line: int
    owner: str  # the class
    source: str


def mutants(source: str) -> list[Mutant]:
    wrapper = MetadataWrapper(cst.parse_module(source))
    lines = wrapper.resolve(PositionProvider)
    found = []
    for statement in wrapper.module.body:
        if isinstance(statement, cst.ClassDef):
            for element, kind, says, old, new in _of_class(statement, wrapper.module):
                code = wrapper.module.deep_replace(old, new).code  # type: ignore[arg-type]
                if code != source:
                    found.append(Mutant(element, kind, says, lines[old].start.line, statement.name.value, code))
    return found


def _of_class(node: cst.ClassDef, module: cst.Module) -> Iterator[Edit]:
    name = node.name.value
    bases = [module.code_for_node(base.value) for base in node.bases]
    enum = any(re.search(r"(?:Enum|Flag)$", base) for base in bases)
    body = list(node.body.body)
    mapped = any(isinstance(x, cst.SimpleStatementLine) and "__tablename__" in module.code_for_node(x) for x in body)
    if not (enum or mapped or any("DeclarativeBase" in base for base in bases)):
        return
    for part in body:
        if isinstance(part, cst.FunctionDef):
            if not part.name.value.startswith("__") or part.name.value in ("__init__", "__repr__"):
                yield from function_edits(f"{name}.{part.name.value}", part, module)
        elif isinstance(part, cst.SimpleStatementLine):
            for small in part.body:
                target = (
                    small.target
                    if isinstance(small, cst.AnnAssign)
                    else small.targets[0].target
                    if isinstance(small, cst.Assign)
                    else None
                )
                if not isinstance(target, cst.Name):
                    continue
                if enum and isinstance(small, cst.Assign):
                    yield from _of_member(f"{name}.{target.value}", part, small)
                elif mapped and target.value == "__table_args__" and isinstance(small, cst.Assign):
                    yield from _of_arguments(name, small.value, module)
                elif mapped and not target.value.startswith("__"):
                    yield from _of_attribute(f"{name}.{target.value}", part, small, module)


def _of_member(element: str, line: cst.SimpleStatementLine, small: cst.Assign) -> Iterator[Edit]:
    yield element, "member", "is not there", line, cst.parse_statement("pass\n")
    if isinstance(small.value, cst.SimpleString):
        yield (
            element,
            "member",
            "has another value",
            small.value,
            cst.SimpleString(small.value.value[:-1] + "x" + small.value.value[-1]),
        )
    elif isinstance(small.value, cst.Integer):
        yield element, "member", "has another value", small.value, cst.Integer(str(int(small.value.value) + 1000))


def _of_arguments(name: str, value: cst.BaseExpression, module: cst.Module) -> Iterator[Edit]:
    if not isinstance(value, cst.Tuple):
        return
    for number, part in enumerate(value.elements):
        if not isinstance(part.value, cst.Call):
            continue
        kind = module.code_for_node(part.value.func).split(".")[-1]
        named = next(
            (
                module.code_for_node(a.value).strip('"')
                for a in part.value.args
                if a.keyword and a.keyword.value == "name"
            ),
            None,
        )
        texts = [a.value for a in part.value.args if a.keyword is None]
        element = f"{name} {kind} {named or ', '.join(module.code_for_node(t) for t in texts)}"
        rest = [x for i, x in enumerate(value.elements) if i != number]
        yield element, "constraint", "is not there", value, value.with_changes(elements=rest)
        if kind == "CheckConstraint" and texts and isinstance(texts[0], (cst.SimpleString, cst.ConcatenatedString)):
            yield from _of_sql(element, texts[0], module)
        elif kind in ("UniqueConstraint", "Index"):
            start = 1 if kind == "Index" else 0
            plain = [a for a in part.value.args if a.keyword is None][start:]
            for argument in plain if len(plain) > 1 else []:
                yield (
                    element,
                    "constraint",
                    f"lacks {module.code_for_node(argument.value)}",
                    part.value,
                    part.value.with_changes(args=[a for a in part.value.args if a is not argument]),
                )


def _of_sql(element: str, text: cst.BaseExpression, module: cst.Module) -> Iterator[Edit]:
    code = module.code_for_node(text)
    changes = [(m.start(), m.end(), new) for pattern, new in _SQL for m in re.finditer(pattern, code)]
    bare = re.sub(r"'[^']*'", lambda m: "_" * len(m.group()), code)
    changes += [
        (m.start(), m.end(), str(int(m.group()) + step))
        for m in re.finditer(r"(?<![\w.{])\d+(?![\w.}])", bare)
        for step in (1, -1)
    ]
    for start, end, new in changes:
        changed = code[:start] + new + code[end:]
        yield element, "check", f"says {changed}", text, cst.parse_expression(changed)


def _of_attribute(
    element: str, line: cst.SimpleStatementLine, small: cst.Assign | cst.AnnAssign, module: cst.Module
) -> Iterator[Edit]:
    call = small.value if isinstance(small.value, cst.Call) else None
    function = module.code_for_node(call.func).split(".")[-1] if call else ""
    annotation = small.annotation.annotation if isinstance(small, cst.AnnAssign) else None
    mapped = isinstance(annotation, cst.Subscript) and module.code_for_node(annotation.value) == "Mapped"
    if function == "relationship" and call:
        yield (
            element,
            "relationship",
            'is lazy="joined"',
            call,
            call.with_changes(
                args=[
                    *(a for a in call.args if not (a.keyword and a.keyword.value == "lazy")),
                    _keyword("lazy", '"joined"'),
                ]
            ),
        )
        for argument in call.args:
            if argument.keyword:
                yield (
                    element,
                    "relationship",
                    f"lacks {argument.keyword.value}",
                    call,
                    call.with_changes(args=[a for a in call.args if a is not argument]),
                )
        return
    if not (mapped or function in ("mapped_column", "Column")):
        return
    text = module.code_for_node(small)
    if mapped and "primary_key=True" not in text and "nullable=" not in text and isinstance(annotation, cst.Subscript):
        code = module.code_for_node(annotation)
        other = code.replace(" | None]", "]") if " | None]" in code else re.sub(r"\]$", " | None]", code)
        other = other.replace('" | None]', ' | None"]')
        yield (
            element,
            "column",
            "is " + ("required" if " | None]" in code else "nullable"),
            annotation,
            cst.parse_expression(other),
        )
    if call is None:
        value = cst.parse_expression('mapped_column("another_name")')
        if isinstance(small, cst.AnnAssign):
            yield element, "column", "has another name", small, small.with_changes(value=value, equal=cst.AssignEqual())
        return
    first = call.args[0].value if call.args and call.args[0].keyword is None else None
    if not isinstance(first, cst.SimpleString):
        yield (
            element,
            "column",
            "has another name",
            call,
            call.with_changes(args=[cst.Arg(cst.SimpleString('"another_name"')), *call.args]),
        )
    for argument in call.args:
        name = argument.keyword.value if argument.keyword else None
        code = module.code_for_node(argument.value)
        without = call.with_changes(args=[a for a in call.args if a is not argument])
        if name in ("unique", "index", "default", "server_default", "default_factory", "onupdate"):
            yield element, name, f"lacks {name}", call, without
        if name == "nullable":
            yield (
                element,
                "column",
                f"is not nullable={code}",
                argument.value,
                cst.Name("False" if code == "True" else "True"),
            )
        if name == "default":
            yield from _of_constant(element, "default", argument.value)
        if name is None and isinstance(argument.value, cst.Call) and code.split("(")[0].endswith("ForeignKey"):
            yield element, "foreign key", "is none", call, without
            for inner in argument.value.args:
                if inner.keyword:
                    yield (
                        element,
                        "foreign key",
                        f"lacks {inner.keyword.value}",
                        argument.value,
                        argument.value.with_changes(args=[a for a in argument.value.args if a is not inner]),
                    )
        elif (
            name is None
            and isinstance(argument.value, cst.Call)
            and argument.value.args
            and isinstance(argument.value.args[0].value, cst.Integer)
        ):
            size = argument.value.args[0].value
            for step in (1, -1):
                yield element, "length", f"is {int(size.value) + step}", size, cst.Integer(str(int(size.value) + step))
        elif name is None and code in ("SmallInteger", "BigInteger"):
            yield element, "type", "is Integer", call, without
        elif name is None and code == "Text":
            yield element, "type", "is String", call, without


def _keyword(name: str, value: str) -> cst.Arg:
    return cst.Arg(
        cst.parse_expression(value),
        keyword=cst.Name(name),
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
    )


def _of_constant(element: str, kind: str, value: cst.BaseExpression) -> Iterator[Edit]:
    if isinstance(value, cst.Integer):
        yield element, kind, f"is {int(value.value, 0) + 1}", value, cst.Integer(str(int(value.value, 0) + 1))
    elif isinstance(value, cst.Float):
        yield element, kind, f"is {float(value.value) + 1}", value, cst.Float(str(float(value.value) + 1))
    elif isinstance(value, cst.Name) and value.value in ("True", "False"):
        yield element, kind, f"is not {value.value}", value, cst.Name("False" if value.value == "True" else "True")
    elif isinstance(value, cst.SimpleString) and len(value.value) > 2:
        yield element, kind, "is another text", value, cst.SimpleString(value.value[:-1] + "x" + value.value[-1])
