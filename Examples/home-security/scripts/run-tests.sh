#!/usr/bin/env bash
# Runs the tests against private services, in the virtual environment (made if it is not there):
#
#   scripts/run-tests.sh                      all tests, one after the other
#   scripts/run-tests.sh -n 4                 in parallel: faster, but they get in each other's way
#   scripts/run-tests.sh backend/tests/unit   any of pytest's arguments
#
# VENV names the environment (default: .venv).
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${VENV:-.venv}
if [ ! -x "$venv/bin/pytest" ]; then
    scripts/setup-venv.sh "$venv"
fi
# An -n among the arguments comes later and wins.
exec scripts/with-services.sh "$venv/bin/python" -m pytest -n0 "$@"
