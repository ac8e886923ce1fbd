"""The web UI: one document for all of its pages, and the files it is made of."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

PUBLIC = Path(__file__).parents[2] / "frontend" / "public"
PATHS = ["/", "/timeline", "/alerts", "/entities", "/logs", "/audit", "/system", "/settings"]

router = APIRouter(include_in_schema=False)
static = StaticFiles(directory=PUBLIC, check_dir=False)


async def page() -> FileResponse:
    """The document; its script looks at the address."""
    return FileResponse(PUBLIC / "index.html", headers={"Cache-Control": "no-cache"})


for path in PATHS:
    router.add_api_route(path, page)
