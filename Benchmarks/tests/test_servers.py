"""How servers are asked and counted, with real ones where they are needed; and what is said where they cannot be had."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.rig import Rig
from bench.sections import services
from bench.servers import answers, containers, machine, plain
from bench.servers.answers import POSTGRES, REDIS, Address, Server, ServerFailed
from bench.servers.machine import Traces
from bench.servers.planned import address_in


def test_an_address_is_read_from_its_url():
    assert address_in("postgresql://u:p%2Fq@127.0.0.1:5433/app") == Address("127.0.0.1", 5433, "u", "p%2Fq", "app")
    assert address_in("redis://127.0.0.1:6380/0") == Address("127.0.0.1", 6380, "", "", "0")


def test_libpq_is_told_words_as_they_are():
    said = answers.conninfo(Address("127.0.0.1", 1, "o'brien", "back\\slash", "a b")).decode()
    assert "user='o\\'brien' password='back\\\\slash' dbname='a b'" in said
    assert "password" not in answers.conninfo(Address("127.0.0.1", 1, "u")).decode()


@pytest.mark.parametrize("server", [POSTGRES, REDIS], ids=lambda server: server.name)
def test_a_server_started_by_hand_answers_and_is_gone(server: Server):
    before = machine.descendants(os.getpid())
    up, answered = plain.start(server)
    assert 0 < up < answered
    assert machine.descendants(os.getpid()) == before


@pytest.mark.parametrize("server", [POSTGRES, REDIS], ids=lambda server: server.name)
def test_where_nobody_listens_nothing_is_up(server: Server):
    nobody = Address("127.0.0.1", plain.free_port(), "u", "p", "d")
    assert not server.is_up(nobody)
    with pytest.raises((ServerFailed, ConnectionRefusedError)):
        server.ask(nobody)


def test_waiting_ends_with_what_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    never = Server("never", lambda address: False, lambda address: None)

    def gone() -> None:
        raise ServerFailed("it is gone")

    with pytest.raises(ServerFailed, match="it is gone"):
        answers.wait_until_up(never, Address("127.0.0.1", 1), gone)
    monkeypatch.setattr(answers, "PATIENCE", 0.01)
    with pytest.raises(ServerFailed, match=r"never on port 1 was not up within 0\.01 s"):
        answers.wait_until_up(never, Address("127.0.0.1", 1), lambda: None)


def test_what_runs_below_is_counted_and_the_dead_are_not(tmp_path: Path):
    (tmp_path / "file").write_text("")
    # Nobody waits for the first child, so that it stays when it has ended.
    script = "exec 3<&0; sh -c 'read -r _ <&3' & sleep 60 & exec sleep 60"
    child = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE)
    try:
        assert eventually(lambda: machine.traces(child.pid, tmp_path).processes) == 2
        found = machine.traces(child.pid, tmp_path)
        assert (found.namespaces, found.files, found.mounts) == (1, 1, 0)
        assert machine.memory(child.pid, tmp_path) > 0
        child.stdin.close()
        assert eventually(lambda: 3 - machine.traces(child.pid, tmp_path).processes) == 2
    finally:
        for pid in [*machine.descendants(child.pid), child.pid]:
            os.kill(pid, signal.SIGKILL)
        child.wait()


def eventually(look: Callable[[], int]) -> int:
    """What is seen as soon as it is 2, or after ten seconds."""
    deadline = time.monotonic() + 10
    while (seen := look()) != 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    return seen


def test_what_was_there_before_has_not_leaked():
    before = Traces(processes=3, mounts=0, namespaces=2, segments=1, files=9, descriptors=20)
    after = Traces(processes=4, mounts=0, namespaces=2, segments=0, files=12, descriptors=20)
    assert after.beyond(before) == {"processes": 1, "files": 3}
    assert before.beyond(before) == {}


def test_what_passes_has_not_leaked(monkeypatch: pytest.MonkeyPatch):
    sights = iter([{"files": 2}, {"files": 1}, {}])
    assert services.least(lambda: next(sights)) == {}
    monkeypatch.setattr(services, "SETTLING", 0.0)
    assert services.least(lambda: {"files": 1}) == {"files": 1}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path, {}, "full", 1, 1, say=lambda line: None)


def test_without_podman_every_way_through_it_says_so(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with ExitStack() as stack:
        ways, notes = containers.peers(rig, stack)
    reason = "podman is not here; Benchmarks/setup --containers installs it"
    assert (ways, notes) == ({}, dict.fromkeys(["podman run", "testcontainers", "testcontainers tuned"], reason))


def test_a_podman_that_cannot_run_is_quoted(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    podman = rig.directory / "podman"
    podman.write_text("#!/bin/sh\necho 'cannot set up namespace' >&2\nexit 125\n")
    podman.chmod(0o755)
    images = rig.directory / "build"
    images.write_text("#!/bin/sh\nprintf '%s\\n' localhost/a:1 localhost/b:1\n")
    images.chmod(0o755)
    monkeypatch.setattr(containers, "IMAGES", images)
    monkeypatch.setenv("PATH", f"{rig.directory}:{os.environ['PATH']}")
    with ExitStack() as stack:
        notes = containers.peers(rig, stack)[1]
    assert notes["podman run"] == "podman cannot run here: cannot set up namespace"


def test_without_testcontainers_podman_is_measured_all_the_same(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(containers, "find_engine", lambda directory: containers.Engine({}, {}))
    monkeypatch.setattr(containers, "INTERPRETER", rig.directory / "python")
    with ExitStack() as stack:
        ways, notes = containers.peers(rig, stack)
    assert list(ways) == ["podman run"]
    assert set(notes) == {"testcontainers", "testcontainers tuned"}
