"""What the tests of the models share: the tables in a PostgreSQL of each module's own, and a plain way to them.

MARKER
"""

from contextlib import contextmanager

import pytest
IMPORTS


@pytest.fixture(scope="module")
def taskgraph_schema():
    """Called once with a connection to each new database."""
    return SCHEMA


class Database:
    """A session that is used synchronously, whichever driver there is. What a test stores is undone after it."""

    def __init__(self, connection, loop):
        self._connection, self._loop = connection, loop
        self.session = None

    def run(self, function, *arguments):
        """Calls a function that may wait for the database."""
        return self._loop.run_until_complete(greenlet_spawn(function, *arguments))

    @contextmanager
    def undone(self):
        """A new session; all that it stores is taken back."""
        before, self.session = self.session, Session(
            self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        transaction = self.run(self._connection.begin_nested)
        try:
            yield self
        finally:
            self.run(self.session.close)
            self.run(transaction.rollback)
            self.session = before

    def store(self, *rows):
        """Stores the rows one after the other, in their order."""
        for row in rows:
            self.session.add(row)
            self.run(self.session.flush)

    def stored(self, row):
        """Stores the row and gives it as the database gives it back."""
        self.store(row)
        identity = inspect(row).identity
        self.session.expunge_all()
        return self.one(type(row), *identity)

    def one(self, model, *identity):
        """The row with that key, read anew; None if there is none."""
        self.session.expunge_all()
        return self.run(lambda: self.session.get(model, identity))

    def all(self, statement):
        """What a query finds."""
        return self.run(lambda: self.session.scalars(statement).unique().all())

    def get(self, row, name):
        """An attribute that the database may have to be asked for."""
        return self.run(getattr, row, name)

    def delete(self, row):
        """Deletes through the session, with what its relationships say."""

        def go():
            self.session.delete(row)
            self.session.flush()

        self.run(go)
        self.session.expunge_all()

    def execute(self, statement):
        """Executes past the session, with what the tables say."""
        self.run(self.session.execute, statement)
        self.session.expunge_all()

    def refusal(self, *work):
        """Which constraint, else column, else kind of error refuses these rows, or this statement; None: nothing does."""
        with self.undone():
            try:
                for one in work:
                    self.store(one) if hasattr(one, "_sa_instance_state") else self.execute(one)
            except SQLAlchemyError as error:
                return _refusal(error)
            return None

    def table(self, name, schema=None):
        """The table as PostgreSQL has it."""
        return self.run(_table, self._connection, name, schema)

    def labels(self, name):
        """The labels of an enum type, in their order."""
        query = text("SELECT enumlabel FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typname = :name ORDER BY enumsortorder")
        return self.run(lambda: list(self.session.scalars(query, {"name": name})))


def _refusal(error):
    original = getattr(error, "orig", None)
    for cause in (original, getattr(original, "__cause__", None)):
        facts = getattr(cause, "diag", cause)
        name = getattr(facts, "constraint_name", None) or getattr(facts, "column_name", None)
        if name:
            return name
    return type(getattr(original, "__cause__", None) or original or error).__name__


def _table(connection, name, schema):
    seen = inspect(connection)
    return {
        "columns": {c["name"]: _column(c) for c in seen.get_columns(name, schema)},
        "primary": seen.get_pk_constraint(name, schema)["constrained_columns"],
        "indexes": {
            i["name"]: [*(c or "?" for c in i["column_names"]), *(["unique"] if i["unique"] else [])]
            for i in seen.get_indexes(name, schema)
            if not i.get("duplicates_constraint")
        },
        "uniques": {u["name"]: u["column_names"] for u in seen.get_unique_constraints(name, schema)},
        "foreign_keys": {
            f["name"]: [
                ", ".join(f["constrained_columns"]),
                f["referred_table"],
                ", ".join(f["referred_columns"]),
                f["options"].get("ondelete"),
            ]
            for f in seen.get_foreign_keys(name, schema)
        },
        "checks": sorted(c["name"] for c in seen.get_check_constraints(name, schema)),
    }


def _column(column):
    text = str(column["type"].compile(dialect=postgresql.dialect()))
    if hasattr(column["type"], "enums"):
        text = column["type"].name or text
    text += "" if column["nullable"] else " NOT NULL"
    default = column.get("default")
    return text if default is None or "nextval(" in default else f"{text} DEFAULT {default}"


@pytest.fixture(scope="module")
def module_db(ENGINE):
    """The module's database, in a transaction that is never committed."""
OPEN


@pytest.fixture
def db(module_db):
    """The module's database, as if nothing had been stored yet."""
    with module_db.undone():
        yield module_db
