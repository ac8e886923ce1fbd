"""The step ui-faults with real pytest processes and a real server; the tests look at what is served, without a browser."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conftest import run_steps

CATCHES = """
import os, urllib.request

def test_the_condition_is_there():
    with urllib.request.urlopen(os.environ["E2E_BASE_URL"] + "/app.js") as answer:
        assert b"false" not in answer.read()
"""
BROKEN = "def test_that_always_fails():\n    assert False\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def served(tree) -> Iterator[tuple[Path, str]]:
    root = tree({"public/app.js": "if (a) b();\n", "public/other.js": "if (c) d();\n", "e2e/test_app.py": CATCHES})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root / "public")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield root, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def faults(root: Path, url: str, *more: str):
    return run_steps("ui-faults", root, "--public", "public", "--tests", "e2e", "--base-url", url, "--report", root / "r.json", *more,
                     cwd=root)  # fmt: skip


def test_faults_are_caught_or_survive_by_name(served: tuple[Path, str]) -> None:
    root, url = served
    done = faults(root, url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ui-faults: 1 of 4 faults caught (25.0 %) by 1 tests; 4 faults in all\n"
    report = json.loads((root / "r.json").read_text())
    assert report["survivors"] == ["always:app.js:1", "always:other.js:1", "never:other.js:1"]
    assert report["kinds"] == {"always": [0, 2], "never": [1, 2]}
    assert report["findings"][0]["file"] == "public/app.js"
    assert (root / "public/app.js").read_text() == "if (a) b();\n"


def test_tests_that_fail_anyway_prove_nothing(served: tuple[Path, str]) -> None:
    root, url = served
    (root / "e2e/test_broken.py").write_text(BROKEN)
    done = faults(root, url, "--workers", "1")
    assert done.returncode == 1
    assert (
        done.stderr == "steps ui-faults: 1 tests fail without any fault: e2e/test_broken.py::test_that_always_fails\n"
    )
