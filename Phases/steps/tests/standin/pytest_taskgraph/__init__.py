"""What tests import from the plugin by name."""

from pytest_taskgraph.serial import taskgraph_serial

__all__ = ["taskgraph_serial"]
