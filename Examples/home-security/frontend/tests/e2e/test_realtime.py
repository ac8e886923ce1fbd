"""What the page does when something happens."""

import json


def json_of(data):
    return {"status": 200, "content_type": "application/json", "body": json.dumps(data)}


def setup_api_mocks(page):
    page.route("**/api/**", lambda route: route.fulfill(**json_of({"items": [], "total": 0})))
    page.route(
        "**/api/events/stats",
        lambda route: route.fulfill(
            **json_of(
                {
                    "total": 10,
                    "unreviewed": 3,
                    "by_risk": {"low": 1, "medium": 2, "high": 3, "critical": 4},
                    "by_camera": {},
                }
            )
        ),
    )
    page.route(
        "**/api/events?*",
        lambda route: route.fulfill(
            **json_of(
                {
                    "items": [
                        {
                            "id": 1,
                            "camera_id": "front-door",
                            "risk_score": 70,
                            "summary": "A parcel was left",
                            "started_at": "2025-03-01T08:00:00+00:00",
                            "ended_at": None,
                            "is_reviewed": False,
                            "notes": None,
                        }
                    ],
                    "total": 1,
                }
            )
        ),
    )
    page.route(
        "**/api/alerts*",
        lambda route: route.fulfill(
            **json_of(
                {
                    "items": [
                        {
                            "id": 1,
                            "rule_id": 1,
                            "event_id": 1,
                            "severity": "critical",
                            "status": "pending",
                            "created_at": "2025-03-01T08:00:00+00:00",
                        }
                    ],
                    "total": 1,
                }
            )
        ),
    )
    page.route("**/api/alerts/rules", lambda route: route.fulfill(**json_of([])))
    page.route("**/api/settings/api-keys", lambda route: route.fulfill(**json_of([])))
    page.route(
        "**/api/settings",
        lambda route: route.fulfill(
            **json_of(
                {
                    "retention_days": 30,
                    "minimum_confidence": 0.5,
                    "notifications_enabled": True,
                    "timezone": "UTC",
                }
            )
        ),
    )


def test_connection_is_shown(page):
    setup_api_mocks(page)
    page.route_web_socket("**/ws/events", lambda ws: None)
    page.goto("/")
    page.wait_for_timeout(500)
    assert page.locator("#live").inner_text() == "Live"


def test_connected_state(page):
    setup_api_mocks(page)
    page.route_web_socket("**/ws/events", lambda ws: None)
    page.goto("/")
    page.wait_for_timeout(500)
    assert page.locator("#live").get_attribute("data-state") == "connected"


def test_new_event_is_announced(page):
    setup_api_mocks(page)
    sockets = []
    page.route_web_socket("**/ws/events", lambda ws: sockets.append(ws))
    page.goto("/")
    page.wait_for_timeout(500)
    sockets[0].send(json.dumps({"type": "event.created", "data": {"summary": "A parcel"}}))
    page.wait_for_timeout(500)
    assert "New event: A parcel" in page.content()


def test_new_alert_is_announced(page):
    setup_api_mocks(page)
    sockets = []
    page.route_web_socket("**/ws/events", lambda ws: sockets.append(ws))
    page.goto("/")
    page.wait_for_timeout(500)
    sockets[0].send(json.dumps({"type": "alert.created", "data": {"severity": "critical"}}))
    page.wait_for_timeout(500)
    assert "New critical alert" in page.content()


def test_lost_connection_is_shown(page):
    setup_api_mocks(page)
    page.route_web_socket("**/ws/events", lambda ws: ws.close())
    page.goto("/")
    page.wait_for_timeout(300)
    assert "Offline" in page.locator("#live").inner_text()
