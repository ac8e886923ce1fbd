"""A random project as plain values: what Hypothesis draws and shrinks. Knows neither YAML nor what anything means."""

from dataclasses import MISSING, dataclass, field, fields

# What a task makes. Its paths stand in the directory of its stage, so that patterns over a whole stage never close
# a circle: tasks read stages before their own.
FORMS = ("file", "directory", "glob", "two", "none")
# How much of its inputs a command's output depends on. "first" and "names" are what early cutoff is about.
FUNCTIONS = ("all", "first", "names")
KINDS = ("plain", "each-source", "each-made", "matrix", "view", "ensure")


class Brief:
    """Shown with what differs from the defaults only: a shrunk case is then a few lines."""

    def __repr__(self) -> str:
        shown = []
        for one in fields(self):
            default = one.default_factory() if one.default_factory is not MISSING else one.default
            if (value := getattr(self, one.name)) != default:
                shown.append(f"{one.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_pretty_(self, printer, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(repr=False)
class Need(Brief):
    task: int
    kind: str  # hard, order-only, soft


@dataclass(repr=False)
class Edit(Brief):
    """One thing that a command in a view does."""

    action: str  # write, append, delete, link, chmod
    path: str


@dataclass(repr=False)
class Task(Brief):
    stage: int
    kind: str = "plain"
    form: str = "file"
    group: int | None = None
    # Patterns; `!` excludes. None: no such key.
    inputs: list[str] | None = field(default_factory=list)
    function: str = "all"
    needs: list[Need] = field(default_factory=list)
    # each-made: the task whose files are the items; ensure: the word that a source has to begin with.
    over: int = 0
    word: str = "a"
    edits: list[Edit] = field(default_factory=list)
    always: bool = False
    pool: str | None = None
    lock: str | None = None
    cpus: int = 1
    retries: int = 0
    accepts: bool = False  # exits with 3, which counts as done
    uncached: bool = False
    keeps: bool = False  # clean: false
    when: bool = False
    passes: bool = False  # sees the caller's PASSED
    uses_args: bool = False
    uses_var: bool = False
    value: int = 0  # of its variable E
    naps: int = 0  # hundredths of a second

    def changes_layers(self) -> bool:
        return self.kind == "view"


@dataclass(repr=False)
class Group(Brief):
    value: int = 0
    lock: str | None = None
    pool: str | None = None


@dataclass(repr=False)
class Spec(Brief):
    tasks: list[Task]
    groups: list[Group] = field(default_factory=list)
    pools: dict[str, int] = field(default_factory=dict)
    # First lines of the sources by path, and of the files of the tree that views show.
    sources: dict[str, str] = field(default_factory=dict)
    tree: dict[str, str] = field(default_factory=dict)
    var: int = 0

    def name(self, index: int) -> str:
        group = self.tasks[index].group
        return f"t{index}" if group is None else f"g{group}/t{index}"

    @property
    def takes_args(self) -> bool:
        return any(task.uses_args for task in self.tasks)
