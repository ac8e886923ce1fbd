"""The sections of the comparison by name, in the order in which they run."""

from collections.abc import Callable, Iterator

from ..figures import Case
from ..rig import Rig
from . import counts, layered, memory, restore, services, sleeps, startup, tiny

SECTIONS: dict[str, Callable[[Rig], Iterator[Case]]] = {
    "startup": startup.run,
    "tiny": tiny.run,
    "layered": layered.run,
    "sleeps": sleeps.run,
    "restore": restore.run,
    "memory": memory.run,
    "counts": counts.run,
    "services": services.run,
}
