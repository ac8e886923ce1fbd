"""Fixtures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import flat_app

settings = object()


@pytest.fixture
def app():
    return flat_app
