"""Whether the backend can serve, for load balancers and people."""

from fastapi import APIRouter, Request, Response, status
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from backend.api.dependencies import RedisDep
from backend.core.config import VERSION

router = APIRouter(prefix="/api/health", tags=["health"])


@router.get("")
async def health(request: Request, response: Response, redis: RedisDep) -> dict:
    """200 when PostgreSQL and Redis answer, otherwise 503; the body says which does not."""
    services = {"database": "ok", "redis": "ok"}
    try:
        await request.app.state.database.ping()
    except (SQLAlchemyError, OSError) as error:
        services["database"] = f"{type(error).__name__}: {error}"
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        services["redis"] = f"{type(error).__name__}: {error}"
    healthy = all(state == "ok" for state in services.values())
    if not healthy:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return {"status": "ok" if healthy else "degraded", "version": VERSION, "services": services}


@router.get("/live")
async def live() -> dict:
    """200 as long as the process answers at all."""
    return {"status": "ok", "version": VERSION}
