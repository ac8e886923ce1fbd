"""The System, Logs and Settings pages' data."""

from datetime import UTC, datetime

import pytest

from backend.core.logs import LOGGER
from backend.models import Detection, GPUStats, ObjectType
from backend.services import gpu
from backend.services.baselines import learn_hour
from backend.tests.integration.factories import camera_body

pytestmark = pytest.mark.integration

MONDAY_8 = datetime(2025, 3, 3, 8, tzinfo=UTC)


def gpu_sample(**values) -> GPUStats:
    return GPUStats(
        **{
            "gpu_name": "RTX A5500",
            "utilization": 40.0,
            "memory_used_mb": 6_000,
            "memory_total_mb": 24_000,
        }
        | values
    )


async def test_counts_rows(client):
    for number in range(2):
        await client.post("/api/cameras", json=camera_body(id=f"camera-{number}"))

    system = (await client.get("/api/system")).json()

    assert system["counts"] == {"cameras": 2, "detections": 0, "events": 0, "alerts": 0}
    assert system["gpu"] is None


async def test_gpu_history_is_in_the_order_of_time(client, session):
    for minute in (2, 0, 1):
        at = MONDAY_8.replace(minute=minute)
        session.add(gpu_sample(recorded_at=at, temperature_c=50 + minute))
    await session.commit()

    history = (await client.get("/api/system/gpu", params={"limit": 2})).json()

    assert [sample["temperature_c"] for sample in history] == [51, 52]


@pytest.mark.gpu
@pytest.mark.skipif(not gpu.has_gpu(), reason="no NVIDIA GPU")
async def test_the_real_gpu_can_be_stored(session):
    session.add(gpu.sample())
    await session.commit()


async def test_baselines_are_learned_by_hour(client, camera, session):
    for minute in (5, 10, 59):
        session.add(
            Detection(
                camera_id=camera.id,
                object_type=ObjectType.PERSON,
                confidence=0.9,
                bbox=(0.1, 0.1, 0.2, 0.2),
                detected_at=MONDAY_8.replace(minute=minute),
            )
        )
    await learn_hour(session, MONDAY_8)
    await session.commit()

    learned = (await client.get(f"/api/system/baselines/{camera.id}")).json()

    assert [(b["weekday"], b["hour"], b["mean"]) for b in learned] == [(0, 8, 3.0)]


async def test_logs_by_level(client):
    LOGGER.info("quiet")
    LOGGER.error("loud")

    logs = (await client.get("/api/logs", params={"level": "ERROR"})).json()

    assert [entry["message"] for entry in logs] == ["loud"]


async def test_settings_are_kept(client):
    await client.patch("/api/settings", json={"retention_days": 7})

    settings = (await client.get("/api/settings")).json()

    assert settings["retention_days"] == 7
    assert settings["minimum_confidence"] == 0.5


async def test_settings_out_of_range_are_refused(client):
    response = await client.patch("/api/settings", json={"retention_days": 0})

    assert response.status_code == 422
    assert (await client.get("/api/settings")).json()["retention_days"] == 30


async def test_a_key_is_shown_once_and_can_be_revoked(client):
    created = (await client.post("/api/settings/api-keys", json={"name": "doorbell"})).json()
    await client.delete(f"/api/settings/api-keys/{created['id']}")

    listed = (await client.get("/api/settings/api-keys")).json()

    assert len(created["key"]) > 40
    assert [(key["name"], key["is_active"]) for key in listed] == [("doorbell", False)]
    assert "key" not in listed[0]
    assert "key_hash" not in listed[0]
