"""What is done to a project, step by step, as plain values. Numbers are taken modulo what there is, so that all shrinks."""

from dataclasses import dataclass, field

from spec import Brief, Spec


@dataclass(repr=False)
class EditSource(Brief):
    """how: first, second, same (a touch), older, sneaky (times kept), delete, link, chmod."""

    file: int
    how: str
    word: str = "a"
    checkout: int = 0


@dataclass(repr=False)
class Damage(Brief):
    """Something happens to what tasks made. how: delete, corrupt, chmod, extra, all."""

    file: int
    how: str
    checkout: int = 0


@dataclass(repr=False)
class Change(Brief):
    """The project itself is changed. what: value, function, var, group, accepts, uncached, keeps, need, lock, form."""

    task: int
    what: str


@dataclass(repr=False)
class Fail(Brief):
    """The next attempts of a task fail. mode: exit, forget."""

    task: int
    times: int
    mode: str = "exit"
    checkout: int = 0


@dataclass(repr=False)
class Mend(Brief):
    checkout: int = 0


@dataclass(repr=False)
class Forget(Brief):
    """State is deleted. what: state, cache."""

    what: str
    checkout: int = 0


@dataclass(repr=False)
class RunStep(Brief):
    targets: list[int] = field(default_factory=list)
    jobs: int = 2
    keeps_going: bool = False
    forces: bool = False
    uses_cache: bool = True
    plans: bool = False
    # Continues the last run, where that ended early; the rest of this is then that run's.
    resumes: bool = False
    checkout: int = 0
    # The caller's PASSED, `--var w=no`, and the words behind `--`.
    passed: str | None = None
    leaves_out: bool = False
    args: str = ""
    # kill or interrupt, when the trace has so many lines, after so many microseconds.
    disturbance: tuple[str, int, int] | None = None


@dataclass(repr=False)
class Export(Brief):
    """Compares a view, file by file."""

    task: int
    checkout: int = 0


Step = EditSource | Damage | Change | Fail | Mend | Forget | RunStep | Export


@dataclass(repr=False)
class Case(Brief):
    spec: Spec
    steps: list[Step]
    # Whether both checkouts use one cache.
    shares: bool = False
