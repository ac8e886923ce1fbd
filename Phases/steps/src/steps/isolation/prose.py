"""Docstrings and comments that speak of the shared services, brought up to date. Pure; knows no fixture."""

import re

import libcst as cst

_STALE = re.compile(r"(?i)advisory|\block(s|ed)?\b|\bshar(e|es|ed|ing)\b|DATABASE_URL|REDIS_URL|\bworkers?\b")
_NEW = "Every module has a PostgreSQL and a Redis of its own, every test a transaction\nthat is rolled back."
_NEW_CLEANED = "Every module has a PostgreSQL and a Redis of its own."
_SHARED = re.compile(r"\bthe shared (?=services?|database|PostgreSQL|Redis|server)")


def module_docstring(module: cst.Module, savepoint: bool) -> cst.Module:
    """The module with stale sentences of its docstring replaced by one that holds."""
    statement = module.body[0] if module.body else None
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return module
    string = statement.body[0].value
    if not isinstance(string, cst.SimpleString) or not _STALE.search(string.raw_value):
        return module
    sentences = re.split(r"(?<=[.!?])\s+", string.raw_value.strip())
    kept = [s for s in sentences if not _STALE.search(s) and not s.startswith("See ")]
    new = _wrapped([*kept[:1], _NEW if savepoint else _NEW_CLEANED, *kept[1:]])
    text = string.with_changes(value=f'{string.prefix}"""{new}"""')
    return module.with_changes(
        body=[statement.with_changes(body=[statement.body[0].with_changes(value=text)]), *module.body[1:]]
    )


def _wrapped(sentences: list[str]) -> str:
    """One line when it fits, else the first sentence alone and the rest below it, as PEP 257 asks."""
    whole = " ".join(sentences)
    if len(whole) <= 88:
        return whole
    return sentences[0] + "\n\n" + "\n".join(sentences[1:]) + "\n"


class Unshared(cst.CSTTransformer):
    """`the shared services` are the module's own now, wherever a docstring speaks of them."""

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr:
        value = updated_node.value
        if isinstance(value, cst.SimpleString) and _SHARED.search(value.value):
            return updated_node.with_changes(
                value=value.with_changes(value=_SHARED.sub("the module's own ", value.value))
            )
        return updated_node


def without_stale_comments(lines: tuple | list) -> list:
    """The comment block above a statement whose lock has gone, without blocks that speak of the lock."""
    said = " ".join(line.comment.value for line in lines if line.comment)
    return [line for line in lines if line.comment is None] if _STALE.search(said) else list(lines)
