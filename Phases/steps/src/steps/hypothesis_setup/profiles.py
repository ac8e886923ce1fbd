"""Profile registration written into a conftest.py's source with LibCST. Pure: source in, source out."""

from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from steps.core.errors import StepError
from steps.hypothesis_setup.imports import with_import

PROFILES = ("ci", "dev")

# Written as a person would; `settings` alone would collide with the many conftests that have settings of their own.
_COMMENT = "# Hypothesis: CI must not depend on luck, a developer wants an answer soon."
_REGISTER = {
    "ci": """hypothesis.settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, print_blob=True
)""",
    "dev": 'hypothesis.settings.register_profile("dev", max_examples=25, deadline=None)',
}
_LOAD = """hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)"""
_NEW = '"""What all tests share."""\n'


@dataclass(frozen=True)
class Edited:
    source: str
    registered: tuple[str, ...]  # what was added; empty when all was there
    loads: bool  # whether a load_profile was added


def with_profiles(source: str, file: str) -> Edited:
    """The source with what is missing of both profiles and their loading. Raises `StepError` when it is not Python."""
    try:
        module = cst.parse_module(source or _NEW)
    except cst.ParserSyntaxError as error:
        raise StepError(f"{file}:{error.raw_line}: not Python: {error.message}") from error
    missing = tuple(name for name in PROFILES if not _calls(module, "register_profile", name))
    loads = not _calls(module, "load_profile", None)
    if not missing and not loads:
        return Edited(source, (), False)
    module = with_import(module, "hypothesis")
    if loads:
        module = with_import(module, "os")
    lines = [_REGISTER[name] for name in missing] + ([_LOAD] if loads else [])
    return Edited(_inserted(module, lines).code, missing, loads)


def _calls(module: cst.Module, method: str, first: str | None) -> bool:
    for call in m.findall(module, m.Call(func=m.Attribute(attr=m.Name(method)))):
        assert isinstance(call, cst.Call)
        if first is None:
            return True
        argument = call.args[0].value if call.args else None
        if isinstance(argument, cst.SimpleString) and argument.evaluated_value == first:
            return True
    return False


def _inserted(module: cst.Module, lines: list[str]) -> cst.Module:
    """The statements after the last import of the module's own level, a blank line around them."""
    statements = [cst.parse_statement(line + "\n") for line in lines]
    blank, comment = cst.EmptyLine(indent=False), cst.EmptyLine(comment=cst.Comment(_COMMENT))
    statements[0] = statements[0].with_changes(leading_lines=[blank, comment])
    body = list(module.body)
    last = max((i for i, statement in enumerate(body) if _is_import(statement)), default=0)
    after = body[last + 1 :]
    if after and not _begins_blank(after[0]):
        after[0] = after[0].with_changes(leading_lines=[blank, *after[0].leading_lines])
    return module.with_changes(body=[*body[: last + 1], *statements, *after])


def _is_import(statement: cst.BaseStatement | cst.SimpleStatementLine) -> bool:
    return m.matches(statement, m.SimpleStatementLine(body=[m.AtLeastN(m.Import() | m.ImportFrom(), n=1)]))


def _begins_blank(statement: cst.BaseStatement | cst.SimpleStatementLine) -> bool:
    lines = statement.leading_lines
    return bool(lines) and lines[0].comment is None
