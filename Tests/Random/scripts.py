"""The shell commands of the tasks. Each has its twin in `commands.py`; what one writes, the other foretells."""

from globs import is_literal
from spec import Edit, Spec, Task

TRACE = '"$HOME/trace"'


def label(spec: Spec, index: int) -> str:
    """The full name of the task, or of each instance, as a template."""
    name = spec.name(index)
    match spec.tasks[index].kind:
        case "each-source" | "each-made":
            return name + "[${{ item }}]"
        case "matrix":
            return name + "[${{ matrix.a }},${{ matrix.b }}]"
    return name


def stem(spec: Spec, index: int) -> str:
    """What the names of its outputs begin with, as a template."""
    match spec.tasks[index].kind:
        case "each-source" | "each-made":
            return f"t{index}-" + "${{ item.stem }}"
        case "matrix":
            return f"t{index}-" + "${{ matrix.a }}${{ matrix.b }}"
    return f"t{index}"


def listing(patterns: list[str]) -> str:
    """Shell words for the files that the patterns match, sorted as bytes; nothing may match."""
    words = []
    for pattern in patterns:
        if pattern == "**":
            words.append("$(find . -path ./.git -prune -o ! -type d -print | sed 's|^./||')")
        elif pattern.endswith("/**"):
            words.append(f"$(find {pattern[:-3]} ! -type d 2>/dev/null)")
        elif is_literal(pattern) and "." not in pattern.rsplit("/", 1)[-1] and "$" not in pattern:
            words.append(f"$(find {pattern} ! -type d 2>/dev/null)")
        else:
            words.append(pattern)
    return " ".join(words)


def reading(task: Task, patterns: list[str]) -> str:
    """A loop that prints what the command takes from its inputs, each file once."""
    includes = [pattern for pattern in patterns if not pattern.startswith("!")]
    if not includes:
        return ":"
    excluded = [f"{pattern[1:]}|{pattern[1:]}/*" for pattern in patterns if pattern.startswith("!")]
    skip = [f"  case $f in {'|'.join(excluded)}) continue;; esac"] if excluded else []
    body = {
        "all": ['  x=; if [ -x "$f" ]; then x=x; fi', '  echo "$f$x"', '  cat "$f"'],
        "first": ['  read -r l < "$f"', '  echo "$f $l"'],
        "names": ['  echo "$f"'],
    }[task.function]
    return "\n".join(
        [
            f"for f in $(printf '%s\\n' {listing(includes)} | LC_ALL=C sort -u); do",
            '  if [ ! -L "$f" ] && [ ! -f "$f" ]; then continue; fi',
            *skip,
            '  if [ -L "$f" ]; then echo "$f@$(readlink "$f")"; continue; fi',
            *body,
            "done",
        ]
    )


def heading(task: Task, name: str) -> str:
    """The first line of what the command works on: all that is not a file."""
    words = [name]
    words += ["${PASSED-unset}"] if task.passes else []
    words += ["args=${{ args }}"] if task.uses_args else []
    words += ["${{ vars.v }}"] if task.uses_var else []
    return f'echo "{" ".join(words)} ${{G-}}$E"'


def forgets(task: Task) -> bool:
    """Whether it can end well without its outputs: the engine then has to find out."""
    return task.kind != "view" and task.form != "none" and not task.keeps and not task.accepts


def failing(task: Task, control: str, garbage: str, name: str) -> str:
    """Fails while the control file counts down: by exiting, or by forgetting its outputs."""
    test = '[ "$mode" = exit ]' if forgets(task) else "true"
    return "\n".join(
        [
            f'c="$HOME/control/{control}"',
            'if [ -e "$c" ]; then',
            '  read -r n mode < "$c"',
            '  if [ "$n" -gt 0 ]; then',
            '    echo "$((n - 1)) $mode" > "$c"',
            f'    if {test}; then {garbage}; echo "end {name}" >> {TRACE}; exit 7; fi',
            f'    echo "end {name}" >> {TRACE}',
            "    exit 0",
            "  fi",
            "fi",
        ]
    )


def command(spec: Spec, index: int) -> str:
    """The whole script of a task, as a template."""
    task, name, file = spec.tasks[index], label(spec, index), stem(spec, index)
    where = f"o{task.stage}/{file}"
    begin = f'echo "start {name}" >> {TRACE}'
    finish = f'echo "end {name}" >> {TRACE}'
    nap = f"sleep 0.0{task.naps}" if task.naps else ":"
    patterns = ["${{ item }}"] if task.kind.startswith("each") else []
    patterns += [pattern for pattern in task.inputs or [] if pattern not in patterns]
    if task.kind == "view":
        patterns = task.inputs if task.inputs is not None else ["**"]
    body = "\n".join([heading(task, name), reading(task, patterns)])
    work = f"{{\n{body}\n}} | sha1sum"
    lines = [begin]
    if task.kind == "view":
        lines += [failing(task, file, ":", name), f"s=$({work})", *(editing(edit) for edit in task.edits)]
    else:
        garbage, dirty, making = MAKERS[task.form](where)
        if dirty:
            lines.append(f'if {dirty}; then echo "found {name}" >> {TRACE}; fi')
        if task.form in ("directory", "glob"):
            # The names of what is made depend on what is read.
            lines += [failing(task, file, garbage, name), f"t=$({{\n{body}\n}})", making]
        else:
            lines += [failing(task, file, garbage, name), f"s=$({work})", making]
    return "\n".join([*lines, nap, finish, "exit 3" if task.accepts else "exit 0"]) + "\n"


def editing(edit: Edit) -> str:
    directory = edit.path.rpartition("/")[0]
    parent = f"mkdir -p {directory}; " if directory else ""
    match edit.action:
        case "write":
            return f'{parent}rm -rf {edit.path}; echo "$s" > {edit.path}'
        case "append":
            return f'if [ -f {edit.path} ] && [ ! -L {edit.path} ]; then echo "more" >> {edit.path}; fi'
        case "delete":
            # A directory that an edit before this one made would be left empty, which `changes` does not name.
            emptied = f"; rmdir {directory} 2>/dev/null || :" if directory else ""
            return f"rm -f {edit.path}{emptied}"
        case "link":
            return f"{parent}ln -sfn elsewhere {edit.path}"
        case "chmod":
            return f"if [ -f {edit.path} ] && [ ! -L {edit.path} ]; then chmod 755 {edit.path}; fi"
    raise ValueError(edit.action)


def _file(where: str) -> tuple[str, str, str]:
    return f"echo garbage > {where}.t", f"[ -e {where}.t ]", f'echo "$s" > {where}.t'


def _two(where: str) -> tuple[str, str, str]:
    return (
        f"echo garbage > {where}.t",
        f"[ -e {where}.t ] || [ -e {where}.s ]",
        f'echo "$s" > {where}.t\necho "stamp $s" > {where}.s\nchmod 755 {where}.s',
    )


def _names(pattern: str) -> str:
    """Writes each line of what was read to a file named by its last character."""
    return f'echo "$t" | while read -r l; do c="${{l#"${{l%?}}"}}"; echo "$l" > {pattern}; done'


def _directory(where: str) -> tuple[str, str, str]:
    return (
        f"mkdir -p {where}; echo garbage > {where}/g.t",
        f"[ -e {where} ]",
        f"mkdir -p {where}\n" + _names(where + "/n$c.t") + f"\nln -s z.t {where}/link",
    )


def _glob(where: str) -> tuple[str, str, str]:
    return (
        f"echo garbage > {where}-g.t",
        f"ls {where}-*.t >/dev/null 2>&1",
        _names(where + "-n$c.t") + f"\nchmod 755 {where}-n*.t",
    )


def _none(where: str) -> tuple[str, str, str]:
    return ":", "", 'echo "$s"'


MAKERS = {"file": _file, "two": _two, "directory": _directory, "glob": _glob, "none": _none}
