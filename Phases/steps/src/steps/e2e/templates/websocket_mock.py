"""The WebSocket without a server: the test says what arrives and when the line is cut."""

import json


class LiveMock:
    """Every socket that the page opens on one of `paths`."""

    def __init__(self, page, paths):
        self.sockets = []
        for path in paths:
            page.route_web_socket(f"**{path}", lambda socket: self.sockets.append(socket))

    def send(self, message):
        """The page receives `message` as JSON."""
        self.sockets[-1].send(json.dumps(message))

    def cut(self):
        """The line is dead; the page may connect again."""
        self.sockets[-1].close()
