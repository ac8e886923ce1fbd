"""Bodies of requests, with something sensible in every field that a test does not care about."""

from typing import Any


def camera_body(**values: Any) -> dict[str, Any]:
    """A body for POST /api/cameras."""
    camera_id = values.get("id", "garage")
    return {
        "id": camera_id,
        "name": camera_id.title(),
        "stream_url": f"rtsp://cameras/{camera_id}",
    } | values


def detection_body(**values: Any) -> dict[str, Any]:
    """A body for POST /api/detections."""
    return {
        "camera_id": "front-door",
        "object_type": "person",
        "confidence": 0.9,
        "bbox": [0.1, 0.2, 0.3, 0.4],
    } | values


def event_body(**values: Any) -> dict[str, Any]:
    """A body for POST /api/events."""
    return {
        "camera_id": "front-door",
        "risk_score": 70,
        "summary": "Somebody at the door",
        "started_at": "2025-03-01T08:00:00Z",
    } | values


def rule_body(**values: Any) -> dict[str, Any]:
    """A body for POST /api/alerts/rules."""
    return {"name": "Anything risky", "min_risk_score": 50, "cooldown_seconds": 0} | values
