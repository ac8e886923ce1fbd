"""Every module has services of its own, whatever the scheduler, and gives them back."""

import json
from pathlib import Path

import pytest

from conftest import Run

# Each test adds a row and a key to what should be its module's own, and says where that was.
MODULE = """
import json, os, pathlib
import psycopg, pytest, redis

OUT = pathlib.Path(__file__).parent

@pytest.fixture(scope="module", autouse=True)
def table(taskgraph_postgres):
    with psycopg.connect(taskgraph_postgres.url) as connection:
        connection.execute("CREATE TABLE seen (module text)")

@pytest.mark.parametrize("number", range(4))
def test_alone(number, taskgraph_postgres, taskgraph_redis):
    with psycopg.connect(taskgraph_postgres.url) as connection:
        connection.execute("INSERT INTO seen VALUES (%s)", (__name__,))
        modules = {row[0] for row in connection.execute("SELECT module FROM seen")}
    with redis.Redis.from_url(taskgraph_redis.url) as server:
        server.sadd("seen", __name__)
        keys = {key.decode() for key in server.smembers("seen")}
    assert modules == keys == {__name__}
    facts = {"module": __name__, "worker": os.environ.get("PYTEST_XDIST_WORKER", "none"), "pid": os.getpid(),
             "postgres": taskgraph_postgres.port, "redis": taskgraph_redis.port}
    (OUT / f"{__name__}-{number}.json").write_text(json.dumps(facts))
"""

MODES = ("no", "load", "loadscope", "loadfile", "loadgroup", "worksteal")


def facts(path: Path) -> list[dict[str, object]]:
    return [json.loads(file.read_text()) for file in sorted(path.glob("test_*.json"))]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(suite: pytest.Pytester, run: Run, mode: str) -> None:
    suite.makepyfile(test_one=MODULE, test_two=MODULE)
    run(*(("-p", "no:xdist") if mode == "no" else ("-n", "2", f"--dist={mode}"))).assert_outcomes(passed=8)
    seen = facts(suite.path)
    places = {(fact["postgres"], fact["redis"]) for fact in seen}
    # A module on two workers has a pair on each.
    assert {len({fact[k] for fact in seen}) for k in ("postgres", "redis")} == {len(places)}
    assert len(places) >= 2
    for module in ("test_one", "test_two"):
        assert {f["postgres"] for f in seen if f["module"] == module}.isdisjoint(
            f["postgres"] for f in seen if f["module"] != module
        )


def test_side_by_side(suite: pytest.Pytester, run: Run) -> None:
    # Each module waits until the other one has its database: both are there at the same time.
    waiting = (
        MODULE
        + """
def test_both_at_once(taskgraph_postgres):
    import time
    (OUT / f"{__name__}.here").write_text(str(taskgraph_postgres.port))
    deadline = time.monotonic() + 60
    while len(here := list(OUT.glob("*.here"))) < 2:
        assert time.monotonic() < deadline, "the other module has no database"
        time.sleep(0.01)
    while not all(file.read_text() for file in here):
        time.sleep(0.01)
    assert len({file.read_text() for file in here}) == 2
"""
    )
    suite.makepyfile(test_one=waiting, test_two=waiting)
    run("-n", "2", "--dist=loadfile").assert_outcomes(passed=10)
    assert len({fact["worker"] for fact in facts(suite.path)}) == 2


def test_a_module_ends(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        test_a="def test(taskgraph_redis): open('port', 'w').write(str(taskgraph_redis.port))",
        test_b="""
import socket, time
def test():
    deadline = time.monotonic() + 30
    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(open("port").read()))) == 0
    while answers():
        assert time.monotonic() < deadline, "the ended module's Redis lives"
        time.sleep(0.01)
""",
    )
    run().assert_outcomes(passed=2)


def test_a_worker_is_killed(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        test_a="""
import os, signal
def test(taskgraph_redis):
    open("port", "w").write(str(taskgraph_redis.port))
    os.kill(os.getpid(), signal.SIGKILL)
""",
        test_b="""
import os, socket, time
def test():
    deadline = time.monotonic() + 30
    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(open("port").read()))) == 0
    while answers():
        assert time.monotonic() < deadline, "the dead worker's Redis lives"
        time.sleep(0.01)
    assert os.environ["PYTEST_XDIST_WORKER"] == "gw1"
def test_others_can_lease(taskgraph_redis): pass
""",
    )
    result = run("-n", "1")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*worker 'gw0' crashed while running 'test_a.py::test'*"])


def test_any_service(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("""
import pytest
def test(taskgraph_lease):
    one, two = taskgraph_lease("redis"), taskgraph_lease("redis")
    assert one.address["port"] != two.address["port"]
    one.release()
    one.release()
def test_unknown(taskgraph_lease):
    with pytest.raises(pytest.fail.Exception) as caught:
        taskgraph_lease("search")
    assert str(caught.value).startswith('service "search" for test_any_service.py: ')
""")
    run().assert_outcomes(passed=2)


def test_a_service_of_another_name(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest("""
import pytest
@pytest.fixture(scope="session")
def taskgraph_redis_service(): return "elsewhere"
""")
    suite.makepyfile("def test(taskgraph_redis): pass")
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['service "elsewhere" for test_a_service_of_another_name.py: *'])
