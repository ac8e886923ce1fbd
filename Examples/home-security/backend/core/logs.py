"""The last log records of this process, kept in memory for the Logs page."""

import logging
from collections import deque
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("backend")


class RecentLogs(logging.Handler):
    """A handler that keeps the newest records and forgets the rest."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self._entries: deque[dict[str, Any]] = deque(maxlen=capacity)

    def emit(self, record: logging.LogRecord) -> None:
        self._entries.append(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "level": record.levelname,
                "levelno": record.levelno,
                "logger": record.name,
                "message": record.getMessage(),
            }
        )

    def newest(self, limit: int, minimum_level: int = logging.NOTSET) -> list[dict[str, Any]]:
        """At most `limit` entries of at least that level, newest first."""
        matching = (entry for entry in reversed(self._entries) if entry["levelno"] >= minimum_level)
        return [entry for entry, _ in zip(matching, range(limit), strict=False)]


def install(capacity: int, level: str) -> RecentLogs:
    """Start keeping what the backend logs; remove it again with `uninstall`."""
    handler = RecentLogs(capacity)
    LOGGER.setLevel(level)
    LOGGER.addHandler(handler)
    return handler


def uninstall(handler: RecentLogs) -> None:
    """Stop keeping records in `handler`."""
    LOGGER.removeHandler(handler)
