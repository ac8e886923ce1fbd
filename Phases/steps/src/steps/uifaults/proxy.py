"""Passes an application's pages on, with one of its files changed. Knows neither tests nor operators."""

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Proxy:
    """GET only: the tests mock the API. A file is known by its content, wherever the application serves it."""

    def __init__(self, target: str, public: Path) -> None:
        self._target = target.rstrip("/")
        self._names = {
            path.read_bytes(): path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()
        }
        self._cache: dict[str, tuple[int, str, bytes]] = {}
        self.requested: set[str] = set()
        self.changed: tuple[str, bytes] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path not in self._cache:
            self._cache[path] = self._fetch(path)
        status, kind, body = self._cache[path]
        name = self._names.get(body)
        if name is not None:
            self.requested.add(name)
            if self.changed is not None and self.changed[0] == name:
                body = self.changed[1]
        return status, kind, body

    def _fetch(self, path: str) -> tuple[int, str, bytes]:
        try:
            with urllib.request.urlopen(self._target + path, timeout=20) as response:
                return response.status, response.headers.get("Content-Type", ""), response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Content-Type", ""), error.read()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body = proxy.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Says nothing: the tests' output is what counts."""

        return Handler
