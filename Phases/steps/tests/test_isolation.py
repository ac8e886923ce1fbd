"""isolate-fixtures on suites of different shape, against trees that hold what a person would have written."""

import shutil
from pathlib import Path

import pytest

from conftest import run_steps

SUITES = Path(__file__).parent / "suites"
SAID = {
    "sync": ["tests/db/reports/test_report.py:5: not carried: sleep(3): left: what it waits for cannot be seen"],
    "nested": [
        "tests/integration/conftest.py:32: decision: pg: kept, on the module's own service, because it also does "
        '`await conn.execute(text("CREATE EXTENSION IF NOT EXISTS citext"))`',
        "tests/integration/conftest.py:44: decision: tx: no savepoint: which dependency gives the application its "
        "session is not clear (candidates: none); the tables are emptied as before",
        'tests/integration/conftest.py:15: not carried: os.environ["PGHOST"]: left: reads an address of a shared service '
        "where no fixture can be given",
        "tests/integration/api/test_things.py:22: not carried: time.sleep(0.3): left: what it waits for cannot be seen",
        'tests/integration/api/test_things.py:11: not carried: if (await conn.execute(text("SELECT '
        'pg_try_advisory_lock(9)"))).scalar():: left: a lock in an expression that cannot simply go',
    ],
}  # fmt: skip


def contents(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", SAID)
def test_a_suite(name: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(SUITES / name / "before", tmp_path / name))
    done = run_steps("isolate-fixtures", root, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == SAID[name]
    assert contents(root) == contents(SUITES / name / "after")
    for source in root.rglob("*.py"):
        compile(source.read_text(), str(source), "exec")

    again = run_steps("isolate-fixtures", root, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert contents(root) == contents(SUITES / name / "after")


def test_strict_says_that_something_was_left(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SUITES / "sync/before", tmp_path / "sync"))
    assert run_steps("isolate-fixtures", root, "--strict", cwd=tmp_path).returncode == 3


def test_a_tree_without_services_is_left_alone(tree) -> None:
    root = tree({"tests/test_a.py": "import time\n\n\ndef test_a():\n    time.sleep(1)\n"})
    before = contents(root)
    done = run_steps("isolate-fixtures", root, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(root) == before


def test_line_ends_stay(tree) -> None:
    text = "import os\n\nimport pytest\n\n\n@pytest.fixture(scope='session')\ndef url():\n    return os.environ['REDIS_URL']\n"
    root = tree({"tests/conftest.py": text.replace("\n", "\r\n")})
    assert run_steps("isolate-fixtures", root, cwd=root).returncode == 0
    expected = 'import pytest\n\n\n@pytest.fixture(scope="module")\ndef url(taskgraph_redis):\n    return taskgraph_redis.url\n'
    assert (root / "tests/conftest.py").read_bytes().decode() == expected.replace("\n", "\r\n")


def test_what_the_database_clock_would_break_is_left(tree) -> None:
    """`now()` is the time of the transaction: with a savepoint around the test all rows have the same."""
    root = tree({
        "shop/models.py": "created_at = mapped_column(server_default=func.now())\n",
        "tests/conftest.py": "import os\nimport pytest\n\n\n@pytest.fixture\ndef url():\n    return os.environ['DATABASE_URL']\n",
        "tests/test_a.py": "import time\n\n\ndef test_a(url):\n    time.sleep(1)  # so that the times differ\n",
    })  # fmt: skip
    done = run_steps("isolate-fixtures", root, cwd=root)
    assert done.stderr == (
        "tests/test_a.py:5: not carried: time.sleep(1): left: the database gives the time at shop/models.py:1: "
        "within one transaction it stands still\n"
    )


def test_broken_code_is_located_and_nothing_is_changed(tree) -> None:
    root = tree({"tests/conftest.py": "import os\nX = os.environ['DATABASE_URL']\n", "tests/test_a.py": "def (\n"})
    done = run_steps("isolate-fixtures", root, cwd=root)
    assert done.returncode == 1
    assert done.stderr.startswith("steps isolate-fixtures: tests/test_a.py:1: not Python: ")
    assert (root / "tests/conftest.py").read_text() == "import os\nX = os.environ['DATABASE_URL']\n"


WAITS = "import os\nimport time\n\n\ndef test_a():\n    url = os.environ['REDIS_URL']\n    while not ready(url):\n        time.sleep(1)\n"


@pytest.mark.parametrize(
    ("others", "place"),
    [
        ([], "tests/api/test_a.py"),
        (["conftest.py", "tests/conftest.py"], "tests/conftest.py"),
        (["tests/conftest.py", "tests/api/conftest.py", "tests/db/conftest.py"], "tests/api/conftest.py"),
    ],
)
def test_the_wait_stands_in_the_nearest_conftest(tree, others: list[str], place: str) -> None:
    root = tree({"tests/api/test_a.py": WAITS, **dict.fromkeys(others, "import os\n")})
    assert run_steps("isolate-fixtures", root, cwd=root).returncode == 0
    assert [name for name, text in contents(root).items() if "def wait_until" in text] == [place]
    assert "    wait_until(lambda: ready(url))\n" in (root / "tests/api/test_a.py").read_text()


def test_a_subscription_is_waited_for_beside_the_asynchronous_client(tree) -> None:
    root = tree({"tests/conftest.py": (
        "import os\nimport time\n\nimport pytest\nfrom redis import ConnectionError\nfrom redis.asyncio import Redis\n\n\n"
        "@pytest.fixture\ndef live():\n    with serve(os.environ['REDIS_URL'], Redis, ConnectionError) as app:\n"
        "        time.sleep(0.2)  # the subscription\n        yield app\n"
    )})  # fmt: skip
    done = run_steps("isolate-fixtures", root, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    text = (root / "tests/conftest.py").read_text()
    assert "from redis import ConnectionError, Redis as BlockingRedis\nfrom redis.asyncio import Redis\n" in text
    assert (
        "def live(taskgraph_redis, wait_until):\n    with serve(taskgraph_redis.url, Redis, ConnectionError) as app:\n"
        "        with BlockingRedis.from_url(taskgraph_redis.url) as server:\n"
        "            wait_until(server.pubsub_channels)  # the subscription\n        yield app\n"
    ) in text
