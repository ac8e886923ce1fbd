"""The WebSocket on which the web UI hears what happens."""

from fastapi import APIRouter, WebSocket

router = APIRouter()


@router.websocket("/ws/events")
async def live(socket: WebSocket) -> None:
    """Messages `{"type": …, "data": …}`; the first says `connected`."""
    await socket.app.state.broadcaster.serve(socket)
