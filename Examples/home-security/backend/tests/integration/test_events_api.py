"""Events: storing, listing, reviewing."""

import pytest

from backend.tests.integration.factories import detection_body, event_body

pytestmark = pytest.mark.integration


async def make_event(client, headers, **values):
    return (await client.post("/api/events", json=event_body(**values), headers=headers)).json()


async def test_an_event_keeps_its_detections(client, camera, detector):
    ids = []
    for _ in range(2):
        response = await client.post("/api/detections", json=detection_body(), headers=detector)
        ids.append(response.json()["detection"]["id"])

    event = await make_event(client, detector, detection_ids=ids)

    read = (await client.get(f"/api/events/{event['id']}")).json()
    assert [detection["id"] for detection in read["detections"]] == ids
    assert read["risk_level"] == "high"


async def test_unknown_detections_are_refused(client, camera, detector):
    response = await client.post(
        "/api/events", json=event_body(detection_ids=[41, 42]), headers=detector
    )

    assert response.status_code == 422
    assert response.json()["detail"] == "camera front-door has no detection 41, 42"
    assert (await client.get("/api/events")).json()["total"] == 0


async def test_an_event_cannot_end_before_it_starts(client, camera, detector):
    body = event_body(ended_at="2025-03-01T07:59:59Z")

    response = await client.post("/api/events", json=body, headers=detector)

    assert response.status_code == 422


async def test_filter_by_risk(client, camera, detector):
    for score in (10, 45, 60, 95):
        await make_event(client, detector, risk_score=score)

    page = (await client.get("/api/events", params={"min_risk": "high"})).json()

    assert {event["risk_score"] for event in page["items"]} == {60, 95}


async def test_filter_by_time(client, camera, detector):
    for day in (1, 2, 3):
        await make_event(client, detector, started_at=f"2025-03-0{day}T08:00:00Z")

    page = await client.get(
        "/api/events", params={"since": "2025-03-02T00:00:00Z", "until": "2025-03-03T00:00:00Z"}
    )

    assert [event["id"] for event in page.json()["items"]] == [2]


async def test_review(client, camera, detector):
    event = await make_event(client, detector)

    response = await client.post(f"/api/events/{event['id']}/review", json={"notes": "postman"})

    assert response.json()["is_reviewed"] is True
    assert response.json()["notes"] == "postman"
    unreviewed = (await client.get("/api/events", params={"reviewed": False})).json()
    assert unreviewed["total"] == 0
