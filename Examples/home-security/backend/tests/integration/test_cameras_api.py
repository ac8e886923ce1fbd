"""The cameras' routes."""

import pytest
from sqlalchemy import func, select

from backend.models import Camera, Detection, ObjectType
from backend.tests.integration.factories import camera_body

pytestmark = pytest.mark.integration


async def test_create_and_read(client):
    created = await client.post("/api/cameras", json=camera_body(location="Garage"))

    assert created.status_code == 201
    read = await client.get("/api/cameras/garage")
    assert read.json() == created.json()
    assert read.json()["status"] == "offline"
    assert read.json()["fps"] == 15


async def test_list_is_ordered_and_complete(client):
    for camera_id in ("yard", "attic", "porch"):
        await client.post("/api/cameras", json=camera_body(id=camera_id))

    page = (await client.get("/api/cameras")).json()

    assert [camera["id"] for camera in page["items"]] == ["attic", "porch", "yard"]
    assert page["total"] == 3


async def test_list_by_page(client):
    for number in range(5):
        await client.post("/api/cameras", json=camera_body(id=f"camera-{number}"))

    page = (await client.get("/api/cameras", params={"limit": 2, "offset": 4})).json()

    assert [camera["id"] for camera in page["items"]] == ["camera-4"]
    assert page["total"] == 5


async def test_list_by_status(client):
    for camera_id in ("attic", "porch"):
        await client.post("/api/cameras", json=camera_body(id=camera_id))
    await client.patch("/api/cameras/porch", json={"status": "error"})

    page = (await client.get("/api/cameras", params={"status": "error"})).json()

    assert [camera["id"] for camera in page["items"]] == ["porch"]


async def test_same_id_conflicts(client, camera):
    response = await client.post("/api/cameras", json=camera_body(id=camera.id))

    assert response.status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"id": "Front Door"}, {"fps": 0}, {"fps": 61}, {"name": " "}, {"colour": "red"}]
)
async def test_invalid_bodies_are_refused(client, wrong):
    response = await client.post("/api/cameras", json=camera_body() | wrong)

    assert response.status_code == 422


async def test_update_changes_only_what_is_named(client, camera):
    response = await client.patch(f"/api/cameras/{camera.id}", json={"fps": 30})

    assert response.json() == camera.to_dict() | {"fps": 30}


async def test_delete_takes_the_detections_along(client, camera, session):
    session.add(
        Detection(
            camera_id=camera.id,
            object_type=ObjectType.PERSON,
            confidence=0.9,
            bbox=(0.1, 0.1, 0.2, 0.2),
        )
    )
    await session.commit()

    assert (await client.delete(f"/api/cameras/{camera.id}")).status_code == 204

    assert await session.scalar(select(func.count()).select_from(Camera)) == 0
    assert await session.scalar(select(func.count()).select_from(Detection)) == 0


async def test_missing_camera_is_named(client):
    response = await client.get("/api/cameras/cellar")

    assert response.status_code == 404
    assert response.json()["detail"] == "there is no camera cellar"
