"""What servers have of this machine: processes, mounts, shared memory, directories, memory. Linux. Starts nothing."""

import os
from dataclasses import astuple, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Traces:
    """What could be left of servers below one process, with their files in one directory."""

    processes: int
    mounts: int
    namespaces: int
    segments: int
    files: int
    descriptors: int

    def beyond(self, before: "Traces") -> dict[str, int]:
        """What there is more of than there was."""
        pairs = zip(fields(self), astuple(self), astuple(before), strict=True)
        return {field.name: now - then for field, now, then in pairs if now > then}


def traces(pid: int, home: Path) -> Traces:
    """Segments of shared memory are the whole machine's: a server that leaks one does not say whose it is."""
    below = descendants(pid)
    return Traces(
        processes=len(below),
        mounts=sum(str(home) in line for line in lines(Path("/proc/self/mountinfo"))),
        namespaces=len({identity for process in below if (identity := namespace(process))}),
        segments=max(0, len(lines(Path("/proc/sysvipc/shm"))) - 1) + len(list(Path("/dev/shm").glob("PostgreSQL.*"))),
        files=sum(1 for _ in home.rglob("*")) if home.exists() else 0,
        descriptors=len(listing(Path(f"/proc/{pid}/fd"))),
    )


def descendants(pid: int) -> list[int]:
    """All processes below, also those that have outlived what is between."""
    children: dict[int, list[int]] = {}
    for name in listing(Path("/proc")):
        if name.isdigit() and (parent := parent_of(int(name))) is not None:
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def parent_of(pid: int) -> int | None:
    """None: it has gone, or will be gone when it is waited for."""
    try:
        # The name in brackets may contain anything.
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def namespace(pid: int) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/ns/mnt")
    except OSError:
        return None


def memory(pid: int, home: Path) -> int:
    """Bytes of the processes below: their proportional shares (PSS), and what they wrote to file systems in memory."""
    below = descendants(pid)
    shares = sum(share(process) for process in below)
    on_tmpfs: dict[str, int] = {}
    for process in below:
        for line in lines(Path(f"/proc/{process}/mountinfo")):
            device, root = line.split()[2], line.split()[4]
            if root.startswith(f"{home}/") and " - overlay " in line and device not in on_tmpfs:
                on_tmpfs[device] = used(f"/proc/{process}/root{root}")
    files = sum(file.lstat().st_blocks * 512 for file in home.rglob("*"))
    return shares + sum(on_tmpfs.values()) + files


def share(pid: int) -> int:
    for line in lines(Path(f"/proc/{pid}/smaps_rollup")):
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def used(path: str) -> int:
    """Of the file system that an overlay writes to."""
    try:
        status = os.statvfs(path)
    except OSError:
        return 0
    return (status.f_blocks - status.f_bfree) * status.f_bsize


def lines(file: Path) -> list[str]:
    """None of a process that has gone meanwhile."""
    try:
        return file.read_text().splitlines()
    except OSError:
        return []


def listing(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []
