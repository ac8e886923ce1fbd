"""The API as it answered when it was recorded. Every test uses these answers and changes what it is about."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from fixtures.standstill import BARRIER

RECORDED = Path(__file__).with_name("test_data.json")


class ApiMocks:
    """Answers requests below `prefix` and remembers what was asked."""

    def __init__(self, page, data=None):
        recorded = data or json.loads(RECORDED.read_text(encoding="utf-8"))
        self.answers = dict(recorded["answers"])
        self.prefix = recorded["prefix"]
        self.calls = []
        self.otherwise = None
        page.route(re.compile(rf"^\w+://[^/]+{re.escape(self.prefix)}"), self._answer)

    def answer(self, call, body, status=200):
        """From now on `call`, as in `GET /api/things`, is answered with that."""
        self.answers[call] = {"status": status, "body": body}

    def fail(self, call, status=500, detail="broken on purpose"):
        """From now on `call` fails."""
        self.answer(call, {"detail": detail}, status)

    def cut(self, call):
        """From now on nobody answers `call`."""
        self.answers[call] = None

    def forget(self):
        """What was asked until now does not count."""
        self.calls.clear()

    def _answer(self, route):
        request = route.request
        if request.resource_type not in ("fetch", "xhr") or request.url.endswith(BARRIER):
            return route.fallback()
        parts = urlsplit(request.url)
        call = f"{request.method} {parts.path}" + (f"?{parts.query}" if parts.query else "")
        self.calls.append(call + (f" {request.post_data}" if request.post_data else ""))
        if call not in self.answers:
            if self.otherwise is None:
                return route.fulfill(status=404, json={"detail": f"not recorded: {call}"})
            self.answers[call] = self.otherwise(route)
        answer = self.answers[call]
        if answer is None:
            return route.abort()
        if answer["status"] == 204:
            return route.fulfill(status=204)
        return route.fulfill(status=answer["status"], json=answer["body"])
