"""What a run must not leave behind, and what it must: the state of a project in a form that can be compared."""

import fcntl
import hashlib
import os
import re
import stat
from pathlib import Path


def digest(path: Path) -> str:
    """Content, mode and kind of everything beneath, as one value."""
    sha = hashlib.sha256()
    for directory, directories, files in os.walk(path):
        directories.sort()
        for name in sorted(files + [name for name in directories if os.path.islink(os.path.join(directory, name))]):
            file = os.path.join(directory, name)
            status = os.lstat(file)
            if stat.S_ISREG(status.st_mode):
                content = Path(file).read_bytes()
            else:
                # A link, or a whiteout: what a layer removes is a device with number 0.
                content = os.readlink(file).encode() if os.path.islink(file) else str(status.st_rdev).encode()
            sha.update(f"{os.path.relpath(file, path)}\0{status.st_mode:o}\0{len(content)}\0".encode() + content)
    return sha.hexdigest()


def layers(cache: Path) -> dict[str, str]:
    """The layers in the store by their names."""
    found = cache / "layers"
    return {path.name: digest(path / "tree") for path in found.iterdir()} if found.exists() else {}


def names(state: Path) -> set[str]:
    """The kinds of files in a state directory: what is temporary shows as a kind that an undisturbed run does not leave."""
    found = set()
    for directory, _, files in os.walk(state):
        relative = os.path.relpath(directory, state)
        if re.search(r"(layers|snapshots)/[0-9a-f]+/(tree|\d+)(/|$)", relative):
            continue
        for name in files:
            found.add(re.sub(r"\b[0-9a-f]{8,}\b|\d+", "#", os.path.join(relative, name)))
    # What a run remembers of large files that it has read; one that was killed has not written it down.
    found.discard("./verified")
    return found


def mounts(base: Path) -> list[str]:
    """Mounts in our own namespace that have to do with the project."""
    return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(base) in line]


def is_locked(state: Path) -> bool:
    lock = state / "lock"
    if not lock.exists():
        return False
    with open(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
