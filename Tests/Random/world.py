"""The real thing: directories, the program, signals. Says what happened, and judges nothing but what must never be."""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from nodes import Disk

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("TASKGRAPH", REPOSITORY / ".build-release/release/taskgraph")).resolve()
# Far above what anything here takes; reaching it means that something hangs.
PATIENCE = 120.0
MARK = "RANDOM_MARK"


class Broken(AssertionError):
    """Something that must not happen whatever the model says: a hang, a crash, a process left behind."""


@dataclass
class Disturbance:
    """A signal, sent when the trace has so many lines and after a further pause in microseconds."""

    signal: int
    lines: int
    pause: int


@dataclass
class Run:
    arguments: list[str]
    status: int
    events: list[dict]
    trace: list[str]
    errors: str
    was_disturbed: bool = False

    def of(self, event: str) -> list[dict]:
        return [line for line in self.events if line["event"] == event]


@dataclass
class Place:
    """A checkout on the real disk."""

    base: Path
    number: int
    cache: Path | None
    commands: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.base / f"c{self.number}"

    @property
    def home(self) -> Path:
        return self.base / f"home{self.number}"

    def prepare(self) -> None:
        self.root.mkdir(parents=True)
        (self.home / "control").mkdir(parents=True)

    # Files.

    def scan(self) -> Disk:
        """Everything but the program's own state; directories directly in the root are of no interest."""
        found: Disk = {}
        for directory, directories, files in os.walk(self.root):
            relative = os.path.relpath(directory, self.root)
            prefix = "" if relative == "." else relative + "/"
            if not prefix:
                directories[:] = [name for name in directories if name != ".taskgraph"]
                files = [name for name in files if name != "tasks.yaml"]
            for name in files + directories:
                path = os.path.join(directory, name)
                status = os.lstat(path)
                if os.path.islink(path):
                    found[prefix + name] = ("l", os.readlink(path))
                elif name in directories:
                    if prefix:
                        found[prefix + name] = ("d", "", status.st_mode & 0o7777)
                else:
                    content = Path(path).read_bytes().decode(errors="replace")
                    found[prefix + name] = ("f", content, status.st_mode & 0o7777)
        return found

    def put(self, path: str, entry: tuple | None, times: str = "now") -> None:
        """Makes the path what the entry says, None: nothing. `times`: now, older, kept."""
        real = self.root / path
        before = os.lstat(real) if os.path.lexists(real) else None
        if before is not None and (entry is None or entry[0] != "f" or os.path.islink(real)):
            shutil.rmtree(real) if real.is_dir() and not real.is_symlink() else real.unlink()
        if entry is None:
            return
        real.parent.mkdir(parents=True, exist_ok=True)
        if entry[0] == "l":
            real.symlink_to(entry[1])
            return
        real.write_text(entry[1])
        real.chmod(entry[2])
        if times == "older":
            os.utime(real, (1_000_000_000, 1_000_000_000))
        elif times == "kept" and before is not None:
            os.utime(real, ns=(before.st_atime_ns, before.st_mtime_ns))

    def write_yaml(self, text: str) -> None:
        (self.root / "tasks.yaml").write_text(text)

    def control(self) -> dict[str, tuple[int, str]]:
        found = {}
        for path in (self.home / "control").iterdir():
            count, _, mode = path.read_text().strip().partition(" ")
            # A command that was killed may have left it empty.
            found[path.name] = (int(count or 0), mode or "exit")
        return found

    def set_control(self, control: dict[str, tuple[int, str]]) -> None:
        for path in (self.home / "control").iterdir():
            path.unlink()
        for name, (count, mode) in control.items():
            (self.home / "control" / name).write_text(f"{count} {mode}\n")

    # The program.

    def environment(self, passed: str | None = None) -> dict[str, str]:
        variables = {"HOME": str(self.home), "PATH": os.environ["PATH"], "TMPDIR": str(self.base), "CI": "1"}
        # Of the variables that tasks are given, HOME is the one that tells our processes from others.
        variables[MARK] = str(self.home)
        if self.cache is not None:
            variables["TASKGRAPH_CACHE"] = str(self.cache)
        if passed is not None:
            variables["PASSED"] = passed
        return variables

    def run(self, *arguments: str, passed: str | None = None, disturbance: Disturbance | None = None) -> Run:
        self.commands.append(" ".join(["taskgraph", *arguments]))
        trace = self.home / "trace"
        trace.unlink(missing_ok=True)
        with open(self.home / "out", "w+") as out, open(self.home / "errors", "w+") as errors:
            child = subprocess.Popen(
                [PROGRAM, *arguments],
                cwd=self.root,
                env=self.environment(passed),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
            )
            was_disturbed = disturbance is not None and disturb(child, trace, disturbance)
            try:
                status = child.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                raise Broken(f"taskgraph {' '.join(arguments)} did not end in {PATIENCE} s") from None
            self.await_processes()
            out.seek(0)
            errors.seek(0)
            said, complained = out.read(), errors.read()
        lines = trace.read_text().splitlines() if trace.exists() else []
        run = Run(list(arguments), status, events(said), lines, complained, was_disturbed)
        if status < 0 and not was_disturbed or "Fatal error" in complained:
            raise Broken(f"taskgraph {' '.join(arguments)} ended by signal {-status}\n{complained}")
        return run

    def await_processes(self) -> None:
        """Waits until no process of a run is left, which without a warden may be a while after its death."""
        deadline = time.monotonic() + PATIENCE
        while left := processes(f"HOME={self.home}"):
            if time.monotonic() > deadline:
                raise Broken(f"processes are left: {left}")
            time.sleep(0.002)


def disturb(child: subprocess.Popen, trace: Path, disturbance: Disturbance) -> bool:
    """Sends the signal at its moment. False if the run ended before."""
    while child.poll() is None:
        size = trace.read_bytes().count(b"\n") if trace.exists() else 0
        if size >= disturbance.lines:
            time.sleep(disturbance.pause / 1e6)
            if child.poll() is None:
                child.send_signal(disturbance.signal)
                return True
        time.sleep(0.0005)
    return False


def processes(mark: str) -> list[str]:
    """Command lines of the processes that have this in their environment."""
    wanted = mark.encode() + b"\0"
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            if wanted in Path(f"/proc/{name}/environ").read_bytes() + b"\0":
                found.append(Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
        except OSError:
            continue
    # What is dying has no command line any more.
    return [command for command in found if command]


def events(said: str) -> list[dict]:
    """Whole lines of events; a run that was killed may have left half a line."""
    found = []
    for line in said.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and "event" in value:
            found.append(value)
    return found


SIGNALS = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT}
