import asyncio
import time

import pytest
from sqlalchemy import text


@pytest.mark.asyncio
async def test_leader(pg):
    async with pg.connect() as conn:
        if (await conn.execute(text("SELECT pg_try_advisory_lock(9)"))).scalar():
            assert True


async def test_eventually(application, cache):
    async with asyncio.timeout(10):
        while not (await cache.get("done")):
            await asyncio.sleep(0.01)
    await asyncio.sleep(0)


async def test_settles(tx):
    time.sleep(0.3)  # let the trigger settle
