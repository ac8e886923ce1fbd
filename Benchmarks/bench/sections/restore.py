"""Outputs brought back from the cache after they were deleted, against `cp -a` of the same files."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import measure, shapes
from ..figures import Case
from ..measure import Sample
from ..rig import Rig

COPY = "cp -a"


def run(rig: Rig) -> Iterator[Case]:
    shares = 1 if rig.full else 10
    yield Restore(rig, 10_000 // shares, 4096, 100 // shares).case()
    yield Restore(rig, 100 // shares, 10 << 20, 100 // shares).case()


@dataclass
class Restore:
    rig: Rig
    files: int
    size: int
    tasks: int

    def case(self) -> Case:
        """Side by side; what came back is compared with what was made, by digest, after each run."""
        name = f"{self.files} of {self.size >> 10} KiB"
        tool = self.rig.tools["taskgraph"]
        graph = shapes.restore(self.files, self.size, self.tasks)
        project = self.rig.project(f"restore-{self.files}-{self.size}", graph, tool)
        self.rig.say(f"restore: {name}, made once")
        self.rig.forget(tool, project)
        self.empty(project / "out")
        (project / shapes.MADE_LOG).unlink(missing_ok=True)
        self.rig.run(tool, project)
        made = digests(project / "out")
        samples: dict[str, list[Sample]] = {"taskgraph": [], COPY: []}
        # The first round warms the page cache and is not counted.
        for number in range(self.rig.repeat + 1):
            restored = self.restored(project, made)
            copied = self.copied(project)
            if number:
                samples["taskgraph"].append(restored)
                samples[COPY].append(copied)
        shutil.rmtree(project / "copy")
        notes = {"taskgraph": f"{self.tasks} tasks; digests verified, no links"}
        return Case("restore", name, samples, notes)

    def restored(self, project: Path, made: dict[str, str]) -> Sample:
        self.empty(project / "out")
        runs = (project / shapes.MADE_LOG).read_bytes()
        sample = self.rig.run(self.rig.tools["taskgraph"], project)
        if (project / shapes.MADE_LOG).read_bytes() != runs:
            raise RuntimeError(f"{project}: tasks ran again instead of being restored")
        if digests(project / "out") != made:
            raise RuntimeError(f"{project}: what was restored differs from what was made")
        return sample

    def copied(self, project: Path) -> Sample:
        self.empty(project / "copy")
        (project / "copy").rmdir()
        os.sync()
        return measure.run(["cp", "-a", "out", "copy"], project)

    def empty(self, directory: Path) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        os.sync()


def digests(directory: Path) -> dict[str, str]:
    """The SHA-256 of every file. Raises when one shares its inode with another: an edit would go through."""
    found = {}
    for file in sorted(directory.rglob("*")):
        if not file.is_file():
            continue
        if file.lstat().st_nlink != 1:
            raise RuntimeError(f"{file} has {file.lstat().st_nlink} links")
        found[str(file.relative_to(directory))] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found
