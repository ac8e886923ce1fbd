"""What tests may name: the addresses that fixtures give, the lease behind each, and what is raised without one."""

from pytest_taskgraph.addresses import Postgres, Redis
from pytest_taskgraph.errors import LeaseError
from pytest_taskgraph.lessor import Lease

__all__ = ["Lease", "LeaseError", "Postgres", "Redis"]
