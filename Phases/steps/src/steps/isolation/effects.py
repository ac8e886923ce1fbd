"""What a piece of test code does to services, told by its text without comments and docstrings. Pure; knows no fixture."""

import re
from enum import Flag, auto

import libcst as cst
import libcst.matchers as m


class Effect(Flag):
    """What code does. Several at once are usual."""

    NONE = 0
    LOCK = auto()  # takes or gives back a lock that other processes see
    CREATE = auto()  # makes the tables
    DROP = auto()  # removes the tables
    CLEAN = auto()  # empties the tables
    FLUSH = auto()  # empties Redis
    ENGINE = auto()
    SESSION = auto()
    POSTGRES_URL = auto()  # reads the database's address from outside
    REDIS_URL = auto()
    APP = auto()  # makes an application
    THREADS = auto()  # runs the application, or requests, beside the test


_PATTERNS = {
    Effect.LOCK: r"pg_(try_)?advisory_(xact_)?(lock|unlock)|\bFileLock\(|\bportalocker\.Lock\(|\bfcntl\.(flock|lockf)\(",
    Effect.CREATE: r"\.create_all\b",
    Effect.DROP: r"\.drop_all\b",
    Effect.CLEAN: r"(?i)\btruncate\b|\bdelete\s+from\b|\.sorted_tables\b[^=]*\n[^\n]*\.delete\(\)",
    Effect.FLUSH: r"\.flush(db|all)\(",
    Effect.ENGINE: r"\bcreate_(async_)?engine\(",
    Effect.SESSION: r"\b((async_)?sessionmaker|(Async)?Session|scoped_session)\(",
    Effect.APP: r"\b(create_app|make_app|FastAPI|Starlette)\(",
    Effect.THREADS: r"\bTestClient\(|\bThread(PoolExecutor)?\(|\basyncio\.(gather|TaskGroup)\(|\bcreate_task_group\(",
}
_POSTGRES_NAME = re.compile(r"DATABASE|POSTGRES|\bPG|DB_UR[IL]|SQLALCHEMY")
_REDIS_NAME = re.compile(r"REDIS")
_ENVIRONMENT = m.Subscript(value=m.Attribute(m.Name("os"), m.Name("environ")) | m.Name("environ")) | m.Call(
    func=m.Attribute(m.Attribute(m.Name("os"), m.Name("environ")) | m.Name("environ"), m.Name("get"))
    | m.Attribute(m.Name("os"), m.Name("getenv"))
    | m.Name("getenv")
)


def text_of(node: cst.CSTNode) -> str:
    """The node's code without comments and docstrings."""
    bare = node.visit(_Bare())
    return cst.Module([]).code_for_node(bare) if isinstance(bare, cst.CSTNode) else ""


def of_text(code: str) -> Effect:
    effect = Effect.NONE
    for kind, pattern in _PATTERNS.items():
        if re.search(pattern, code):
            effect |= kind
    return effect


def of_node(node: cst.CSTNode) -> Effect:
    """What the node itself does; what it calls is not followed."""
    effect = of_text(text_of(node))
    for found in m.findall(node, _ENVIRONMENT):
        effect |= of_variable(found)
    return effect


def of_variable(node: cst.CSTNode) -> Effect:
    """Whose address an expression such as `os.environ["DATABASE_URL"]` reads; NONE when it is no such expression."""
    if not m.matches(node, _ENVIRONMENT):
        return Effect.NONE
    name = text_of(node.slice[0] if isinstance(node, cst.Subscript) else node.args[0])  # type: ignore[attr-defined]
    if _REDIS_NAME.search(name):
        return Effect.REDIS_URL
    return Effect.POSTGRES_URL if _POSTGRES_NAME.search(name) else Effect.NONE


class _Bare(cst.CSTTransformer):
    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        return updated_node.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:
        return updated_node.with_changes(comment=None)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        if body and m.matches(body[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])):
            return updated_node.with_changes(body=body[1:])
        return updated_node
