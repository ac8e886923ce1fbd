"""Statistics are served from Redis, and counted again after a change."""

import json

import pytest

from backend.services.statistics import CACHE_KEY
from backend.tests.integration.factories import event_body

# One worker: the cache has a single key.
pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("cache")]


async def test_counts(client, camera, detector):
    for score in (10, 45, 95):
        await client.post("/api/events", json=event_body(risk_score=score), headers=detector)

    statistics = (await client.get("/api/events/stats")).json()

    assert statistics == {
        "total": 3,
        "unreviewed": 3,
        "by_risk": {"low": 1, "medium": 1, "high": 0, "critical": 1},
        "by_camera": {"front-door": 3},
    }


async def test_the_first_reader_fills_the_cache(client, redis):
    statistics = (await client.get("/api/events/stats")).json()

    assert json.loads(await redis.get(CACHE_KEY)) == statistics
    assert 0 < await redis.ttl(CACHE_KEY) <= 30


async def test_later_readers_are_served_from_the_cache(client, redis):
    await redis.set(CACHE_KEY, json.dumps({"total": 12345}))

    assert (await client.get("/api/events/stats")).json() == {"total": 12345}


async def test_a_new_event_empties_the_cache(client, camera, detector):
    before = (await client.get("/api/events/stats")).json()["total"]
    await client.post("/api/events", json=event_body(), headers=detector)

    assert (await client.get("/api/events/stats")).json()["total"] == before + 1


async def test_a_review_empties_the_cache(client, camera, detector):
    event = (await client.post("/api/events", json=event_body(), headers=detector)).json()
    await client.get("/api/events/stats")
    await client.post(f"/api/events/{event['id']}/review", json={})

    assert (await client.get("/api/events/stats")).json()["unreviewed"] == 0
