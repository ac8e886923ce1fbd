"""Detections, who may report them, and the entities seen in them."""

import time

import pytest

from backend.models import APIKey, APIKeyScope
from backend.tests.integration.factories import detection_body

pytestmark = pytest.mark.integration


async def test_a_detection_is_stored(client, camera, detector):
    response = await client.post("/api/detections", json=detection_body(), headers=detector)

    assert response.status_code == 201
    detection = response.json()["detection"]
    assert detection["bbox"] == [0.1, 0.2, 0.3, 0.4]
    assert (await client.get(f"/api/detections/{detection['id']}")).json() == detection


async def test_a_detection_brings_its_camera_online(client, camera, detector):
    await client.post("/api/detections", json=detection_body(), headers=detector)

    assert (await client.get(f"/api/cameras/{camera.id}")).json()["status"] == "online"


async def test_unsure_detections_are_not_stored(client, camera, detector):
    await client.patch("/api/settings", json={"minimum_confidence": 0.95})

    response = await client.post("/api/detections", json=detection_body(), headers=detector)

    assert response.json() == {"stored": False, "detection": None}
    assert (await client.get("/api/detections")).json()["total"] == 0


async def test_reporting_needs_a_key(client, camera):
    assert (await client.post("/api/detections", json=detection_body())).status_code == 401


async def test_reporting_needs_a_known_key(client, camera):
    response = await client.post(
        "/api/detections", json=detection_body(), headers={"X-API-Key": "guessed-key"}
    )

    assert response.status_code == 401


async def test_reporting_needs_the_right_scope(client, camera, session):
    row, key = APIKey.issue("reader", APIKeyScope.READ)
    session.add(row)
    await session.commit()

    response = await client.post(
        "/api/detections", json=detection_body(), headers={"X-API-Key": key}
    )

    assert response.status_code == 403


async def test_newest_first(client, camera, detector):
    for entity in ("cat", "dog", "fox"):
        await client.post(
            "/api/detections",
            json=detection_body(object_type="animal", entity=entity),
            headers=detector,
        )
        time.sleep(0.05)  # so that the times differ

    page = (await client.get("/api/detections")).json()

    assert [detection["entity"] for detection in page["items"]] == ["fox", "dog", "cat"]
    assert page["total"] == 3


async def test_filter_by_confidence_and_type(client, camera, detector):
    for object_type, confidence in (("person", 0.6), ("person", 0.9), ("vehicle", 0.9)):
        body = detection_body(object_type=object_type, confidence=confidence)
        await client.post("/api/detections", json=body, headers=detector)

    page = await client.get(
        "/api/detections", params={"object_type": "person", "min_confidence": 0.8}
    )

    assert [detection["id"] for detection in page.json()["items"]] == [2]


async def test_entities_are_grouped(client, camera, detector):
    for entity in ("maria", "maria", "postman", None):
        body = detection_body(entity=entity)
        await client.post("/api/detections", json=body, headers=detector)

    entities = (await client.get("/api/entities")).json()

    assert {entity["entity"]: entity["detections"] for entity in entities} == {
        "maria": 2,
        "postman": 1,
    }
    assert entities[0]["cameras"] == [camera.id]
