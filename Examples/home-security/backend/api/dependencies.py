"""What the routes are given: a session, Redis, the broadcaster, and who is calling."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header, HTTPException, Request, status
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import utcnow
from backend.core.config import Settings
from backend.models import APIKey, APIKeyScope, Base
from backend.models.api_key import PREFIX_LENGTH
from backend.services.broadcast import Broadcaster

Row = TypeVar("Row", bound=Base)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for one request; what the route does not commit is rolled back."""
    async with request.app.state.database.sessions() as session:
        yield session


def get_redis(request: Request) -> Redis:
    """The client of this process."""
    return request.app.state.redis


def get_broadcaster(request: Request) -> Broadcaster:
    """The broadcaster of this process."""
    return request.app.state.broadcaster


def get_app_settings(request: Request) -> Settings:
    """The settings the application was made with."""
    return request.app.state.settings


SessionDep = Annotated[AsyncSession, Depends(get_session)]
RedisDep = Annotated[Redis, Depends(get_redis)]
BroadcasterDep = Annotated[Broadcaster, Depends(get_broadcaster)]
SettingsDep = Annotated[Settings, Depends(get_app_settings)]


def require_scope(scope: APIKeyScope) -> Callable[..., Awaitable[APIKey]]:
    """A dependency that lets only holders of a key with that scope pass."""

    async def check(
        session: SessionDep, x_api_key: Annotated[str | None, Header()] = None
    ) -> APIKey:
        if x_api_key is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "send an API key in X-API-Key")
        found = await session.scalar(
            select(APIKey).where(APIKey.prefix == x_api_key[:PREFIX_LENGTH])
        )
        if found is None or not found.verify(x_api_key):
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "the API key is not known")
        now = utcnow()
        if not found.allows(scope, now):
            raise HTTPException(status.HTTP_403_FORBIDDEN, f"the API key does not allow to {scope}")
        found.last_used_at = now
        return found

    return check


async def found_or_404(session: AsyncSession, kind: type[Row], key: object) -> Row:
    """The row with that primary key, or a 404 that names it."""
    row = await session.get(kind, key)
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"there is no {kind.__name__.lower()} {key}")
    return row
