"""Runs the tests on one mutant after the other, each in a fork of a process that has loaded everything but the project.

python mutant_server.py SETTINGS.json        one line of JSON for each mutant on standard output
"""

import importlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys

import pytest

NOT_TRIED = -2
_PROPERTIES = "not any_valid and not out_of_bounds"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    sys.path[:0] = settings["paths"]
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for name in (
        "sqlalchemy.orm",
        "sqlalchemy.ext.asyncio",
        "sqlalchemy.dialects.postgresql.asyncpg",
        "hypothesis.strategies",
        "pytest_asyncio",
        "pytest_taskgraph.plugin",
        "asyncpg",
        "psycopg",
        "pytest_timeout",
        "pytest_cov",
        "asyncio",
        "_pytest.assertion.rewrite",
    ):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    import gc

    gc.freeze()
    killed = set()
    for mutant in settings["mutants"]:
        skipped = settings["until_killed"] and mutant["element"] in killed
        code = NOT_TRIED if skipped else _run(mutant, settings)
        if code not in (0, NOT_TRIED):
            killed.add(mutant["element"])
        out.write(json.dumps({"id": mutant["id"], "code": code}) + "\n")
        out.flush()


def _run(mutant, settings):
    """What pytest exits with; 10: the mutant cannot be loaded, -1: it took too long."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        code = 99
        try:
            code = _child(mutant)
        finally:
            os._exit(code)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(settings["seconds"])
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return -1 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _child(mutant):
    sys.meta_path.insert(0, _Mutated(mutant["module"], mutant["path"], mutant["source"]))
    if mutant["module"]:
        try:
            importlib.import_module(mutant["module"])
        except Exception:
            return 10
    base = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-o",
        "addopts=",
        "-o",
        "console_output_style=classic",
    ]
    return int(pytest.main([*base, "-k", _PROPERTIES, *mutant["tests"]]))


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name, path, source):
        self._name, self._path, self._source = name, path, source

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        package = os.path.basename(self._path) == "__init__.py"
        spec = importlib.util.spec_from_loader(name, self, origin=self._path, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [os.path.dirname(self._path)]
        return spec

    def exec_module(self, module):
        exec(compile(self._source, self._path, "exec"), module.__dict__)


if __name__ == "__main__":
    main()
