#!/usr/bin/env bash
# Makes the virtual environment for development with pip: scripts/setup-venv.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${1:-.venv}
"${PYTHON:-python3.11}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet -r backend/requirements.txt
echo "activate it with: source $venv/bin/activate"
