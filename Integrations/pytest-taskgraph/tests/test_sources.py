"""Where services come from, and what is said when they come from nowhere or stop coming."""

import json
import subprocess
from pathlib import Path

import pytest

from conftest import Run

NONE = """services come from one of three places, and there is none of them here:
  - a task of taskgraph that uses services of scope "module": TASKGRAPH_LEASES is not set
  - the taskgraph binary: it is not on PATH, and TASKGRAPH_BINARY is not set
  - a container engine: {}"""
ASKS = """
import pytest
MESSAGE = {message!r}
@pytest.mark.parametrize("fixture", ["taskgraph_postgres", "taskgraph_redis"])
def test_asks(request, fixture):
    with pytest.raises(pytest.fail.Exception) as caught:
        request.getfixturevalue(fixture)
    assert str(caught.value) == MESSAGE
def test_asks_for_nothing(): pass
"""
WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@WORKERS
def test_nothing(alone: pytest.Pytester, run: Run, workers: tuple[str, ...]) -> None:
    pytest.importorskip("testcontainers")
    reason = "testcontainers is installed, but no container engine answers (DockerException)"
    alone.makepyfile(ASKS.format(message=NONE.format(reason)))
    run(*workers).assert_outcomes(passed=3)


def test_no_testcontainers(alone: pytest.Pytester, run: Run) -> None:
    alone.makeconftest(
        "import importlib.util\nfind = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, *a: None if n == 'testcontainers' else find(n, *a)\n"
    )
    alone.makepyfile(ASKS.format(message=NONE.format("testcontainers is not installed")))
    run().assert_outcomes(passed=3)


def test_the_text_alone_is_shown(alone: pytest.Pytester, run: Run) -> None:
    alone.makepyfile("def test(taskgraph_redis): pass")
    result = run()
    result.assert_outcomes(errors=1)
    lines = result.outlines
    start = lines.index(NONE.splitlines()[0])
    assert lines[start - 1].startswith("___") and lines[start + 4].startswith("=====")


@WORKERS
@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "echo 'no such command' >&2; exit 2",
            "`{}` did not name its socket in its first line; it says: no such command",
        ),
        ("echo hello", "`{}` did not name its socket in its first line; it says: hello"),
        ("exec sleep 60", "`{}` has not named its socket within 0.5 s"),
    ],
    ids=["fails", "babbles", "silent"],
)
def test_a_broker_that_is_none(
    alone: pytest.Pytester,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    workers: tuple[str, ...],
    script: str,
    message: str,
) -> None:
    binary = program(alone.path / "taskgraph", script)
    monkeypatch.setenv("TASKGRAPH_BINARY", binary)
    alone.makepyfile(ASKS.format(message=message.format(f"{binary} broker")))
    run("-o", "taskgraph_lease_timeout=0.5", *workers).assert_outcomes(passed=3)


def test_a_wrong_binary(alone: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKGRAPH_BINARY", "/nowhere/taskgraph")
    message = "TASKGRAPH_BINARY names /nowhere/taskgraph, which is not a program that can be executed"
    alone.makepyfile(ASKS.format(message=message))
    run().assert_outcomes(passed=3)


def test_a_run_that_has_ended(alone: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKGRAPH_LEASES", "/nowhere/leases")
    message = "what TASKGRAPH_LEASES names (/nowhere/leases) does not answer: No such file or directory"
    alone.makepyfile(ASKS.format(message=message))
    run().assert_outcomes(passed=3)


def test_on_path(alone: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, broker: str) -> None:
    (alone.path / "bin").mkdir()
    (alone.path / "bin/taskgraph").symlink_to(broker)
    monkeypatch.setenv("PATH", f"{alone.path}/bin:/usr/bin:/bin")
    alone.makepyfile("def test(taskgraph_redis): pass")
    run().assert_outcomes(passed=1)


def test_in_a_run(alone: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, broker: str) -> None:
    # The binary would fail if it were started: what the run offers comes first.
    monkeypatch.setenv("TASKGRAPH_BINARY", program(alone.path / "taskgraph", "exit 1"))
    alone.makepyfile(
        "import pytest\n@pytest.mark.serial\n@pytest.mark.parametrize('n', [1, 2])\ndef test(n, taskgraph_redis): pass"
    )
    with subprocess.Popen([broker, "broker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdin and started.stdout
        monkeypatch.setenv("TASKGRAPH_LEASES", json.loads(started.stdout.readline())["socket"])
        run("-n", "2").assert_outcomes(passed=2)
        run().assert_outcomes(passed=2)
        started.stdin.close()
        assert started.wait(30) == 0


PID = """
import os, signal, socket, struct, pytest
def broker_of(config):
    with socket.socket(socket.AF_UNIX) as peer:
        told = getattr(config, "workerinput", {}).get("taskgraph")
        from pytest_taskgraph.fixtures import LEASES
        path = told["socket"] if told else config.stash[LEASES]._started.socket
        peer.connect(path)
        return struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0], path
"""
DIES = (
    PID
    + """
def test_before(taskgraph_redis, taskgraph_lease, pytestconfig):
    pid, path = broker_of(pytestconfig)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(pytest.fail.Exception) as caught:
        taskgraph_lease("redis")
    head, *output = str(caught.value).splitlines()
    assert head == (f'service "redis" for test_dies.py: taskgraph broker ({path}) is gone, and with it every service '
                    "and lock that it kept")
def test_after(taskgraph_postgres): pass
"""
)


@WORKERS
def test_the_broker_dies(suite: pytest.Pytester, run: Run, workers: tuple[str, ...]) -> None:
    suite.makepyfile(test_dies=DIES)
    result = run(*(("-n", "1") if workers else ()))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ['service "postgres" for test_dies.py: taskgraph broker (*) is gone, and with it every *']
    )


def test_a_service_dies(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("""
import redis
def test_uses(taskgraph_redis, pytestconfig):
    import time
    from pytest_taskgraph.fixtures import LEASES
    with redis.Redis.from_url(taskgraph_redis.url) as server:
        server.shutdown(nosave=True)
        lease, = pytestconfig.stash[LEASES].held
        deadline = time.monotonic() + 30
        while not lease.lost:
            assert time.monotonic() < deadline, "nobody tells"
            time.sleep(0.01)
        server.ping()
def test_does_not_start(taskgraph_redis): pass
""")
    result = run()
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            'service "redis" of test_a_service_dies.py has died: *',
            "*- taskgraph -*",
            'service "redis" of test_a_service_dies.py has died: *',
        ]
    )


def test_one_broker_for_all_workers(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        PID
        + """
@pytest.mark.parametrize("number", range(4))
def test(number, pytestconfig): open(f"broker-{number}", "w").write(str(broker_of(pytestconfig)[0]))
"""
    )
    run("-n", "4").assert_outcomes(passed=4)
    pids = {int(file.read_text()) for file in suite.path.glob("broker-*")}
    assert len(pids) == 1
    assert not Path(f"/proc/{pids.pop()}").exists(), "it outlives pytest"


def test_pytest_is_killed(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        PID
        + """
def test(pytestconfig, taskgraph_redis):
    pid = broker_of(pytestconfig)[0]
    open("pids", "w").write(f"{pid} {taskgraph_redis.port}")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    run()
    pid, port = (suite.path / "pids").read_text().split()
    with subprocess.Popen(["tail", "--pid", pid, "-f", "/dev/null"]) as waiting:
        assert waiting.wait(30) == 0
    assert subprocess.run(["redis-cli", "-p", port, "ping"], capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("[]", "no service has the driver redis; there are: none."),
        (
            '[{"name": "a", "driver": "redis"}, {"name": "b", "driver": "redis"}]',
            "several services have the driver redis; there are: a (redis), b (redis).",
        ),
    ],
    ids=["none", "several"],
)
def test_which_service(alone: pytest.Pytester, run: Run, services: str, message: str) -> None:
    alone.makepyfile(f"""
import json, os, socket, threading, pytest
@pytest.fixture(scope="session", autouse=True)
def answering():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("leases")
        server.listen()
        os.environ["TASKGRAPH_LEASES"] = os.path.abspath("leases")
        def serve():
            with server.accept()[0] as peer, peer.makefile("rwb") as lines:
                request = json.loads(lines.readline())
                lines.write(json.dumps({{"id": request["id"], "ok": True, "services": {services}}}).encode() + b"\\n")
                lines.flush()
        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()
def test(request):
    with pytest.raises(pytest.fail.Exception) as caught:
        request.getfixturevalue("taskgraph_redis")
    assert str(caught.value) == {message!r} + " Name one in a fixture taskgraph_redis_service of your conftest.py"
""")
    run().assert_outcomes(passed=1)


def test_settings(alone: pytest.Pytester, run: Run) -> None:
    result = run("-o", "taskgraph_lease_timeout=soon")
    result.stderr.fnmatch_lines(['ERROR: taskgraph_lease_timeout is "soon", which is no number of seconds'])
    assert result.ret == pytest.ExitCode.USAGE_ERROR
