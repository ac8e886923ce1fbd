"""A pytest plugin that runs the tests once as they are, then once for each mutant until the first failure.

One process and one browser for all mutants. Only tests that asked for the changed file are run; those that have noticed
a fault in that file before come first. Writes a line of JSON for every mutant.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from steps.uifaults.mutants import Mutant, mutants
from steps.uifaults.proxy import Proxy

_STATE: dict[str, Any] = {}


def pytest_configure(config: pytest.Config) -> None:
    settings = json.loads(os.environ["UI_FAULTS"])
    proxy = Proxy(settings["base_url"], Path(settings["public"]))
    os.environ["E2E_BASE_URL"] = proxy.url
    _STATE.update(settings=settings, proxy=proxy)


def pytest_unconfigure(config: pytest.Config) -> None:
    if "proxy" in _STATE:
        _STATE["proxy"].close()


def pytest_runtestloop(session: pytest.Session) -> bool:
    settings, proxy = _STATE["settings"], _STATE["proxy"]
    asked, broken = _baseline(session, settings, proxy)
    with Path(settings["out"]).open("w", encoding="utf-8") as out:
        print(json.dumps({"broken": broken, "tests": len(session.items)}), file=out, flush=True)
        killers: dict[str, Counter[pytest.Item]] = {}
        for mutant in _share(settings):
            known = killers.setdefault(mutant.file, Counter())
            order = sorted((i for i in asked if mutant.file in asked[i]), key=lambda i: -known[i])
            start = time.monotonic()
            proxy.changed = (mutant.file, mutant.text.encode())
            killer = next((item for item in order if _fails(item)), None)
            proxy.changed = None
            if killer is not None:
                known[killer] += 1
            result = {"name": mutant.name, "says": mutant.says, "before": mutant.before, "after": mutant.after,
                      "caught_by": killer.nodeid if killer else None, "seconds": round(time.monotonic() - start, 2)}  # fmt: skip
            print(json.dumps(result), file=out, flush=True)
    return True


def _baseline(
    session: pytest.Session, settings: dict[str, Any], proxy: Proxy
) -> tuple[dict[pytest.Item, set[str]], list[str]]:
    """The files that a test asks for, and the tests that fail when nothing is wrong. Each process does its part of it."""
    found: dict[str, list[str] | None] = {}
    for item in session.items[settings["worker"] :: settings["workers"]]:
        proxy.requested.clear()
        found[item.nodeid] = None if _fails(item) else sorted(proxy.requested)
    own = Path(settings["out"]).with_suffix(".baseline")
    own.with_suffix(".new").write_text(json.dumps(found), encoding="utf-8")
    own.with_suffix(".new").rename(own)
    # Should another process die, ours is ended by the one that started both.
    others = [own.with_name(f"{worker}.baseline") for worker in range(settings["workers"])]
    while not all(path.exists() for path in others):
        time.sleep(0.05)
    for path in others:
        found |= json.loads(path.read_text(encoding="utf-8"))
    asked = {item: set(found[item.nodeid] or []) for item in session.items if found[item.nodeid] is not None}
    return asked, [name for name, files in found.items() if files is None]


def _share(settings: dict[str, Any]) -> list[Mutant]:
    """This process's part: every n-th, of the names in `names` if there are any."""
    found = {mutant.name: mutant for mutant in mutants(Path(settings["public"]))}
    chosen = [found[name] for name in settings["names"]]
    return chosen[settings["worker"] :: settings["workers"]]


def _fails(item: pytest.Item) -> bool:
    # The item itself as the next one keeps fixtures of the session, the browser above all.
    reports = runtestprotocol(item, nextitem=item, log=False)
    if any(report.failed for report in reports):
        item.session._setupstate.teardown_exact(item)
        return True
    return False
