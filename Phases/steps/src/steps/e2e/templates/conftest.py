"""What every spec gets: the recorded API, a silent WebSocket, and a function that opens a page."""

import json
import os

import pytest
from fixtures.api_mocks import RECORDED, ApiMocks
from fixtures.websocket_mock import LiveMock
from pages.base_page import BasePage

BasePage.timeout = float(os.environ.get("E2E_TIMEOUT", "5"))


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "timezone_id": "UTC", "locale": "en-GB"}


@pytest.fixture
def api(page):
    page.set_default_timeout(BasePage.timeout * 1000)
    return ApiMocks(page)


@pytest.fixture
def live(page):
    return LiveMock(page, json.loads(RECORDED.read_text(encoding="utf-8"))["sockets"])


@pytest.fixture
def visit(page, api, live):
    """`visit(SomePage)` opens it; what it asked for is in `api.calls`."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield lambda kind: kind(page, api, live).open()
    assert errors == []
