"""Makes the tables: `python -m backend.schema`. Knows nothing about upgrading existing ones."""

import asyncio

from backend.core.config import get_settings
from backend.core.database import Database
from backend.models import Base


async def create_tables(database: Database) -> None:
    """Create every table and type that does not exist yet."""
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


async def main() -> None:
    """Create the tables of the configured database."""
    database = Database.from_settings(get_settings())
    try:
        await create_tables(database)
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
