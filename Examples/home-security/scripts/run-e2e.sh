#!/usr/bin/env bash
# Runs the browser tests against the application on private services, with a house in its tables:
#
#   scripts/run-e2e.sh                        all of them, one after the other
#   scripts/run-e2e.sh -k timeline            any of pytest's arguments
#
# VENV names the environment (default: .venv), PORT the application's port (default: 8000).
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${VENV:-.venv}
port=${PORT:-8000}
export E2E_BASE_URL=http://127.0.0.1:$port
"$venv/bin/python" -c "import pytest_playwright" 2>/dev/null ||
    "$venv/bin/pip" install -r frontend/requirements-e2e.txt
if [ "${1:-}" != --inside ]; then
    exec scripts/with-services.sh scripts/run-e2e.sh --inside "$@"
fi
shift
"$venv/bin/python" -m backend.demo
"$venv/bin/uvicorn" backend.main:app --port "$port" --log-level warning &
server=$!
trap 'kill "$server"' EXIT
sleep 3 # until it listens
"$venv/bin/python" -m pytest frontend/tests/e2e -n0 "$@"
