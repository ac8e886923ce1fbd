"""How random cases are drawn. Everything drawn is a valid project, and every part shrinks towards something simpler."""

from actions import Case, Change, Damage, EditSource, Export, Fail, Forget, Mend, RunStep
from hypothesis import strategies as st
from spec import Edit, Group, Need, Spec, Task

WORDS = st.sampled_from("abc")
# Each feature of a task is rare, so that most tasks are simple and some have several.
rarely = st.integers(0, 9).map(lambda number: number == 9)
seldom = st.integers(0, 3).map(lambda number: number == 3)

SOURCE_PATTERNS = ["src/a.t", "src/b.t", "src/*.t", "src/**", "src/sub/*.t"]
VIEW_PATHS = ["a.t", "b.t", "d/x.t", "new.t"]
VIEW_PATTERNS = ["a.t", "*.t", "**", "d/*.t"]


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    pools = draw(st.sampled_from([{}, {"p": 1}, {"p": 2}, {"p": 1, "q": 2}]))
    names = st.sampled_from([None, None, *pools])
    groups = [
        Group(lock=draw(st.sampled_from([None, None, "l"])), pool=draw(names)) for _ in range(draw(st.integers(0, 2)))
    ]
    # Lists that end by themselves are short: half of these hold more than four.
    count = draw(st.integers(1, 8))
    stages = sorted(draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    tasks: list[Task] = []
    for stage in stages:
        tasks.append(draw(tasks_of(stage, tasks, len(groups), names)))
    order_views(tasks)
    return Spec(
        tasks,
        groups,
        pools,
        sources={name: draw(WORDS) for name in ("a.t", "b.t", "c.t", "sub/x.t")[: draw(st.integers(2, 4))]},
        tree={name: draw(WORDS) for name in ("a.t", "b.t", "d/x.t")[: draw(st.integers(1, 3))]},
    )


@st.composite
def tasks_of(draw: st.DrawFn, stage: int, earlier: list[Task], groups: int, pools) -> Task:
    makers = [index for index, task in enumerate(earlier) if task.stage < stage and makes_items(task)]
    kinds = [
        "plain",
        "plain",
        "each-source",
        "matrix",
        "view",
        "view",
        "ensure",
        *(["each-made"] * 2 if makers else []),
    ]
    task = Task(stage, draw(st.sampled_from(kinds)))
    task.group = draw(st.sampled_from([None, *range(groups)]))
    task.function = draw(st.sampled_from(["all", "first", "names"]))
    task.needs = draw(needs(len(earlier)))
    details(draw, task, pools)
    if task.kind == "view":
        task.form = "none"
        task.inputs = draw(st.none() | st.lists(st.sampled_from(VIEW_PATTERNS), min_size=1, max_size=2, unique=True))
        task.edits = draw(
            st.lists(
                st.builds(
                    Edit, st.sampled_from(["write", "append", "delete", "link", "chmod"]), st.sampled_from(VIEW_PATHS)
                ),
                min_size=1,
                max_size=3,
            )
        )
        return task
    if task.kind == "ensure":
        task.form, task.word = "none", draw(WORDS)
    elif task.kind == "plain":
        task.form = draw(st.sampled_from(["file", "directory", "glob", "two", "none"]))
    else:
        task.form = draw(st.sampled_from(["file", "two"]))
    if task.kind == "each-made":
        task.over = draw(st.sampled_from(makers))
    task.inputs = draw(inputs(stage, earlier))
    if task.kind in ("plain", "matrix", "ensure") and draw(rarely):
        task.inputs = None
    task.keeps = task.form in ("file", "two") and draw(rarely)
    return task


def makes_items(task: Task) -> bool:
    if task.kind == "plain":
        return task.form in ("directory", "glob")
    return task.kind in ("each-source", "each-made", "matrix") and task.form in ("file", "two")


def details(draw: st.DrawFn, task: Task, pools) -> None:
    task.always = draw(rarely)
    task.pool = draw(pools)
    task.lock = "l" if draw(rarely) else None
    task.cpus = 2 if draw(rarely) else 1
    task.retries = draw(st.sampled_from([0, 0, 0, 1, 2]))
    task.uncached = draw(rarely)
    task.when = draw(rarely)
    task.naps = draw(st.sampled_from([0, 0, 0, 1, 2]))
    if task.kind != "ensure":
        task.accepts = draw(rarely)
        task.passes = draw(rarely)
        task.uses_args = draw(rarely)
        task.uses_var = draw(rarely)


@st.composite
def needs(draw: st.DrawFn, earlier: int) -> list[Need]:
    if not earlier:
        return []
    targets = draw(st.lists(st.integers(0, earlier - 1), max_size=2, unique=True))
    return [Need(target, draw(st.sampled_from(["hard", "hard", "order-only", "soft"]))) for target in targets]


@st.composite
def inputs(draw: st.DrawFn, stage: int, earlier: list[Task]) -> list[str]:
    choices = list(SOURCE_PATTERNS)
    excludes = ["!src/b.t"]
    for index, task in enumerate(earlier):
        if task.stage >= stage:
            continue
        where = f"o{task.stage}/t{index}"
        choices += [f"o{task.stage}/*.t", f"o{task.stage}/**", f"o{task.stage}/*/*.t"]
        if task.kind == "plain" and task.form in ("file", "two"):
            # More likely than the others: this is what chains are made of.
            choices += [where + ".t"] * 3
            excludes.append(f"!{where}.t")
        elif task.kind == "plain" and task.form == "directory":
            choices += [where, where + "/*.t"]
            excludes.append(f"!{where}")
        elif task.kind == "plain" and task.form == "glob" or makes_items(task):
            choices.append(where + "-*.t")
    found = draw(st.lists(st.sampled_from(choices), max_size=3, unique=True))
    if found and draw(seldom):
        found.append(draw(st.sampled_from(excludes)))
    return found


def order_views(tasks: list[Task]) -> None:
    """Two tasks that change one path in no fixed order are a mistake as soon as a third needs both."""
    for index, task in enumerate(tasks):
        if task.kind != "view":
            continue
        paths = {edit.path for edit in task.edits}
        for other in range(index):
            if tasks[other].kind == "view" and paths & {edit.path for edit in tasks[other].edits}:
                task.needs = [need for need in task.needs if need.task != other] + [Need(other, "hard")]


# Steps.

CHECKOUTS = st.sampled_from([0, 0, 0, 1])
EDITS = st.sampled_from(["first", "first", "second", "second", "same", "older", "sneaky", "delete", "link", "chmod"])
DAMAGES = st.sampled_from(["delete", "corrupt", "chmod", "extra", "all"])
CHANGES = st.sampled_from(["value", "function", "var", "group", "accepts", "uncached", "needs", "naps", "pools"])
NUMBERS = st.integers(0, 9)


def disturbances(allowed: bool) -> st.SearchStrategy:
    if not allowed:
        return st.none()
    signals = st.sampled_from(["kill", "kill", "interrupt"])
    return st.none() | st.tuples(signals, st.integers(0, 8), st.integers(0, 20_000))


def runs(disturbed: bool) -> st.SearchStrategy:
    return st.builds(
        RunStep,
        targets=st.just([]) | st.lists(NUMBERS, min_size=1, max_size=2),
        jobs=st.sampled_from([2, 1, 4, 8]),
        keeps_going=st.booleans(),
        forces=rarely,
        uses_cache=rarely.map(lambda value: not value),
        plans=seldom,
        resumes=seldom,
        checkout=CHECKOUTS,
        passed=st.sampled_from([None, None, "1", "2"]),
        leaves_out=rarely,
        args=st.sampled_from(["", "", "x"]),
        disturbance=disturbances(disturbed),
    )


def steps(disturbed: bool) -> st.SearchStrategy:
    """A step, or what decides most: an edit and a run that has to see it."""
    run = runs(disturbed)
    edit = st.builds(EditSource, NUMBERS, EDITS, WORDS, CHECKOUTS)
    return st.one_of(
        st.tuples(run),
        st.tuples(run),
        # Five times, which one strategy named five times would not be.
        *(st.tuples(edit, run) for _ in range(5)),
        st.tuples(edit),
        st.tuples(st.builds(Damage, NUMBERS, DAMAGES, CHECKOUTS)),
        st.tuples(st.builds(Change, NUMBERS, CHANGES)),
        st.tuples(
            st.builds(Fail, NUMBERS, st.integers(1, 3), st.sampled_from(["exit", "forget"]), CHECKOUTS),
        ),
        st.tuples(st.builds(Mend, CHECKOUTS)),
        st.tuples(st.builds(Forget, st.sampled_from(["state", "cache"]), CHECKOUTS)),
        st.tuples(st.builds(Export, NUMBERS, CHECKOUTS)),
    )


@st.composite
def cases(draw: st.DrawFn, disturbed: bool) -> Case:
    """A project, some steps, and at the end whole runs: all must come to rest in what the model says."""
    spec = draw(specs())
    count = draw(st.integers(0, 8))
    middle = [step for some in draw(st.lists(steps(disturbed), min_size=count, max_size=count)) for step in some]
    closing = [Mend(0), RunStep(keeps_going=True), RunStep(), Export(0)]
    return Case(spec, [RunStep(), *middle, *closing], draw(st.booleans()))
