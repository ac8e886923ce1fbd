"""Rules, the alerts they make, and what people do with them."""

import pytest
from sqlalchemy import func, select

from backend.models import Alert
from backend.tests.integration.factories import detection_body, event_body, rule_body

# These tests count alerts: they take the lock, and one worker runs them all.
pytestmark = [
    pytest.mark.integration,
    pytest.mark.usefixtures("exclusive"),
    pytest.mark.xdist_group("alerts"),
]


@pytest.fixture
async def alert(client, camera, detector):
    """A pending alert, made by a rule and an event."""
    await client.post("/api/alerts/rules", json=rule_body())
    event = await client.post("/api/events", json=event_body(), headers=detector)
    return event.json()["alerts"][0]


async def test_a_risky_event_fires_a_rule(alert, session):
    assert alert["status"] == "pending"
    assert alert["severity"] == "warning"
    assert await session.scalar(select(func.count()).select_from(Alert)) == 1


async def test_a_harmless_event_fires_nothing(client, camera, detector):
    await client.post("/api/alerts/rules", json=rule_body())

    event = await client.post("/api/events", json=event_body(risk_score=20), headers=detector)

    assert event.json()["alerts"] == []


async def test_a_rule_can_ask_for_object_types(client, camera, detector):
    await client.post("/api/alerts/rules", json=rule_body(object_types=["vehicle"]))
    detection = await client.post(
        "/api/detections", json=detection_body(object_type="vehicle"), headers=detector
    )

    without = await client.post("/api/events", json=event_body(), headers=detector)
    with_vehicle = await client.post(
        "/api/events",
        json=event_body(detection_ids=[detection.json()["detection"]["id"]]),
        headers=detector,
    )

    assert len(without.json()["alerts"]) == 0
    assert len(with_vehicle.json()["alerts"]) == 1


async def test_a_rule_cools_down(client, camera, detector):
    await client.post("/api/alerts/rules", json=rule_body(cooldown_seconds=600))

    for _ in range(3):
        await client.post("/api/events", json=event_body(), headers=detector)

    assert (await client.get("/api/alerts")).json()["total"] == 1


async def test_a_disabled_rule_is_silent(client, camera, detector):
    rule = (await client.post("/api/alerts/rules", json=rule_body())).json()
    await client.patch(f"/api/alerts/rules/{rule['id']}", json={"is_enabled": False})

    event = await client.post("/api/events", json=event_body(), headers=detector)

    assert event.json()["alerts"] == []


async def test_acknowledge_then_dismiss(client, alert):
    acknowledged = await client.post(f"/api/alerts/{alert['id']}/acknowledge")
    dismissed = await client.post(f"/api/alerts/{alert['id']}/dismiss")

    assert acknowledged.json()["status"] == "acknowledged"
    assert dismissed.json()["status"] == "dismissed"
    assert dismissed.json()["acknowledged_at"] == acknowledged.json()["acknowledged_at"]


async def test_an_alert_is_acknowledged_once(client, alert):
    await client.post(f"/api/alerts/{alert['id']}/acknowledge")

    again = await client.post(f"/api/alerts/{alert['id']}/acknowledge")

    assert again.status_code == 409


async def test_deleting_a_rule_deletes_its_alerts(client, alert):
    await client.delete(f"/api/alerts/rules/{alert['rule_id']}")

    assert (await client.get("/api/alerts")).json()["total"] == 0


async def test_rule_names_are_unique(client):
    await client.post("/api/alerts/rules", json=rule_body())

    assert (await client.post("/api/alerts/rules", json=rule_body())).status_code == 409
