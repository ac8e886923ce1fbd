"""The browsers that the tests run in: Chromium always, Firefox and WebKit where playwright has them."""

import os
import sys
from pathlib import Path

PROJECTS = ("chromium", "firefox", "webkit")


def installed():
    """Those of `PROJECTS` that are there: `playwright install firefox webkit` brings the others."""
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    place = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / cache / "ms-playwright"))
    return [name for name in PROJECTS if name == "chromium" or any(place.glob(f"{name}-*/INSTALLATION_COMPLETE"))]
