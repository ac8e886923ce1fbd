"""One connection to a PostgreSQL, used synchronously by whichever driver the project has; attempts leave nothing behind."""

import asyncio
import importlib.util

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session


class Database:
    def __init__(self, url):
        """`url` is `postgresql://…`, without a driver."""
        self._loop = None
        driver = next((name for name in ("psycopg", "psycopg2", "asyncpg") if importlib.util.find_spec(name)), None)
        self.driver = driver
        if driver is None:
            raise SystemExit("neither psycopg, psycopg2 nor asyncpg is in the environment")
        url = url.replace("postgresql://", f"postgresql+{driver}://", 1)
        if driver == "asyncpg":
            from sqlalchemy.ext.asyncio import create_async_engine

            self._loop = asyncio.new_event_loop()
            engine = create_async_engine(url).sync_engine
        else:
            engine = create_engine(url)
        self.connection = self.run(engine.connect)

    def run(self, function, *arguments):
        if self._loop is None:
            return function(*arguments)
        from sqlalchemy.util import greenlet_spawn

        return self._loop.run_until_complete(greenlet_spawn(function, *arguments))

    def make(self, metadata):
        """The tables of one metadata, and a transaction for all that follows."""

        def create():
            schemas = {table.schema for table in metadata.tables.values() if table.schema}
            for schema in sorted(schemas):
                self.connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            metadata.create_all(self.connection)
            self.connection.commit()

        self.run(create)

    def attempt(self, make):
        """What refuses the rows that `make()` builds: a constraint, a column, a kind of error; None: they are stored."""

        def go():
            session = Session(self.connection, join_transaction_mode="create_savepoint")
            outer = self.connection.begin() if not self.connection.in_transaction() else None
            nested = self.connection.begin_nested()
            try:
                for row in make():
                    session.add(row)
                    session.flush()
                return None
            except Exception as error:  # the database's, the driver's and the model's own refusals
                return refusal(error)
            finally:
                session.close()
                nested.rollback()
                if outer:
                    outer.rollback()

        return self.run(go)


def refusal(error):
    """The name of the violated constraint, else of the column, else of the kind of error."""
    if not isinstance(error, SQLAlchemyError):
        return type(error).__name__
    original = getattr(error, "orig", None)
    for cause in (original, getattr(original, "__cause__", None)):
        facts = getattr(cause, "diag", cause)
        name = getattr(facts, "constraint_name", None) or getattr(facts, "column_name", None)
        if name:
            return name
    return type(getattr(original, "__cause__", None) or original or error).__name__
