"""Run by an interpreter that has testcontainers: starts and stops what it is told on standard input. Times nothing.

{"do": "start", "server": "postgres", "image": …, "tuned": false}  ->  {"port": 41234}
{"do": "stop"}  ->  {}
"""

import importlib
import json
import sys

# The data need not survive anything: in memory, and nothing waits for a disk.
SETTINGS = [word for name in ("fsync", "synchronous_commit", "full_page_writes") for word in ("-c", f"{name}=off")]


def module(name: str):
    """Where testcontainers 4.15 has it, else where earlier ones have."""
    try:
        return importlib.import_module(f"testcontainers.community.{name}")
    except ModuleNotFoundError:
        return importlib.import_module(f"testcontainers.{name}")


POSTGRES, REDIS = module("postgres").PostgresContainer, module("redis").RedisContainer


def container(server: str, image: str, tuned: bool):
    if server == "postgres":
        made = POSTGRES(image, driver=None)
        if tuned:
            made = made.with_command(["postgres", *SETTINGS]).with_env("PGDATA", "/memory/data")
            made = made.with_env("POSTGRES_INITDB_ARGS", "--no-sync").with_tmpfs_mount("/memory")
    else:
        made = REDIS(image, password="test")
        if tuned:
            made = made.with_command("redis-server --requirepass test --save '' --appendonly no").with_tmpfs_mount(
                "/data"
            )
    return made


running = None
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "start":
        running = container(order["server"], order["image"], order["tuned"])
        running.start()
        said = {"port": int(running.get_exposed_port(5432 if order["server"] == "postgres" else 6379))}
    else:
        if order["do"] == "stop":
            running.stop()
        said = {}
    print(json.dumps(said), flush=True)
