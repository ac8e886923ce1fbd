"""Live messages: published to Redis by any process, delivered to this process's WebSockets.

Knows nothing about what the messages say.
"""

import asyncio
import contextlib
import json
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from redis.asyncio import Redis

CHANNEL = "live"


class Broadcaster:
    """One subscription per process, fanned out to every socket that is connected here."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._sockets: set[WebSocket] = set()
        self._pubsub = redis.pubsub(ignore_subscribe_messages=True)
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Subscribe; what is published after this returns is delivered."""
        await self._pubsub.subscribe(CHANNEL)
        self._pump = asyncio.create_task(self._deliver_all(), name="broadcast")

    async def stop(self) -> None:
        """End the subscription."""
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        await self._pubsub.aclose()

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Send a message to the sockets of every process."""
        await self._redis.publish(CHANNEL, json.dumps({"type": kind, "data": data}))

    async def serve(self, socket: WebSocket) -> None:
        """Keep a socket in the audience until it disconnects; answers `ping` with `pong`."""
        await socket.accept()
        self._sockets.add(socket)
        try:
            await socket.send_json({"type": "connected", "data": {"listeners": len(self._sockets)}})
            while True:
                if await socket.receive_text() == "ping":
                    await socket.send_json({"type": "pong", "data": {}})
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.discard(socket)

    async def _deliver_all(self) -> None:
        async for message in self._pubsub.listen():
            text = message["data"]
            for socket in list(self._sockets):
                # A socket that went away while sending is not the other sockets' concern.
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    await socket.send_text(text)
