"""The zones' routes."""

import pytest

pytestmark = pytest.mark.integration

LEFT_HALF = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


async def make_zone(client, name, polygon=LEFT_HALF, **values):
    body = {"name": name, "polygon": polygon} | values
    return await client.post("/api/cameras/front-door/zones", json=body)


async def test_create_and_list_by_priority(client, camera):
    await make_zone(client, "Lawn")
    await make_zone(client, "Door", priority=10, kind="entry")

    zones = (await client.get("/api/cameras/front-door/zones")).json()

    assert [zone["name"] for zone in zones] == ["Door", "Lawn"]
    assert [zone["id"] for zone in zones] == [2, 1]


async def test_a_zone_needs_a_camera(client):
    assert (await make_zone(client, "Door")).status_code == 404


async def test_names_are_unique_per_camera(client, camera):
    await make_zone(client, "Door")

    assert (await make_zone(client, "Door")).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [{"polygon": [[0, 0], [1, 1]]}, {"polygon": [[0, 0], [2, 0], [1, 1]]}, {"color": "red"}],
)
async def test_invalid_zones_are_refused(client, camera, wrong):
    response = await client.post(
        "/api/cameras/front-door/zones", json={"name": "Door", "polygon": WHOLE} | wrong
    )

    assert response.status_code == 422


async def test_zones_at_a_point(client, camera):
    await make_zone(client, "Everything", WHOLE)
    await make_zone(client, "Left", LEFT_HALF, priority=1)

    left = await client.get("/api/cameras/front-door/zones/at", params={"x": 0.2, "y": 0.5})
    right = await client.get("/api/cameras/front-door/zones/at", params={"x": 0.8, "y": 0.5})

    assert left.json() == ["Left", "Everything"]
    assert right.json() == ["Everything"]


async def test_update_and_delete(client, camera):
    zone = (await make_zone(client, "Door")).json()

    changed = await client.patch(f"/api/zones/{zone['id']}", json={"is_enabled": False})
    assert changed.json() == zone | {"is_enabled": False}

    assert (await client.delete(f"/api/zones/{zone['id']}")).status_code == 204
    assert (await client.get("/api/cameras/front-door/zones")).json() == []
