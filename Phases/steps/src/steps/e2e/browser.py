"""One real browser with fresh pages, each with the recorded API before it. Knows no page of the application."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

TEMPLATES = Path(__file__).parent / "templates"
sys.path.insert(0, str(TEMPLATES))
sys.modules["fixtures"] = ModuleType("fixtures")
sys.modules["fixtures"].__path__ = [str(TEMPLATES)]  # in the tests they lie in a folder of that name

from api_mocks import ApiMocks  # noqa: E402  the very code that the tests will use
from base_page import BasePage  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from standstill import Standstill  # noqa: E402
from websocket_mock import LiveMock  # noqa: E402


class Application:
    """The application under test in a browser; what it answers is recorded in `data`."""

    def __init__(self, browser: Browser, base_url: str, data: dict[str, Any]) -> None:
        self.browser, self.base_url, self.data = browser, base_url, data
        self.scripts: dict[str, None] = {}  # addresses, in the order in which pages asked for them

    @contextmanager
    def page(self, path: str, *, real: bool = False, prepare: Any = None) -> Any:
        """A page at `path` as a BasePage. `real`: nothing is mocked yet, and what is answered is recorded."""
        context = self.browser.new_context(base_url=self.base_url, timezone_id="UTC", locale="en-GB",
                                           viewport={"width": 1280, "height": 720})  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(4000)
        page.standstill = Standstill(page)
        try:
            api = live = None
            if real:
                page.on("request", lambda request: self._script(request))
                page.on("response", self._record)
                page.on("websocket", lambda socket: self._socket(socket.url))
            else:
                api = ApiMocks(page, self.data)
                api.answers = self.data["answers"].copy()
                api.otherwise = self._forward
                live = LiveMock(page, self.data["sockets"])
                if prepare:
                    prepare(api)
            shown = BasePage(page, api, live)
            shown.path = path
            shown.open()
            yield shown
        finally:
            context.close()

    def _record(self, response: Any) -> None:
        request = response.request
        if request.resource_type not in ("fetch", "xhr") or request.method != "GET":
            return
        parts = urlsplit(response.url)
        if parts.netloc != urlsplit(self.base_url).netloc:
            return
        try:
            body = response.json()
        except Exception:  # not JSON, or the page was left: nothing to replay
            return
        self.data["answers"].setdefault(_call("GET", parts), {"status": response.status, "body": body})

    def _script(self, request: Any) -> None:
        if request.resource_type == "script":
            self.scripts[request.url] = None

    def _socket(self, url: str) -> None:
        path = urlsplit(url).path
        if path not in self.data["sockets"]:
            self.data["sockets"].append(path)

    def _forward(self, route: Any) -> dict[str, Any]:
        """Asks the real application for what was not recorded yet, and records it."""
        response = route.fetch()
        try:
            body = response.json()
        except ValueError:
            body = None
        answer = {"status": response.status, "body": body}
        self.data["answers"][_call(route.request.method, urlsplit(route.request.url))] = answer
        return answer


@contextmanager
def application(base_url: str, executable: str, data: dict[str, Any]) -> Any:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield Application(browser, base_url, data)
        finally:
            browser.close()


def _call(method: str, parts: Any) -> str:
    return f"{method} {parts.path}" + (f"?{parts.query}" if parts.query else "")


def links(page: Page) -> list[str]:
    """Paths of this application that the page links to."""
    found = page.evaluate("[...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin).map(a => a.pathname)")  # fmt: skip
    return list(dict.fromkeys(found))


def dumps(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
