"""Health of a running and of a half-broken system."""

import httpx
import pytest

from backend.core.config import Settings
from backend.main import create_app

pytestmark = pytest.mark.integration


async def test_healthy_when_both_services_answer(client):
    response = await client.get("/api/health")

    assert response.status_code == 200
    assert response.json()["services"] == {"database": "ok", "redis": "ok"}


async def test_live_needs_no_service(client):
    assert (await client.get("/api/health/live")).json()["status"] == "ok"


async def test_degraded_without_a_database(redis_url):
    settings = Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/nothing",
        redis_url=redis_url,
        gpu_sample_seconds=0,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            response = await client.get("/api/health")

    assert response.status_code == 503
    assert response.json()["status"] == "degraded"
    assert response.json()["services"]["redis"] == "ok"
    assert response.json()["services"]["database"] != "ok"
