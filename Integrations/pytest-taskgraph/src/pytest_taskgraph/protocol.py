"""The client's side of the lease protocol, version 1 (docs/leases.md). Knows neither pytest nor any kind of service.

One thread reads: answers may come in another order, an instance may be lost while nobody asks, and the end of the
connection has to end every wait at once.
"""

import itertools
import json
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from typing import Any

from pytest_taskgraph.errors import LeaseError

VERSION = 1
Message = Mapping[str, Any]


class Connection:
    """Requests and answers over one Unix socket. Any thread may ask."""

    def __init__(self, path: str, *, timeout: float, gone: Callable[[], str], lost: Callable[[str, str], None]) -> None:
        """`gone` says what a lost connection means; `lost(lease, message)` is told of instances that died.

        Raises `OSError` when nobody listens at `path`.
        """
        self._gone, self._lost = gone, lost
        self._ids = itertools.count(1)
        self._guard = threading.Lock()
        self._waiting: dict[int, Future[Message]] = {}
        self._late: dict[int, Callable[[Message], None]] = {}
        self._ended = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(None)
        threading.Thread(target=self._read, name="taskgraph leases", daemon=True).start()

    def request(
        self, op: str, *, timeout: float, undo: Callable[[Message], None] | None = None, **members: object
    ) -> Message:
        """The answer, when it is `ok`. Raises `LeaseError` otherwise, after `timeout` seconds, or when the other side ends.

        `undo` is called with an answer that comes when nobody waits any longer: what it grants must be given back.
        """
        future: Future[Message] = Future()
        with self._guard:
            if self._ended:
                raise self._end()
            number = next(self._ids)
            self._waiting[number] = future
            line = json.dumps({"id": number, "op": op, **members}, ensure_ascii=False).encode() + b"\n"
            try:
                self._socket.sendall(line)
            except OSError:
                del self._waiting[number]
                raise self._end() from None
        try:
            answer = future.result(timeout)
        except Late:
            with self._guard:
                unanswered = self._waiting.pop(number, None)
                if unanswered and undo:
                    self._late[number] = undo
            if unanswered:
                raise LeaseError(f'no answer to "{op}" within {timeout:g} s', kind="timeout") from None
            answer = future.result()  # it came in this very moment
        if answer.get("ok"):
            return answer
        error = answer.get("error") or {}
        raise LeaseError(error.get("message", "no reason given"), kind=error.get("kind", "protocol"))

    def close(self) -> None:
        """The other side takes back whatever this connection holds."""
        with self._guard:
            self._ended = True
        with suppress(OSError):  # the other side was first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _end(self) -> LeaseError:
        return LeaseError(self._gone(), kind="lost")

    def _read(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    self._take(json.loads(line))
        except (OSError, ValueError):
            pass  # ends the connection, as its end does
        with self._guard:
            self._ended = True
            waiting = list(self._waiting.values())
            self._waiting.clear()
        for future in waiting:
            future.set_exception(self._end())

    def _take(self, message: Message) -> None:
        if message.get("event") == "lost":
            self._lost(message["lease"], message.get("message", "the instance has died"))
            return
        with self._guard:
            future = self._waiting.pop(message.get("id", 0), None)
            undo = self._late.pop(message.get("id", 0), None)
        if future:
            future.set_result(message)
        elif undo and message.get("ok"):
            undo(message)
