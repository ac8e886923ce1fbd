"""The async session on each of pytest-asyncio's loops. Registered only where pytest-asyncio is."""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from pytest_taskgraph import transaction
from pytest_taskgraph.loops import SCOPES, Scope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


def _on_loop_of(scope: Scope) -> Any:
    @pytest_asyncio.fixture(loop_scope=scope, name=f"_taskgraph_asyncio_{scope}_session")
    async def session(
        taskgraph_async_engine: "AsyncEngine", taskgraph_session_options: Mapping[str, Any]
    ) -> AsyncIterator["AsyncSession"]:
        async with transaction.async_session(taskgraph_async_engine, taskgraph_session_options) as session:
            yield session

    return session


for _scope in SCOPES:
    globals()[f"_{_scope}_session"] = _on_loop_of(_scope)
