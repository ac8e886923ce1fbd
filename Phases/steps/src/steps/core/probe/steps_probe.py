"""A pytest plugin that writes what pytest itself sees: test ids, collection errors, ini values, the hypothesis profile.

Loaded with `-p steps_probe` in the project's own environment: it imports nothing but the standard library and pytest.
STEPS_PROBE_OUT names the JSON file to write, STEPS_PROBE_KEYS the ini options to ask for, STEPS_PROBE_STOP=1 ends before collecting.
"""

import json
import os
import sys

import pytest

_seen = {"ids": [], "errors": {}, "ini": {}, "types": {}, "inipath": None, "profile": None}


def pytest_collectreport(report):
    if report.failed:
        _seen["errors"][report.nodeid] = str(report.longrepr).strip().splitlines()[-1:]


def pytest_collection_finish(session):
    _seen["ids"] = [item.nodeid for item in session.items]


def pytest_sessionstart(session):
    config = session.config
    _seen["inipath"] = str(config.inipath) if config.inipath else None
    for key in json.loads(os.environ.get("STEPS_PROBE_KEYS", "[]")):
        try:
            _seen["ini"][key] = _plain(config.getini(key))
            _seen["types"][key] = config._parser._inidict[key][1] or "string"
        except (ValueError, KeyError, AttributeError):
            _seen["ini"][key] = ["unknown to pytest and its plugins", _raw(config, key)]
    if "hypothesis" in sys.modules:
        settings = sys.modules["hypothesis"].settings
        name = getattr(settings, "get_current_profile_name", None)
        _seen["profile"] = name() if name else settings._current_profile
    if os.environ.get("STEPS_PROBE_STOP") == "1":
        _write()
        pytest.exit("the probe has seen enough", returncode=0)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    _write()


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _raw(config, key):
    """An option that no plugin declares: its text, which is a plain value before pytest 9 and an object since."""
    value = config.inicfg.get(key)
    return _plain(getattr(value, "value", value))


def _write():
    with open(os.environ["STEPS_PROBE_OUT"], "w", encoding="utf-8") as file:
        json.dump(_seen, file)
