"""The last resort, for real: testcontainers on podman's socket. Where podman cannot run a container, it is skipped and says why."""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Run

BUILD = Path(__file__).parents[3] / "Tests/Images/build"
LIMIT = 240


class Engine:
    """podman behind a socket as docker would be, with the images that the tests of taskgraph make."""

    def __init__(self, home: Path) -> None:
        self.socket = home / "podman.sock"
        self.variables = dict(os.environ, CONTAINERS_CONF=str(_limits(home)))
        self.postgres, self.redis = self._output(str(BUILD)).split()
        self.podman("run", "--rm", "--publish", "127.0.0.1::6379", self.redis, "redis-server", "--version")
        self._process = subprocess.Popen(
            ["podman", "system", "service", "--time", "0", f"unix://{self.socket}"],
            env=self.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def podman(self, *arguments: str) -> str:
        return self._output("podman", *arguments)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(LIMIT)

    def _output(self, *command: str) -> str:
        return subprocess.run(
            command, env=self.variables, capture_output=True, text=True, check=True, timeout=LIMIT
        ).stdout.strip()


def _limits(home: Path) -> Path:
    """podman's own limits are higher than what it may set in a machine that is a container or a small VM itself."""
    most = {"nofile": 1 << 20, "nproc": int(Path("/proc/sys/kernel/pid_max").read_text())}
    hard = {
        "nofile": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "nproc": resource.getrlimit(resource.RLIMIT_NPROC)[1],
    }
    least = {name: most[name] if n == resource.RLIM_INFINITY else min(n, most[name]) for name, n in hard.items()}
    file = home / "containers.conf"
    file.write_text(f"[containers]\ndefault_ulimits = {[f'{name}={n}:{n}' for name, n in least.items()]}\n")
    return file


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    if shutil.which("podman") is None:
        pytest.skip("there is no podman in PATH")
    if not Path("/usr/lib/postgresql").exists() or shutil.which("redis-server") is None:
        pytest.skip("the images are made from an installed PostgreSQL and Redis, and one of them is missing")
    with tempfile.TemporaryDirectory(prefix="plugin-engine-") as home:
        try:
            engine = Engine(Path(home))
        except subprocess.CalledProcessError as error:
            pytest.skip(f"podman cannot run a container here: {error.stderr.strip().splitlines()[-1:]}")
        yield engine
        engine.close()


@pytest.fixture
def contained(alone: pytest.Pytester, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory for a suite, with no taskgraph but an engine."""
    pytest.importorskip("testcontainers")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
    # Whether this machine looks like a container is no matter of the test; what reaps after testcontainers is an image
    # in a registry.
    monkeypatch.setenv("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
    monkeypatch.setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
    return alone


def images(engine: Engine) -> tuple[str, ...]:
    return ("-o", f"taskgraph_postgres_image={engine.postgres}", "-o", f"taskgraph_redis_image={engine.redis}")


def left(engine: Engine) -> str:
    """Containers and volumes that the suites did not take back."""
    return engine.podman("ps", "--all", "--quiet", "--filter", "label=org.testcontainers") + engine.podman(
        "volume", "ls", "--quiet"
    )


SUITE = """
import subprocess
import psycopg, pytest, redis
def published():
    return subprocess.check_output(["podman", "ps", "--filter", "label=org.testcontainers", "--format", "{{.Ports}}"], text=True)
def test_redis(taskgraph_redis):
    with redis.Redis.from_url(taskgraph_redis.url) as server:
        assert server.dbsize() == 0 and server.set("a", 1)
    with redis.Redis("127.0.0.1", taskgraph_redis.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
def test_postgres(taskgraph_postgres):
    with psycopg.connect(taskgraph_postgres.url) as server:
        assert server.execute("select current_database(), current_setting('fsync')").fetchone() == ("app", "off")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(taskgraph_postgres.url, password="guessed").close()
def test_on_loopback_only(taskgraph_redis, taskgraph_postgres):
    assert all(line.startswith("127.0.0.1:") for line in published().splitlines()), published()
"""


def test_services(contained: pytest.Pytester, run: Run, engine: Engine) -> None:
    contained.makepyfile(test_one=SUITE, test_two=SUITE)
    run("-n", "2", "--dist", "loadfile", *images(engine)).assert_outcomes(passed=6)
    assert left(engine) == ""


def test_an_image_that_is_missing(contained: pytest.Pytester, run: Run, engine: Engine) -> None:
    contained.makepyfile("def test(taskgraph_redis): pass")
    result = run("-o", "taskgraph_redis_image=localhost/nobody-made-this:1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['service "redis" for test_an_image_that_is_missing.py: *localhost/nobody-made-this*'])
    assert left(engine) == ""


def test_a_server_that_ends_at_once(
    contained: pytest.Pytester, run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never becomes ready: the container is taken back all the same."""
    monkeypatch.setenv("TC_MAX_TRIES", "2")
    contained.makepyfile("def test(taskgraph_postgres): pass")
    # There is no program postgres in this image.
    result = run("-o", f"taskgraph_postgres_image={engine.redis}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['service "postgres" for test_a_server_that_ends_at_once.py: *'])
    assert left(engine) == ""
