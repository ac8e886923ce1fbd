"""PostgreSQL through libpq and Redis through a plain socket: whether a server is up, and its first answer over TCP.

By ctypes and by hand, so that what is timed is the server and not the import of a driver. Knows nobody who starts servers.
"""

import ctypes
import ctypes.util
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

PATIENCE = 120.0
PAUSE = 0.002
CONNECTION_OK, PING_OK, TUPLES_OK = 0, 0, 2


class ServerFailed(RuntimeError):
    """A server did not start, or answered something else."""


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    user: str = ""
    password: str = ""
    database: str = ""


@dataclass(frozen=True)
class Server:
    """A kind of server: its name as taskgraph's driver has it, and how it is asked."""

    name: str
    # Whether it takes connections; never raises.
    is_up: Callable[[Address], bool]
    # Connects and asks the smallest question. Raises ServerFailed unless the answer is right.
    ask: Callable[[Address], None]


def wait_until_up(server: Server, address: Address, check: Callable[[], None]) -> None:
    """Raises what `check` does, which looks whether there is still something to wait for, and after two minutes."""
    deadline = time.monotonic() + PATIENCE
    while not server.is_up(address):
        check()
        if time.monotonic() > deadline:
            raise ServerFailed(f"{server.name} on port {address.port} was not up within {PATIENCE:g} s")
        time.sleep(PAUSE)


@cache
def libpq() -> ctypes.CDLL:
    """Raises ServerFailed where it is not installed."""
    name = ctypes.util.find_library("pq") or "libpq.so.5"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise ServerFailed(f"libpq is not here ({error}): apt-get install libpq5") from error
    for function in ("PQconnectdb", "PQexec"):
        getattr(library, function).restype = ctypes.c_void_p
    for function in ("PQerrorMessage", "PQgetvalue"):
        getattr(library, function).restype = ctypes.c_char_p
    return library


def conninfo(address: Address, **more: str) -> bytes:
    words = {"host": address.host, "port": str(address.port), "connect_timeout": "10", **more}
    words |= {"user": address.user, "password": address.password, "dbname": address.database}
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in words.items() if value}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items()).encode()


def postgres_is_up(address: Address) -> bool:
    return libpq().PQping(conninfo(address)) == PING_OK


def select_one(address: Address) -> None:
    library = libpq()
    connection = ctypes.c_void_p(library.PQconnectdb(conninfo(address)))
    try:
        if library.PQstatus(connection) != CONNECTION_OK:
            raise ServerFailed(library.PQerrorMessage(connection).decode(errors="replace").strip())
        result = ctypes.c_void_p(library.PQexec(connection, b"SELECT 1"))
        try:
            if library.PQresultStatus(result) != TUPLES_OK or library.PQgetvalue(result, 0, 0) != b"1":
                raise ServerFailed(f"SELECT 1: {library.PQerrorMessage(connection).decode(errors='replace').strip()}")
        finally:
            library.PQclear(result)
    finally:
        library.PQfinish(connection)


def redis_is_up(address: Address) -> bool:
    try:
        ping(address)
    except (ServerFailed, OSError):
        return False
    return True


def ping(address: Address) -> None:
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        greeting = f"AUTH {address.user or 'default'} {address.password}\r\n" if address.password else ""
        wanted = b"+OK\r\n+PONG\r\n" if greeting else b"+PONG\r\n"
        connection.sendall(f"{greeting}PING\r\n".encode())
        said = b""
        while len(said) < len(wanted) and (more := connection.recv(4096)):
            said += more
        if said != wanted:
            raise ServerFailed(f"redis said {said!r} to PING")


POSTGRES = Server("postgres", postgres_is_up, select_one)
REDIS = Server("redis", redis_is_up, ping)
