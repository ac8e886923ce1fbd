"""Every page that matters loads."""

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
                            "summary": "Somebody at the door",
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


def test_dashboard_loads(page):
    setup_api_mocks(page)
    page.goto("/")
    page.wait_for_timeout(300)
    assert page.title() == "Dashboard · Home Security"


def test_dashboard_has_heading(page):
    setup_api_mocks(page)
    page.goto("/")
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Dashboard"


def test_dashboard_shows_totals(page):
    setup_api_mocks(page)
    page.goto("/")
    page.wait_for_timeout(500)
    assert page.locator("dl.tiles dd").first.inner_text() == "10"


def test_dashboard_shows_event(page):
    setup_api_mocks(page)
    page.goto("/")
    page.wait_for_timeout(500)
    assert "Somebody at the door" in page.content()


def test_timeline_loads(page):
    setup_api_mocks(page)
    page.goto("/timeline")
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Timeline"


def test_timeline_shows_event(page):
    setup_api_mocks(page)
    page.goto("/timeline")
    page.wait_for_timeout(500)
    assert page.locator("li .what").count() >= 1


def test_alerts_loads(page):
    setup_api_mocks(page)
    page.goto("/alerts")
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Alerts"


def test_settings_loads(page):
    setup_api_mocks(page)
    page.goto("/settings")
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Settings"
