"""Going from page to page."""

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
                    "total": 12,
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


def test_navigate_to_timeline(page):
    setup_api_mocks(page)
    page.goto("/")
    page.click("nav >> text=Timeline")
    page.wait_for_timeout(300)
    assert page.url.endswith("/timeline")


def test_navigate_to_alerts(page):
    setup_api_mocks(page)
    page.goto("/")
    page.click("nav >> text=Alerts")
    page.wait_for_timeout(300)
    assert page.url.endswith("/alerts")


def test_navigate_to_settings(page):
    setup_api_mocks(page)
    page.goto("/")
    page.click("nav >> text=Settings")
    page.wait_for_timeout(300)
    assert page.url.endswith("/settings")


def test_navigate_back_to_dashboard(page):
    setup_api_mocks(page)
    page.goto("/alerts")
    page.click("nav >> text=Dashboard")
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Dashboard"


def test_browser_back(page):
    setup_api_mocks(page)
    page.goto("/")
    page.click("nav >> text=Timeline")
    page.wait_for_timeout(300)
    page.go_back()
    page.wait_for_timeout(300)
    assert page.locator("h1").inner_text() == "Dashboard"


def test_navigation_marks_current_page(page):
    setup_api_mocks(page)
    page.goto("/timeline")
    page.wait_for_timeout(300)
    assert page.locator("nav a[aria-current]").inner_text() == "Timeline"
