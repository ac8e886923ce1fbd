"""Private PostgreSQL and Redis: how long until one has them, what is left of them, what they weigh; beside other ways."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ..figures import Case
from ..measure import Sample
from ..rig import Rig
from ..servers import containers, machine, plain
from ..servers.answers import POSTGRES, REDIS, Server, ServerFailed
from ..servers.broker import Broker, Client
from ..servers.planned import Plan

# From nothing until it is up, and until its first answer.
Pair = tuple[float, float]
BY_HAND = {"postgres": "initdb + start", "redis": "redis-server"}
SETTLING = 10.0


def run(rig: Rig) -> Iterator[Case]:
    with ExitStack() as stack:
        peers, notes = containers.peers(rig, stack) if rig.full else ({}, {"containers": "measured with --size full"})
        for server in (POSTGRES, REDIS):
            ways = {BY_HAND[server.name]: plain.start} | peers
            yield from Latency(rig, server, ways, notes).cases()
    for server in (POSTGRES, REDIS):
        yield leases_in_a_row(rig, server)
    yield side_by_side(rig)


@dataclass
class Latency:
    """One kind of server, got in several ways in turn, so that all of them meet the same machine."""

    rig: Rig
    server: Server
    ways: dict[str, Callable[[Server], Pair]]
    notes: dict[str, str]
    taken: dict[str, dict[str, list[Pair]]] = field(default_factory=dict)

    def cases(self) -> Iterator[Case]:
        self.measure()
        first = {"first ever": "template included", "cold": "the template is there; taskgraph run to the task"}
        for title, what in first.items():
            yield self.case(title, title, 0, what)
        yield self.case("spare to address", "spare", 0, "request to address")
        yield self.case("spare to first answer", "spare", 1, "request to answer over TCP")

    def measure(self) -> None:
        rig, name = self.rig, self.server.name
        place = rig.directory / f"services-{name}"
        shutil.rmtree(place, ignore_errors=True)
        plan = Plan(rig.tools["taskgraph"].path, place, self.server)
        with (
            Broker(rig.tools["taskgraph"].path, home(rig), name, jobs=rig.jobs) as broker,
            Client(broker) as client,
        ):
            # As many spares are kept as are held.
            client.lease(name)
            for number in range(rig.repeat):
                rig.say(f"services-{name}: round {number + 1} of {rig.repeat}")
                self.take("first ever", "taskgraph", self.first(plan))
                self.take("cold", "taskgraph", plan.run())
                self.take("spare", "taskgraph", self.spare(client))
                for way, start in self.ways.items():
                    self.take("others", way, start(self.server))

    def take(self, what: str, tool: str, pair: Pair) -> None:
        self.taken.setdefault(what, {}).setdefault(tool, []).append(pair)

    def first(self, plan: Plan) -> Pair:
        plan.forget()
        return plan.run()

    def spare(self, client: Client) -> Pair:
        """A spare that is ready, and nothing else going on."""
        client.settled(self.server.name, spare=1)
        began = time.monotonic()
        lease, address = client.lease(self.server.name)
        leased = time.monotonic()
        self.server.ask(address)
        answered = time.monotonic()
        client.release(lease)
        return leased - began, answered - began

    def case(self, title: str, what: str, part: int, note: str) -> Case:
        """Beside the others' way to the same thing: up, or the first answer."""
        rows = {**self.taken[what], **self.taken["others"]}
        samples = {tool: [Sample(wall=pair[part]) for pair in pairs] for tool, pairs in rows.items()}
        samples |= {tool: [] for tool in self.notes}
        return Case(f"services-{self.server.name}", title, samples, {"taskgraph": note, **self.notes})


def leases_in_a_row(rig: Rig, server: Server) -> Case:
    """Each is used and given back; what there is more of afterwards has leaked."""
    count = 200 if rig.full else 100
    rig.say(f"services-{server.name}: {count} leases in a row")
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(rig.tools["taskgraph"].path, home(rig), server.name, jobs=rig.jobs))
        with Client(broker) as client:
            for _ in range(3):
                use(client, server)
            before = at_rest(client, server, broker)
            began = time.monotonic()
            for _ in range(count):
                use(client, server)
            seconds = time.monotonic() - began
            left = least(lambda: at_rest(client, server, broker).beyond(before))
        stack.close()
        left |= least(lambda: end_of(broker))
    said = ", ".join(f"{number} {what}" for what, number in left.items()) or "nothing"
    sample = Sample(wall=seconds / count)
    notes = {"taskgraph": f"a lease, its first answer, its release: {count} leave {said} behind"}
    return Case(
        f"services-{server.name}", "leases in a row", {"taskgraph": [sample]}, notes, {"left": sum(left.values())}
    )


def home(rig: Rig) -> Path:
    """Where brokers are started: one cache, so that the template is built once."""
    directory = rig.directory / "services"
    directory.mkdir(exist_ok=True)
    (directory / "tasks.yaml").write_text("version: 1\nnothing: {run: 'true'}\n")
    return directory


def use(client: Client, server: Server) -> None:
    lease, address = client.lease(server.name)
    server.ask(address)
    client.release(lease)


def at_rest(client: Client, server: Server, broker: Broker) -> machine.Traces:
    client.settled(server.name)
    return machine.traces(broker.process.pid, broker.home)


def end_of(broker: Broker) -> dict[str, int]:
    """What is there although the broker has ended."""
    return {"files after its end": 1} if broker.home.exists() else {}


def least(look: Callable[[], dict[str, int]]) -> dict[str, int]:
    """What is there for good: what others do on this machine, and what is just being cleared away, passes."""
    deadline = time.monotonic() + SETTLING
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def side_by_side(rig: Rig) -> Case:
    """Private PostgreSQL instances that all run at the same time: ready, and each after a first answer."""
    count = 40 if rig.full else 10
    rig.say(f"services-memory: {count} instances of PostgreSQL")
    with Broker(rig.tools["taskgraph"].path, home(rig), "postgres", jobs=1) as broker, Client(broker) as client:
        addresses = [client.lease("postgres")[1] for _ in range(count - 1)]
        ready = weigh(client, broker, count)
        for address in addresses:
            POSTGRES.ask(address)
        asked = weigh(client, broker, count)
    each, used = ready / count / 1e6, asked / count / 1e6
    said = f"{count} instances, {each:.2f} MB each, {used:.2f} after a first answer: PSS and what they wrote to tmpfs"
    sample = Sample(memory=ready)
    notes = {"taskgraph": said}
    return Case("services-memory", "PostgreSQL side by side", {"taskgraph": [sample]}, notes, {"MB-each": each})


def weigh(client: Client, broker: Broker, count: int) -> int:
    counts = client.settled("postgres", spare=1)
    if counts["leased"] + counts["spare"] != count:
        raise ServerFailed(f"{count} instances of PostgreSQL were asked for, there are {counts}")
    return machine.memory(broker.process.pid, broker.home)
