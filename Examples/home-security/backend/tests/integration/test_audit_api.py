"""What ends up in the audit log."""

import time

import pytest

from backend.tests.integration.factories import camera_body

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("exclusive")]


async def test_changes_are_written_down(client):
    await client.post("/api/cameras", json=camera_body(), headers={"X-Actor": "maria"})

    entry = (await client.get("/api/audit")).json()["items"][0]

    assert (entry["actor"], entry["action"], entry["outcome"]) == ("maria", "create", "success")
    assert (entry["resource_type"], entry["resource_id"]) == ("camera", "garage")


async def test_reading_is_not_written_down(client, camera):
    await client.get(f"/api/cameras/{camera.id}")

    assert (await client.get("/api/audit")).json()["total"] == 0


async def test_what_fails_is_not_written_down(client, camera):
    await client.post("/api/cameras", json=camera_body(id=camera.id))

    assert (await client.get("/api/audit")).json()["total"] == 0


async def test_newest_first(client):
    await client.post("/api/cameras", json=camera_body())
    time.sleep(0.1)  # so that the times differ
    await client.patch("/api/cameras/garage", json={"fps": 5})
    time.sleep(0.1)
    await client.delete("/api/cameras/garage")

    entries = (await client.get("/api/audit")).json()["items"]

    assert [entry["action"] for entry in entries] == ["delete", "update", "create"]
    assert entries[1]["details"] == {"fields": ["fps"]}


async def test_filter_by_actor(client):
    for actor in ("maria", "jo"):
        await client.post(
            "/api/cameras", json=camera_body(id=f"camera-{actor}"), headers={"X-Actor": actor}
        )

    page = (await client.get("/api/audit", params={"actor": "jo"})).json()

    assert [entry["resource_id"] for entry in page["items"]] == ["camera-jo"]


async def test_summary(client):
    for number in range(3):
        await client.post("/api/cameras", json=camera_body(id=f"camera-{number}"))
    await client.delete("/api/cameras/camera-0")

    summary = (await client.get("/api/audit/summary")).json()

    assert summary["by_action"] == {"create": 3, "delete": 1}
    assert summary["by_actor"] == {"system": 4}
