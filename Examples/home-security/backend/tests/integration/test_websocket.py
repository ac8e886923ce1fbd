"""Live messages. The client runs the application in a thread of its own."""

import time

import pytest
from starlette.testclient import TestClient

from backend.tests.integration.factories import camera_body, event_body, rule_body

pytestmark = pytest.mark.integration


@pytest.fixture
def live(app):
    """A started application with a blocking client."""
    with TestClient(app) as client:
        time.sleep(0.2)  # the subscription to Redis
        yield client


def test_the_first_message_says_connected(live):
    with live.websocket_connect("/ws/events") as socket:
        assert socket.receive_json() == {"type": "connected", "data": {"listeners": 1}}


def test_ping(live):
    with live.websocket_connect("/ws/events") as socket:
        socket.receive_json()
        socket.send_text("ping")

        assert socket.receive_json()["type"] == "pong"


def test_a_changed_camera_is_announced(live):
    live.post("/api/cameras", json=camera_body())
    with live.websocket_connect("/ws/events") as socket:
        socket.receive_json()
        assert live.patch("/api/cameras/garage", json={"fps": 5}).status_code == 200

        message = socket.receive_json()

    assert message["type"] == "camera.updated"
    assert message["data"]["fps"] == 5


def test_an_event_and_its_alert_arrive_in_order(live, camera, detector):
    live.post("/api/alerts/rules", json=rule_body())
    with live.websocket_connect("/ws/events") as socket:
        socket.receive_json()
        event = live.post("/api/events", json=event_body(), headers=detector)
        assert len(event.json()["alerts"]) == 1

        messages = [socket.receive_json() for _ in range(2)]

    assert [message["type"] for message in messages] == ["event.created", "alert.created"]
    assert messages[1]["data"]["event_id"] == messages[0]["data"]["id"]


def test_every_listener_hears_it(live, camera):
    with (
        live.websocket_connect("/ws/events") as first,
        live.websocket_connect("/ws/events") as second,
    ):
        first.receive_json()
        assert second.receive_json()["data"]["listeners"] == 2
        assert live.patch(f"/api/cameras/{camera.id}", json={"fps": 5}).status_code == 200

        assert first.receive_json() == second.receive_json()
