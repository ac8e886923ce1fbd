"""The application: puts settings, services and routes together."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from redis.asyncio import Redis

from backend.api import (
    alerts,
    audit,
    cameras,
    detections,
    events,
    health,
    live,
    pages,
    system,
    zones,
)
from backend.api import (
    settings as settings_routes,
)
from backend.core import logs
from backend.core.config import VERSION, Settings, get_settings
from backend.core.database import Database
from backend.services import gpu
from backend.services.broadcast import Broadcaster

ROUTERS = [
    health.router,
    cameras.router,
    zones.router,
    detections.router,
    events.router,
    alerts.router,
    audit.router,
    system.router,
    settings_routes.router,
    live.router,
    pages.router,
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """An application with those settings; it connects to its services when it starts."""
    app = FastAPI(title="Home Security Intelligence", version=VERSION, lifespan=_lifespan)
    app.state.settings = settings or get_settings()
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", pages.static, name="static")
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    app.state.started = time.monotonic()
    app.state.recent_logs = logs.install(settings.recent_logs, settings.log_level)
    app.state.database = Database.from_settings(settings)
    app.state.redis = Redis.from_url(settings.redis_url, decode_responses=True)
    app.state.broadcaster = Broadcaster(app.state.redis)
    await app.state.broadcaster.start()
    sampler = None
    if settings.gpu_sample_seconds > 0:
        sampler = asyncio.create_task(
            gpu.sample_forever(app.state.database, settings.gpu_sample_seconds), name="gpu"
        )
    logs.LOGGER.info("started version %s", VERSION)
    try:
        yield
    finally:
        if sampler is not None:
            sampler.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sampler
        await app.state.broadcaster.stop()
        await app.state.redis.aclose()
        await app.state.database.close()
        logs.uninstall(app.state.recent_logs)


app = create_app()
