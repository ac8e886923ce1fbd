"""Sleeps in test code: which wait for something that can be seen, and what to write instead. Pure."""

import re
from dataclasses import dataclass
from enum import Enum

import libcst as cst
import libcst.matchers as m

from steps.isolation import effects

_CALL = m.Call(func=m.Attribute(m.Name("time") | m.Name("asyncio"), m.Name("sleep")) | m.Name("sleep"))
STATEMENT = m.SimpleStatementLine(body=[m.Expr(_CALL | m.Await(_CALL))])

_OTHERS = re.compile(r"(?i)\bworkers?\b|\bother\b|\block\b|get through|concurren|race")
_CLOCK = re.compile(
    r"(?i)times?(tamps?)? (differ|order)|timestamp|distinct time|created_at|different time|later than|clock"
)
_SUBSCRIBED = re.compile(r"(?i)subscri")


class Why(Enum):
    OTHERS = "waited for other workers, which now have services of their own"
    CLOCK = "waited for the clock, which counts microseconds: two requests never share one"
    SUBSCRIBED = "waits until Redis has a subscriber"
    POLL = "waits for the condition, with a deadline"
    UNKNOWN = "what it waits for cannot be seen"


@dataclass(frozen=True)
class Sleep:
    why: Why
    text: str


def is_sleep(node: cst.CSTNode) -> bool:
    """A statement that only sleeps; `asyncio.sleep(0)` lets others run and waits for nothing."""
    if not m.matches(node, STATEMENT):
        return False
    call = m.findall(node, _CALL)[0]
    argument = call.args[0].value if isinstance(call, cst.Call) and call.args else None
    return not m.matches(argument, m.Integer("0")) if argument is not None else True


def reason(statement: cst.SimpleStatementLine, function: cst.FunctionDef | None) -> Why:
    """From the comment beside or above; a bare sleep has the reason of the other sleeps of its function."""
    said = _comment(statement)
    why = _of_comment(said)
    if why is Why.UNKNOWN and not said and function is not None:
        others = [
            n for n in m.findall(function, STATEMENT) if n is not statement and isinstance(n, cst.SimpleStatementLine)
        ]
        reasons = {_of_comment(_comment(other)) for other in others} - {Why.UNKNOWN}
        if len(reasons) == 1:
            return reasons.pop()
    return why


def polled(loop: cst.While | cst.For) -> cst.BaseExpression | None:
    """The condition that a sleeping loop waits for; None when the loop does more than look and sleep."""
    if loop.orelse is not None:
        return None
    body = list(loop.body.body)
    if isinstance(loop, cst.While):
        return _negated(loop.test) if len(body) == 1 and is_sleep(body[0]) else None
    if len(body) != 2 or not is_sleep(body[1]) or not m.matches(loop.iter, m.Call(func=m.Name("range"))):
        return None
    leaves = m.If(body=m.IndentedBlock(body=[m.SimpleStatementLine(body=[m.Break()])]), orelse=None)
    return body[0].test if isinstance(body[0], cst.If) and m.matches(body[0], leaves) else None


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression.with_changes(lpar=[], rpar=[])
    simple = isinstance(test, cst.Name | cst.Call | cst.Attribute | cst.Subscript)
    operand = test if simple else test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), operand)


def _of_comment(said: str) -> Why:
    for pattern, why in ((_SUBSCRIBED, Why.SUBSCRIBED), (_CLOCK, Why.CLOCK), (_OTHERS, Why.OTHERS)):
        if pattern.search(said):
            return why
    return Why.UNKNOWN


def _comment(statement: cst.SimpleStatementLine) -> str:
    beside = statement.trailing_whitespace.comment
    above = [line.comment.value for line in statement.leading_lines if line.comment]
    return " ".join([*above, beside.value if beside else ""]).strip()


def text(statement: cst.CSTNode) -> str:
    return effects.text_of(statement).strip()
