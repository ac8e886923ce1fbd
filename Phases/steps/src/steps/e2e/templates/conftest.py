"""What every spec gets: the recorded API, a silent WebSocket, a clock that stands, and a function that opens a page."""

import json
import os

import pytest
from fixtures.api_mocks import RECORDED, ApiMocks
from fixtures.browsers import installed
from fixtures.standstill import Standstill
from fixtures.websocket_mock import LiveMock
from pages.base_page import BasePage

BasePage.timeout = float(os.environ.get("E2E_TIMEOUT", "5"))


def pytest_configure(config):
    if not config.option.browser:
        config.option.browser = installed()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, browser_name):
    if browser_name == "chromium":
        return browser_type_launch_args
    return {name: value for name, value in browser_type_launch_args.items() if name not in ("executable_path", "args")}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "timezone_id": "UTC", "locale": "en-GB"}


@pytest.fixture
def page(page):
    page.set_default_timeout(BasePage.timeout * 1000)
    page.standstill = Standstill(page)
    return page


@pytest.fixture
def api(page):
    return ApiMocks(page)


@pytest.fixture
def live(page):
    return LiveMock(page, json.loads(RECORDED.read_text(encoding="utf-8"))["sockets"])


@pytest.fixture
def visit(page, api, live):
    """`visit(SomePage)` opens it; what it asked for is in `api.calls`."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield lambda kind: kind(page, api, live).open()
    # A request that fails is told by the browser too; what it means to the page is what the tests are about.
    assert [error for error in errors if not error.startswith("Failed to load resource")] == []
